"""The archive: the only SQL in the project. Imports nothing of the other packages."""

from storage.connection import Archive, open_archive

__all__ = ["Archive", "open_archive"]
