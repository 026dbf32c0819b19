"""Does a source work from here, and if not, why: each way asked live, with a verdict that a person can act on."""
