"""Bodies that are small on the wire and huge once opened, and other generated monsters. Built lazily, never held unpacked.

The shapes are those of the project's compression samples (one bomb a coding) and of CVE-2003-1564 (XML entities).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import cache

MEBI = 1 << 20


def _deflate_blocks(size: int, wbits: int) -> Iterator[bytes]:
    """`size` zeros: one mebibyte is packed once and repeated, which a full flush between blocks makes legal."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    yield packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MEBI)) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(size // MEBI):
        yield block
    yield b"\x03\x00"


def gzip_bomb(size: int) -> bytes:
    """RFC 1952 with a true checksum, so that only the size is wrong with it."""
    checksum = 0
    for _ in range(size // MEBI):
        checksum = zlib.crc32(bytes(MEBI), checksum)
    raw = b"".join(_deflate_blocks(size, -15))
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + raw + struct.pack("<II", checksum, size & 0xFFFFFFFF)


def deflate_bomb(size: int) -> bytes:
    """A zlib stream (RFC 1950), which HTTP calls deflate."""
    checksum = 1
    for _ in range(size // MEBI):
        checksum = zlib.adler32(bytes(MEBI), checksum)
    return b"\x78\xda" + b"".join(_deflate_blocks(size, -15)) + struct.pack(">I", checksum)


def zstd_bomb(size: int) -> bytes:
    """RFC 8878 with run-length blocks: four bytes stand for 128 KiB."""
    window = 0x38  # 128 KiB: exponent 7, mantissa 0
    block = 128 << 10
    count = size // block
    blocks = bytearray()
    for number in range(count):
        last = number == count - 1
        blocks += struct.pack("<I", (block << 3) | (1 << 1) | last)[:3] + b"\0"
    return struct.pack("<IBB", 0xFD2FB528, 0, window) + bytes(blocks)


def brotli_bomb(size: int) -> bytes:
    """RFC 7932, packed by the library that comes with Scrapy."""
    import brotli

    packer = brotli.Compressor(quality=5)
    packed = b"".join(packer.process(bytes(MEBI)) for _ in range(size // MEBI)) + packer.finish()
    return bytes(packed)


@cache
def bomb(coding: str, size: int) -> bytes:
    """A bomb of `size` bytes (rounded to mebibytes) in the content coding gzip, deflate, zstd or br. Raises KeyError."""
    return {"gzip": gzip_bomb, "deflate": deflate_bomb, "zstd": zstd_bomb, "br": brotli_bomb}[coding](size)


def entity_feed() -> bytes:
    """A feed whose one title would expand to 10^9 characters, and another that asks for a local file."""
    entities = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))
    text = f"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ха">{entities}<!ENTITY file SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>&l9;</title><item><title>&l9;</title><link>/news/1</link>
<description>&file;</description></item>
</channel></rss>"""
    return text.encode()


def big_feed(base: str, count: int, path: str = "many") -> bytes:
    """An RSS feed of `count` items that all look like news."""
    items = "".join(
        f"<item><title>Новость номер {number}</title><link>{base}{path}/{number}/</link></item>" for number in range(count)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Много</title>{items}</channel></rss>'.encode()
    )


def big_sitemap(base: str, count: int, path: str = "many") -> bytes:
    """A sitemap of `count` addresses; 50,000 is what the protocol allows (sitemaps.org)."""
    rows = "".join(f"<url><loc>{base}{path}/{number}/</loc></url>" for number in range(count))
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()


def self_sitemap(own: str) -> bytes:
    """An index that includes itself."""
    row = f"<sitemap><loc>{own}</loc></sitemap>"
    xmlns = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?><sitemapindex xmlns="{xmlns}">{row * 3}</sitemapindex>'.encode()


def big_robots(size: int) -> bytes:
    """robots.txt of `size` bytes that allows everything; RFC 9309 section 2.5 asks to parse at least 500 KiB."""
    line = b"Disallow: /nothing/here/%08d/\n"
    return b"User-agent: *\n" + b"".join(line % number for number in range(size // len(line % 0)))
