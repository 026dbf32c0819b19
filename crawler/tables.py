"""TOML into typed records: every mistake names file, key and what is allowed, and never shows a secret."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from crawler.errors import ConfigError

Check = Callable[[Any], Any]
"""Takes a value of the right type, returns it in its normal form; raises ValueError saying what is allowed."""

_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "str": ("a string", lambda value: isinstance(value, str)),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "int": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "float": ("a number", lambda value: isinstance(value, int | float) and not isinstance(value, bool)),
    "tuple[str, ...]": (
        "a list of strings",
        lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
    ),
}


def suggest(name: str, names: Iterable[str]) -> str:
    """ " Did you mean 'gov39'?" for the nearest of `names`, "" when none is near: to be put behind a message."""
    import difflib  # only where a message is made

    folded = {known.lower(): known for known in names}
    near = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.6)
    return f" Did you mean {folded[near[0]]!r}?" if near else ""


def read_toml(file: Path, *, text: bytes | None = None, error: type[ConfigError] = ConfigError) -> dict[str, Any]:
    """The tables of a TOML file, or of `text`, which stood in it.

    Raises `error` when it cannot be read, is not UTF-8 or is no TOML (with the line).
    """
    try:
        return tomllib.loads((file.read_bytes() if text is None else text).decode("utf-8-sig"))
    except OSError as reason:
        raise error(f"{file}: cannot be read: {reason.strerror or reason}") from None
    except UnicodeDecodeError as reason:
        raise error(f"{file}: is not UTF-8 (byte {reason.start}); TOML files are UTF-8") from None
    except tomllib.TOMLDecodeError as reason:
        raise error(f"{file}: is not valid TOML: {reason}") from None
    except RecursionError:
        raise error(f"{file}: is not valid TOML: nested too deeply") from None


@cache
def _kinds(record: Any) -> dict[str, str]:
    """Field name -> its type as written, without `| None`: every module here has deferred annotations."""
    return {field.name: str(field.type).removesuffix(" | None") for field in dataclasses.fields(record)}


def known(given: Iterable[str], allowed: Iterable[str], *, where: str, error: type[ConfigError] = ConfigError) -> None:
    """Raises `error` for the first key that is not allowed, naming the nearest one that is."""
    names = list(allowed)
    for key in given:
        if key not in names:
            raise error(f"{where}: unknown key {key!r}.{suggest(key, names)} Allowed are: {', '.join(sorted(names))}")


def fields(
    record: Any,
    table: object,
    *,
    where: str,
    checks: Mapping[str, Check],
    error: type[ConfigError] = ConfigError,
    hidden: frozenset[str] = frozenset(),
    secret: frozenset[str] = frozenset(),
) -> dict[str, Any]:
    """The keyword arguments for `record` that a table gives, each of the field's type and through its check.

    `record` is a dataclass, `where` is "file: table". `hidden` fields are set by us, not by a file; values of `secret` ones never
    enter a message. Fields of other types (sub-tables, paths) are handed on as they stand or to their check. Raises `error`.
    """
    if not isinstance(table, dict):
        raise error(f"{where}: must be a table of keys, not {_show(table)}")
    kinds = _kinds(record)
    known(table, [name for name in kinds if name not in hidden], where=where, error=error)
    result: dict[str, Any] = {}
    for name, value in table.items():
        try:
            result[name] = _value(value, kinds[name], checks.get(name))
        except ValueError as reason:
            shown = "" if name in secret else f"{_show(value)}: "
            at = f"{where}.{name}" if ": " in where else f"{where}: {name}"
            raise error(f"{at}: {shown}{reason}") from None
    return result


def _value(value: object, kind: str, check: Check | None) -> object:
    if kind in _KINDS:
        wanted, fits = _KINDS[kind]
        if not fits(value):
            raise ValueError(f"must be {wanted}")
    if kind == "float" and isinstance(value, int):
        value = float(value)
    if kind == "tuple[str, ...]" and isinstance(value, list):
        return tuple(check(item) if check else item for item in value)
    return check(value) if check else value


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def one_of(*allowed: str) -> Check:
    """A check for a closed list of words."""

    def check(value: str) -> str:
        if value not in allowed:
            named = ", ".join(word or '""' for word in allowed)
            raise ValueError(f"must be one of {named}.{suggest(value, allowed)}")
        return value

    return check


def between(low: float, high: float, unit: str = "") -> Check:
    """A check for a number in a closed range."""

    def check(value: float) -> float:
        if not low <= value <= high:
            raise ValueError(f"must be from {low:.15g} to {high:.15g}{' ' + unit if unit else ''}")
        return value

    return check
