"""Words in raw page bytes: the word at a place, what stands around it, and what hides words from a search. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from crawler.judging.markup import Parts
from crawler.judging.scanning import ALPHABET
from crawler.judging.words import JOINERS, LOOKALIKES, TOKEN

_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u0301\u0306\u0308"
_INLINE = ("b", "i", "em", "strong", "span", "font", "u", "mark", "big", "small")
_NAMES = f"(?:{'|'.join(_INLINE)}|wbr)\\b"
_BROKEN_INLINE = re.compile(rf"<(?<=\w<)/?{_NAMES}[^>]*>(?:</?{_NAMES}[^>]*>)*(?=\w)", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{2,5})|([0-9]{2,6}));", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})", re.IGNORECASE)
_JOINER = re.compile(f"[{JOINERS}]")
_JOINER_ENTITY = re.compile("&(?:shy|zwnj|zwj);")
_TAG = re.compile("<[^>]*>")
_CONTINUES = re.compile(
    rb"(?:</?(?:" + "|".join(_INLINE).encode() + rb"|wbr)\b[^>]*>|&(?:shy|zwnj|zwj|#\d+|#x[0-9a-f]+);)+[\w\x80-\xff]",
    re.IGNORECASE,
)
_RUN = rb"[0-9A-Za-z\x80-\xff]{1,120}"
_BETWEEN_WORDS = frozenset(bytes([byte]) for byte in range(128) if not chr(byte).isalnum())
_MAY_GO_ON = (b"<", b"&")
_IN_ATTRIBUTES = [b"data-page=", b"data-props=", b"data-state=", b"astro-island"]
_STATES = BytesAhoCorasick(
    [
        *_IN_ATTRIBUTES,
        *(b"__NEXT_DATA__", b"__next_f", b"__NUXT", b"_STATE__", b"_DATA__", b"_PROPS__", b"_STORE__", b"application/json"),
        *(b"JSON.parse", b"initialState", b"pageData", b"__data"),
    ],
    matchkind=MatchKind.LeftmostFirst,
)
"""What the data of a page are called that scripts draw; the kinds that `crawler.reading.shells` reads. All in one automaton of
this kind: so many bytes are looked at at a time, in a twentieth of the time."""
_HELD = re.compile(rb"(?:data-page|data-props|data-state|props)=(?:\"[^\"]{200,}\"|'[^']{200,}')")
_LINK_BYTES = re.compile(rb"<a\s[^<>]*>[^<>]{0,300}</a>", re.IGNORECASE)
_TAG_BYTES = re.compile(rb"<[^<>]*>|\s+")
_PARAGRAPH = BytesAhoCorasick([b"</p>"])
"""So it is found in a tenth of the time that `bytes.count` takes."""
_FRAME = 6_000
"""Bytes of text beside its links that such a page may show without its scripts: a menu, an address, a notice on cookies."""
_FRAME_WITH_TAGS, _PARAGRAPHS = 65_536, 7
NEAR = 150
"""Characters on each side of a place: more words than the longest gap of a pattern."""
FARTHEST = 10 * NEAR
"""Bytes on each side of a place in which these are looked for."""


def mixed_needles(encoding: str) -> set[bytes]:
    """Latin or Greek look-alikes right before a Cyrillic letter, folded: a word that is not what it seems."""
    needles = {chr(other).lower().encode(encoding, "ignore") + lead for other in LOOKALIKES for lead in _leads(encoding)}
    return {needle for needle in needles if len(needle) > 1}


def breaking_needles(encoding: str) -> set[bytes]:
    """What may stand inside a word in the bytes and not in the text."""
    needles = {letter.encode(encoding, "ignore") for letter in _INVISIBLE} - {b""}
    needles |= {b"&shy;", b"&zwnj;", b"&zwj;", b"<wbr", b"&#10", b"&#11", b"&#x4", b"&#76", b"&#77", b"&#x30", b"&#173"}
    return needles | {f"<{slash}{tag}>".encode() + lead for tag in _INLINE for slash in ("", "/") for lead in _leads(encoding)}


def _leads(encoding: str) -> set[bytes]:
    """The bytes that Russian letters begin with; of two that are folded alike one."""
    return {b"\xd0"} if encoding == "utf-8" else {letter.encode(encoding) for letter in ALPHABET}


def spellings(literal: str) -> Iterator[str]:
    """With е and with ё: words are compared without the difference, bytes are not."""
    yield literal
    for at, letter in enumerate(literal):
        if letter == "е":
            yield f"{literal[:at]}ё{literal[at + 1 :]}"
            yield f"{literal[:at]}Ё{literal[at + 1 :]}"


def _before(body: bytes, at: int, encoding: str) -> str:
    return body[max(0, at - 4) : at].decode(encoding, "ignore")[-1:]


def breaks(body: bytes, at: int, encoding: str) -> bool:
    """Does one of `breaking_needles`, found at a place, stand inside a word, so that a literal may have been missed?"""
    if body[at - 1 : at] in _BETWEEN_WORDS and body[at : at + 2] != b"&#":
        return False
    if body[at : at + 2] == b"&#":
        reference = _REFERENCE.match(body[at : at + 12].decode("ascii", "ignore"))
        letter = _referred(reference) if reference else ""
        return letter.isalpha() or (letter != "" and letter in _INVISIBLE and _before(body, at, encoding).isalpha())
    return _before(body, at, encoding).isalpha()


def word_pattern(encoding: str) -> re.Pattern[bytes]:
    """Matches the bytes of a word, and perhaps what follows it, where one begins: not behind a Latin or Russian letter."""
    if encoding == "utf-8":
        return re.compile(rb"(?<![0-9A-Za-z])(?<![\xd0\xd1][\x80-\xbf])" + _RUN)
    letters = re.escape((ALPHABET + ALPHABET.upper()).encode(encoding))
    return re.compile(rb"(?<![0-9A-Za-z" + letters + rb"])" + _RUN)


def first_word(run: bytes, encoding: str) -> str:
    """The word that bytes begin with, "" when they begin with something else."""
    token = TOKEN.match(run.decode(encoding, "ignore"))
    return token[0] if token is not None and token.lastgroup == "word" else ""


def goes_on(body: bytes, end: int) -> bool:
    """Does the word that ends at a place go on behind a tag or an entity?"""
    return body[end : end + 1] in _MAY_GO_ON and _CONTINUES.match(body, end, end + 300) is not None


def word_around(body: bytes, at: int, encoding: str) -> str:
    """The word that stands on a place, made whole; "" when none does."""
    before = unbroken(body[max(0, at - 160) : at].decode(encoding, "ignore"))
    text = unbroken(body[max(0, at - 160) : at + 320].decode(encoding, "ignore"))
    for token in TOKEN.finditer(text):
        if token.end() >= len(before):
            return token[0] if token.lastgroup == "word" and token.start() <= len(before) else ""
    return ""


def text_around(body: bytes, at: int, encoding: str, near: int = NEAR) -> str:
    """The text on both sides of a place, `near` characters of each, its words made whole, without tags and entities.

    Of a page with little markup little has to be decoded for it.
    """
    for side in (3 * near, max(FARTHEST, 4 * near)):
        before = body[max(0, at - side) : at].decode(encoding, "ignore")
        text = _plain(before + body[at : at + side].decode(encoding, "ignore"))
        middle = len(_plain(before))
        if middle >= near and len(text) - middle >= near:
            break
    return text[max(0, middle - near) : middle + near]


def _plain(piece: str) -> str:
    piece = unbroken(piece)
    opened, closed = piece.find("<"), piece.find(">")
    if closed >= 0 and (opened < 0 or closed < opened):
        piece = piece[closed + 1 :]
    if piece.rfind("<") > piece.rfind(">"):
        piece = piece[: piece.rfind("<")]
    piece = " ".join(_TAG.sub(" ", piece).split())
    return html.unescape(piece) if "&" in piece else piece


def unescaped(articles: Iterable[bytes]) -> bytes:
    """JSON-LD that holds an article's body, with escapes resolved, as UTF-8; b"" when no words are escaped in it."""
    texts = [data.partition(b">")[2] for data in articles if b"\\u04" in data]
    return unbroken(b" ".join(texts).decode("utf-8", "ignore")).encode("utf-8", "ignore") if texts else b""


def state_of(page: Parts, encoding: str) -> bytes:
    """The data of a page that scripts draw, as UTF-8, escapes resolved: the article may stand only there.

    A page that says something itself is read from what it says, and has none: b"". Each string is a paragraph, so that a title
    is one.
    """
    shown = page.shown
    if len(shown) > _FRAME_WITH_TAGS or len(_PARAGRAPH.find_matches_as_indexes(shown)) > _PARAGRAPHS:
        return b""
    marks = _STATES.find_matches_as_indexes(page.body)
    before = [bisect_right(page.scripts, (at, at)) - 1 for _, at, _ in marks]
    numbers = {number for number, (_, at, _) in zip(before, marks, strict=True) if number >= 0 and at < page.scripts[number][1]}
    held = [page.body[begin:end] for begin, end in (page.scripts[number] for number in sorted(numbers))]
    if any(mark < len(_IN_ATTRIBUTES) for mark, _, _ in marks):
        held += [html.unescape(found[0].decode(encoding, "replace")).encode() for found in _HELD.finditer(shown)]
    if not held or len(_TAG_BYTES.sub(b"", _LINK_BYTES.sub(b"", shown))) > _FRAME:
        return b""
    text = b" ".join(held).replace(b"\\\\", b"\\").replace(b"\\n", b" ").replace(b'\\"', b"&quot;").replace(b'"', b"</p><p>")
    told = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text.decode(encoding, "replace"))
    return unbroken(told).encode("utf-8", "ignore")


def _referred(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return chr(number) if number < 0x110000 else ""


def _is_of_words(letter: str) -> bool:
    return letter.isalpha() or letter in _INVISIBLE


def unbroken(page: str) -> str:
    """The page with whole words: references and escapes resolved; what is invisible or only marks up inside a word removed."""
    if "&#" in page:
        page = _REFERENCE.sub(lambda found: _referred(found) if _is_of_words(_referred(found)) else found[0], page)
    if "\\u" in page or "\\U" in page:
        page = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if _is_of_words(chr(int(found[1], 16))) else found[0], page)
    page = _JOINER.sub("", _JOINER_ENTITY.sub("", unicodedata.normalize("NFC", page)))
    return _BROKEN_INLINE.sub("", page) if "<" in page else page
