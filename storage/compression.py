"""Zstandard, from the standard library where it has it (Python 3.14), else from its backport, which Scrapy brings."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

LEVEL = 3
MAX_SIZE = 64 * 1024 * 1024
"""Bytes that a kept page may have; what is larger was never fetched."""


def pack(body: bytes) -> bytes:
    zstd = _zstd()
    return cast(bytes, zstd.compress(body, LEVEL))


def unpack(packed: bytes) -> bytes:
    zstd = _zstd()
    return cast(bytes, zstd.decompress(packed))


def _zstd() -> Any:
    """Two modules of one shape; imported when the first page is kept or read."""
    try:
        return import_module("compression.zstd")
    except ModuleNotFoundError:
        return import_module("backports.zstd")
