"""What can be wrong with an archive. The command line ends with exit code 3 on each.

ArchiveError
├── ArchiveMissing      no such file, or the folder is not there
├── NotAnArchive        a directory, a file that is not SQLite, or SQLite of somebody else
│   └── ArchiveDamaged  SQLite finds it malformed
├── NewerArchive        written by a newer version of this program
├── OlderArchive        written by an older one, and it cannot be brought up to date
├── ArchiveUnwritable   read-only file or folder, disk full
├── ArchiveBusy         locked for longer than the time allowed
└── QueryRefused        SQL that would write, attach, or run too long; wrong SQL (exit 2)
"""

from __future__ import annotations


class ArchiveError(Exception):
    """The archive could not be opened, read or written; the message is one line."""

    exit_code = 3


class ArchiveMissing(ArchiveError):
    """No such file, or its folder does not exist."""


class NotAnArchive(ArchiveError):
    """The path holds something else."""


class ArchiveDamaged(NotAnArchive):
    """SQLite finds pages in it that are none: a backup can be put in its place."""


class NewerArchive(ArchiveError):
    """Its schema is newer than this program knows."""


class OlderArchive(ArchiveError):
    """Its schema is older than this program's, and it may not be written."""


class ArchiveUnwritable(ArchiveError):
    """Reading works, writing does not."""


class ArchiveBusy(ArchiveError):
    """Another process held the write lock for too long."""


class QueryRefused(ArchiveError):
    """The SQL of a user cannot be run: it writes, is wrong, or takes too long."""

    exit_code = 2
