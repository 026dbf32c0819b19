"""Entries of the catalogue as TOML: shown, and written into a user's file without touching the rest of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item, Table

from crawler.config import load_config
from crawler.errors import ConfigError
from crawler.sources import Source, without_password

_LITERAL = frozenset({"article"})
"""Fields full of backslashes: written in single quotes."""


def as_toml(source: Source) -> str:
    """A source as an entry of avtoklaster.toml: every field that differs from its default, a proxy's password hidden."""
    given: dict[str, Any] = {}
    for field in fields(source):
        value = getattr(source, field.name)
        default = field.default if field.default is not MISSING else None
        if field.name not in ("id", "origin") and value != default:
            given[field.name] = without_password(value) if field.name == "proxy" else value
    if source.api:
        given["api"] = {name: value for name, value in asdict(source.api).items() if value}
    return entry_toml(source.id, given)


def entry_toml(id: str, given: Mapping[str, Any]) -> str:
    """`[sources.id]` with these fields, sub-tables last."""
    document = tomlkit.document()
    sources = tomlkit.table(is_super_table=True)
    sources.add(id, _table(given))
    document.add("sources", sources)
    return tomlkit.dumps(document)


def save(file: Path, entries: Mapping[str, Mapping[str, Any]]) -> None:
    """Adds `[sources.id]` tables to a configuration file, or changes these fields of them; everything else stays as written.

    The file is made when there is none, and replaced in one step; its mode stays. Raises ConfigError when it cannot be read or
    written, or when the result would not be a valid configuration: then it is as before.
    """
    file = file.resolve()
    try:
        text = file.read_text(encoding="utf-8-sig") if file.exists() else ""
        document = tomlkit.parse(text)
        sources = document.setdefault("sources", tomlkit.table(is_super_table=True))
        for id, given in entries.items():
            if id in sources:
                for name, value in given.items():
                    sources[id][name] = _item(name, value)
            else:
                sources[id] = _table(given)
        result = tomlkit.dumps(document)
    except (TOMLKitError, UnicodeDecodeError, TypeError, AttributeError) as reason:
        raise ConfigError(f"{file}: is not valid TOML: {reason}") from None
    except OSError as reason:
        raise ConfigError(f"{file}: cannot be read: {reason.strerror}") from None
    _replace(file, result)


def _replace(file: Path, text: str) -> None:
    """Writes beside the file, checks what was written, then puts it in the file's place."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    except OSError as reason:
        raise ConfigError(f"{file}: cannot be written: {reason.strerror}") from None
    beside = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        load_config(beside)
        beside.chmod(file.stat().st_mode & 0o7777 if file.exists() else 0o644)
        beside.replace(file)
    except ConfigError as reason:
        raise ConfigError(str(reason).replace(str(beside), str(file))) from None
    except OSError as reason:
        raise ConfigError(f"{file}: cannot be written: {reason.strerror}") from None
    finally:
        beside.unlink(missing_ok=True)


def _table(given: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for name, value in sorted(given.items(), key=lambda item: isinstance(item[1], Mapping)):
        table.add(name, _item(name, value))
    return table


def _item(name: str, value: Any) -> Item:
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, str) and name in _LITERAL and "'" not in value:
        return tomlkit.string(value, literal=True)
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        array.extend(value)
        return array.multiline(sum(map(len, value)) > 100)
    item: Item = tomlkit.item(value)
    return item
