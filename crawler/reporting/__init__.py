"""Archive -> people: alerts, digest, feeds, export, health."""
