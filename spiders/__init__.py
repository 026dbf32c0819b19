"""Where new pages are: each kind of source is one spider, each parser a pure function `response -> links`."""
