"""The way of a page: fetched, read, judged, kept, reported."""

__version__ = "0.1.0"
