"""Bytes -> text: which letters a Russian page really wrote, whatever its header and its meta say.

Order: BOM, valid UTF-8, what the document declares, what the header declares, statistics over Russian letters. A declaration that
gives no Russian where another Cyrillic table does is a lie (simplepie#354, chardet#132) and is overruled.
"""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

SAMPLE = 6_000
"""Bytes with letters that the statistics look at: a third each from the beginning, the middle and the end of the page."""

CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
"""Tables that Russian pages were ever written in, most common first (MacCyrillic is believed only when declared: uchardet#16)."""

_FREQUENCY = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґ",
        (
            *(10.97, 8.45, 8.01, 7.35, 6.70, 6.26, 5.47, 4.73, 4.54, 4.40, 3.49, 3.21, 2.98, 2.81, 2.62, 2.01, 1.90, 1.74),
            *(1.70, 1.65, 1.59, 1.44, 1.21, 0.97, 0.94, 0.73, 0.64, 0.48, 0.36, 0.32, 0.26, 0.04, 0.04, 0.3, 0.1, 0.1, 0.05),
        ),
        strict=True,
    )
)
_FLAT = 100 / len(_FREQUENCY)
_WEIGHT = {letter: math.log(share / _FLAT) for letter, share in _FREQUENCY.items()}
RUSSIAN = 0.15
"""Mean weight from which a decoding is taken for Russian: right decodings give 0.3 to 0.8, wrong ones less than -0.5."""

_DECLARED = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.I
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# Latin neighbours belong to the sample: a letter of another alphabet inside a word is the mark of a wrong table
_HIGH = re.compile(rb"[A-Za-z]?[\x80-\xff][\x80-\xff ,.\-]*[A-Za-z]?")
_WORD = re.compile(rb"[\x80-\xff]{3}")
_UTF8_CYRILLIC = re.compile(rb"(?:[\xd0\xd1][\x80-\xbf]){3}")
_PIECE = re.compile(rb"[^<>\n]*[\x80-\xff][^<>\n]*")

# what pages call their encodings, where Python knows another name or the web means another table
_LABELS = {
    **dict.fromkeys(("iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii", "iso8859-1"), "cp1252"),
    **dict.fromkeys(("cp-1251", "windows1251", "win-1251", "win1251", "x-cp1251", "windows-cp1251", "ansi-1251"), "cp1251"),
    **dict.fromkeys(("koi8", "koi8r", "koi-8-r", "koi8_r", "koi8-ru", "koi"), "koi8-r"),
    **dict.fromkeys(("ibm866", "dos-866", "cp-866", "866", "x-cp866"), "cp866"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk"), "gb18030"),
    **dict.fromkeys(("x-sjis", "shift-jis", "shift_jis", "sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601"), "cp949"),
    **dict.fromkeys(("x-mac-cyrillic", "x-mac-ukrainian"), "mac-cyrillic"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("tis-620", "iso-8859-11"), "cp874"),
    **dict.fromkeys(("unicode", "utf8", "utf-8", "utf"), "utf-8"),
}
_NAMES = {"cp1251": "windows-1251", "cp866": "ibm866", "iso8859-5": "iso-8859-5", "cp1252": "windows-1252"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a body, how it was encoded (IANA's name in lower case) and why that was believed."""

    text: str
    encoding: str
    why: str


def decode(body: bytes, headers: Mapping[str, str] | None = None) -> Decoded:
    """Any bytes -> text; never fails. `headers` have lower-case names; only `content-type` is read."""
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(codec, "replace"), codec.removesuffix("-sig"), "byte order mark")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        sixteen = _without_mark(body)
        return sixteen or _seven_bit(body) or Decoded(text, "utf-8", "valid UTF-8")
    return _without_mark(body) or _declared_or_measured(body, headers or {})


_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def declared(body: bytes) -> str:
    """The Python codec that the document itself names in its first 8 KB, "" if none or unknown."""
    for found in _DECLARED.finditer(body[:8192]):
        codec = _codec((found[1] or found[2]).decode("ascii", "ignore"))
        if codec:
            return codec
    return ""


@lru_cache(maxsize=256)
def _codec(label: str) -> str:
    """The Python codec for a label of the web, "" if there is none."""
    label = label.strip().lower()
    try:
        name = codecs.lookup(_LABELS.get(label, label)).name
    except (LookupError, ValueError, UnicodeError):
        return ""
    # codecs that are no encodings of text, and what would run a program's own tables
    return (
        "" if name in {"hex", "base64", "rot13", "zlib", "bz2", "quopri", "uu", "idna", "punycode"} else _LABELS.get(name, name)
    )


def _without_mark(body: bytes) -> Decoded | None:
    """UTF-16 that forgot its BOM: every second byte of markup is a NUL."""
    head = body[:400]
    if len(head) < 40 or head.count(0) < len(head) // 3:
        return None
    codec = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return Decoded(body.decode(codec, "replace"), codec, "every second byte is zero")


def _seven_bit(body: bytes) -> Decoded | None:
    """ISO-2022-JP is ASCII by its bytes: only its escapes and its label tell."""
    if b"\x1b$" in body[:4096] and declared(body) == "iso2022_jp":
        return Decoded(body.decode("iso2022_jp", "replace"), "iso-2022-jp", "declared in the document")
    return None


def _declared_or_measured(body: bytes, headers: Mapping[str, str]) -> Decoded:
    said = declared(body)
    header = _HEADER.search(headers.get("content-type", ""))
    told = _codec(header[1]) if header else ""
    letters = _letters(body)
    sample = _sample(letters)
    scores = _scores(sample)
    best = max(scores, key=lambda codec: scores[codec])
    if _UTF8_CYRILLIC.search(letters) or (said == "utf-8" and _mostly_utf8(body)):
        return _mixed(body, best if scores[best] > 0 or not said or said == "utf-8" else said)
    for codec, why in ((said, "declared in the document"), (told, "declared in the header")):
        if not codec or codec == "utf-8":
            continue
        score = scores[codec] if codec in scores else russian(sample.decode(codec, "replace"))
        if _lies(codec, score, scores[best], sample):
            continue
        text = body.decode(codec, "replace")
        if text.count("\ufffd") <= 2 + len(letters) // 100:
            return Decoded(text, _name(codec), why)
    if scores[best] >= RUSSIAN or (len(sample) < 60 and scores[best] > -0.6 and _WORD.search(sample)):
        return Decoded(body.decode(best, "replace"), _name(best), "Russian letters")
    return _guessed(body, said, told)


def _letters(body: bytes) -> bytes:
    """The runs of letters that are not ASCII; pieces of markup that have none are passed over quickly."""
    return b" ".join(_HIGH.findall(b"<".join([piece for piece in body.split(b"<") if not piece.isascii()])))


def _sample(letters: bytes) -> bytes:
    if len(letters) <= SAMPLE:
        return letters
    third = SAMPLE // 3
    middle = len(letters) // 2
    return letters[:third] + letters[middle : middle + third] + letters[-third:]


def _lies(codec: str, declared_score: float, best_score: float, sample: bytes) -> bool:
    """Does the declared table give clearly less Russian than another one? A word or two convict only its nearest relatives."""
    if len(sample) >= 60:
        return best_score >= RUSSIAN and declared_score < best_score - 0.5
    kin = codec in CYRILLIC or codec in ("cp1252", "latin-1")
    return kin and _WORD.search(sample) is not None and declared_score < best_score - 1.0


def _mostly_utf8(body: bytes) -> bool:
    """Is all but a scratch of it UTF-8 (a cut last letter, one pasted quotation mark)?"""
    wrong = body.decode("utf-8", "replace").count("\ufffd") - body.count(b"\xef\xbf\xbd")
    return wrong <= max(3, len(_letters(body)) // 20)


def _mixed(body: bytes, other: str) -> Decoded:
    """Pages glued from parts: every piece between tags that is UTF-8 is read so, the others by the second table."""
    second = other if other not in {"", "utf-8"} else "cp1252"
    seconds = 0

    def piece(found: re.Match[bytes]) -> bytes:
        nonlocal seconds
        try:
            found[0].decode("utf-8")
        except UnicodeDecodeError:
            seconds += 1
            if _UTF8_CYRILLIC.search(found[0]):
                return found[0].decode("utf-8", "ignore").encode()
            return found[0].decode(second, "replace").encode()
        return found[0]

    text = _PIECE.sub(piece, body).decode("utf-8", "replace")
    return Decoded(text, "utf-8", f"UTF-8 with {seconds} pieces of {_name(second)}" if seconds else "valid UTF-8")


def _guessed(body: bytes, said: str, told: str) -> Decoded:
    """Neither Russian nor told rightly: the general detector on a part, as it is slow on whole pages."""
    from charset_normalizer import from_bytes  # 15 ms to import; hardly ever needed

    part = body if len(body) < 10_000 else body[:5_000] + body[-5_000:]
    found = from_bytes(part).best()
    codec = found.encoding if found else said or told or "cp1252"
    if codec == "utf-8":
        codec = "cp1252"
    return Decoded(body.decode(codec, "replace"), _name(codec), "general detector" if found else "nothing better is known")


def _name(codec: str) -> str:
    return _NAMES.get(codec, codec.replace("_", "-"))


def russian(text: str) -> float:
    """How much the non-ASCII letters of a text look like written Russian: mean weight a letter, about 0.7 when they are.

    Capitals inside words, letters of no Cyrillic alphabet and signs where letters should be count against it.
    """
    counts = [(letter, number) for letter, number in Counter(text).items() if letter >= "\x80"]
    total = sum(number for _, number in counts)
    return (sum(number * _weight(letter) for letter, number in counts) - _INSIDE * _inside(text)) / total if total else 0.0


def _weight(letter: str) -> float:
    low = letter.lower()
    if low in _WEIGHT:
        # capitals are rare; in a wrong table the lower case of the right one becomes capitals
        return _WEIGHT[low] if letter == low else _WEIGHT[low] - 0.6
    return 0.0 if letter in "«»—–№„“”’…·•©\xa0\xad" else -3.0


_INSIDE = 3.0
_CAPITAL_INSIDE = re.compile("[А-ЯЁ](?<=[а-яё].)")
_AFTER_LATIN = re.compile("[A-Za-z](?=[А-яЁё])")


def _inside(text: str) -> int:
    """How many letters stand where none should: capitals after small ones, Russian ones after Latin ones."""
    return len(_CAPITAL_INSIDE.findall(text)) + len(_AFTER_LATIN.findall(text))


@cache
def _table(codec: str) -> list[float]:
    """What each byte from 128 on weighs in a table of one byte a letter."""
    return [_weight(letter) for letter in bytes(range(128, 256)).decode(codec, "replace")]


def _scores(sample: bytes) -> dict[str, float]:
    """How Russian the sample is (`russian`) by the tables that may fit best: those that cannot, by their letters alone, are left
    out. Letters are counted once, as bytes."""
    found = [(byte - 128, sample.count(byte)) for byte in set(sample) if byte >= 128]
    total = sum(number for _, number in found)
    bounds: dict[str, float] = {}
    for codec in CYRILLIC:
        weights = _table(codec)
        bounds[codec] = sum(number * weights[byte] for byte, number in found) / total if total else 0.0
    scores: dict[str, float] = {}
    for codec in sorted(CYRILLIC, key=lambda codec: -bounds[codec]):
        if not scores or bounds[codec] > max(scores.values()):
            inside = _inside(sample.decode(codec, "replace"))
            scores[codec] = bounds[codec] - _INSIDE * inside / total if total else 0.0
    return scores
