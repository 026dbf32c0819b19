"""The archive: the only SQL in the project. Imports nothing of the other packages."""
