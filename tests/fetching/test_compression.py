"""Answers are unpacked as Scrapy does it, whatever state they came in."""

import gzip
import random
import zlib
from collections.abc import Callable

import pytest
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware

from crawler.fetching.compression import CompressionMiddleware

PAGE = "".join(random.Random(1).choice("<p>Новости дня, погода и спорт.</p>\n") for _ in range(100_000)).encode()
PACKED = gzip.compress(PAGE)


def outcome(decode: Callable[[bytes, bytes, int], bytes], body: bytes, encoding: bytes, most: int) -> bytes | str:
    try:
        return decode(body, encoding, most)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        return type(error).__name__


@pytest.mark.parametrize(
    "body",
    [
        PACKED,
        gzip.compress(b"<p>short</p>"),
        gzip.compress(b""),
        gzip.compress(b"x" * 5_000_000),
        PACKED[:-4],  # its length is missing
        PACKED[: len(PACKED) // 2],
        PACKED[:-8] + bytes(8),  # a wrong checksum
        PACKED[:5000] + b"\xff" * 100 + PACKED[5100:],
        PACKED + gzip.compress(b"<p>second part</p>"),
        PACKED + b"behind the end",
        PAGE[:500],  # not packed at all
        b"",
    ],
    ids=lambda body: f"{len(body)}",
)
@pytest.mark.parametrize("most", [1 << 24, len(PAGE), len(PAGE) - 1, 1000])
def test_gzip_in_every_state_comes_out_as_from_scrapy(body: bytes, most: int) -> None:
    ours = outcome(CompressionMiddleware._decode, body, b"gzip", most)
    assert ours == outcome(HttpCompressionMiddleware._decode, body, b"gzip", most)


def test_a_whole_page_is_unpacked_and_one_larger_than_allowed_is_not() -> None:
    assert CompressionMiddleware._decode(PACKED, b"gzip", len(PAGE)) == PAGE
    assert outcome(CompressionMiddleware._decode, PACKED, b"gzip", len(PAGE) - 1) == "_DecompressionMaxSizeExceeded"
    assert CompressionMiddleware._decode(zlib.compress(PAGE), b"deflate", len(PAGE)) == PAGE
