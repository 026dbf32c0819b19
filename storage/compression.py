"""Zstandard, from the standard library where it has it (Python 3.14), else from its backport, which Scrapy brings."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any, cast

LEVEL = 3
MAX_SIZE = 64 * 1024 * 1024
"""Bytes that a kept page may have; what is larger was never fetched."""


class Dictionary:
    """Bytes that what is packed with them is likely to repeat; needed again to unpack it."""

    def __init__(self, content: bytes) -> None:
        # as it stands, not trained: one whole page of a site packs the others better than what training picks out of ten
        self.zstd: Any = _zstd().ZstdDict(content, is_raw=True) if len(content) >= _SHORTEST else None
        self.digested: Any = self.zstd and self.zstd.as_digested_dict


_SHORTEST = 8
"""Bytes that a dictionary must have."""


def pack(body: bytes, dictionary: Dictionary | None = None) -> bytes:
    return cast(bytes, _zstd().compress(body, LEVEL, zstd_dict=dictionary.digested if dictionary else None))


def unpack(packed: bytes, dictionary: Dictionary | None = None) -> bytes:
    return cast(bytes, _zstd().decompress(packed, dictionary.zstd if dictionary else None))


@lru_cache(maxsize=1)
def _zstd() -> Any:
    """Two modules of one shape; imported when the first page is kept or read. The first is looked for in vain before Python 3.14,
    on the whole path, which takes longer than packing a page: once."""
    try:
        return import_module("compression.zstd")
    except ModuleNotFoundError:
        return import_module("backports.zstd")
