"""Articles as they are named on a command line: by id or by any address of theirs."""

from __future__ import annotations

import getpass
from typing import Any

from crawler.errors import UsageError
from storage import Archive, articles

WHO_HELP = "Who says so; otherwise the name you are logged in with."


def named(archive: Archive, name: str) -> dict[str, Any]:
    """The article of an id or address. Raises UsageError when there is none."""
    row = articles.get(archive, name)
    if row is None:
        kind = "id" if name.isdigit() else "address"
        raise UsageError(f"there is no article with the {kind} {name}; `avtoklaster search` finds ids.")
    return row


def somebody(who: str | None) -> str:
    """The name of the person who marks: as given, else of the login, "" if there is none (a container)."""
    if who is not None:
        return " ".join(who.split())
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
