"""Text as a sequence of words with their places: the only form in which a topic looks at an article. Pure.

Words are compared folded: compatibility forms (NFKC), lower case, ё -> е, without soft hyphens and accents, and with Latin and
Greek look-alikes turned Cyrillic inside a word that also has Cyrillic letters (re-spun pages write «Аvтопрoм» that way).
The original spelling stays beside it, for acronyms («ГАЗ» is not «газ») and brands («Москвич» is not «москвич»).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

import Stemmer

# inside a word, invisible: soft hyphen, zero-width (non-)joiners and spaces, combining accents
JOINERS = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u0300-\u036f"
TOKEN = re.compile(
    rf"(?P<word>[^\W_]+(?:[{JOINERS}]+[^\W_]+|[\u0300-\u036f]+)*)|(?P<stop>[.!?;…\n\r•|]+)|(?P<quote>[«»\"“”„‟‘’'`]+)"
)
_JOINER = re.compile(f"[{JOINERS}]")
_LATIN_OR_GREEK = re.compile("[A-Za-z\u0370-\u03ff]")
_CYRILLIC = re.compile("[А-Яа-яЁё]")
_PLAIN = re.compile("[А-Яа-яЁё]+|[A-Za-z0-9]+")

LOOKALIKES = str.maketrans("aceopxykmACEOPXYKMTBHορακυτεχΟΡΑΚΤΕΗΜΧΒ", "асеорхукмАСЕОРХУКМТВНоракутехОРАКТЕНМХВ")
"""Only for words that also have Cyrillic letters."""

WORDS_KEPT = 8_000
_STEMMERS = {"ru": Stemmer.Stemmer("russian", 0), "en": Stemmer.Stemmer("english", 0)}
"""Without caches of their own: `stem` remembers, and a new word costs a third."""


def shape(word: str) -> str:
    """One word with its letter case kept, everything else that does not matter removed."""
    if _PLAIN.fullmatch(word):
        return word
    word = unicodedata.normalize("NFC", word)
    word = _JOINER.sub("", unicodedata.normalize("NFKC", word))
    if _CYRILLIC.search(word) and _LATIN_OR_GREEK.search(word):
        turned = word.translate(LOOKALIKES)
        if not _LATIN_OR_GREEK.search(turned):
            return turned
    return word


class _Known(dict[str, str]):
    """What was worked out of the words that were met; forgotten all at once when there are too many. A word that stays as it is
    is kept once, and no order of use: less than half of what `lru_cache` takes, in every process that reads."""

    def __init__(self, work_out: Callable[[str], str]) -> None:
        self._work_out = work_out

    def __missing__(self, word: str) -> str:
        if len(self) >= WORDS_KEPT:
            self.clear()
        found = self._work_out(word)
        found = self[word] = word if found == word else found
        return found


def _fold(word: str) -> str:
    return shape(word).lower().replace("ё", "е")


# fmt: off
UNDECLINED = frozenset({
    "метро", "депо", "авто", "мото", "бюро", "кино", "радио", "видео", "фото", "евро", "такси", "шоссе", "шасси",
    "кафе", "купе", "реле", "жюри", "пари", "табло", "рено",
})
# fmt: on
"""Nouns whose last letter is no ending: Snowball takes «метро» for a form of «метр», «кино» for one of «кин»."""


def _stem(folded: str) -> str:
    if len(folded) < 3 or folded in UNDECLINED:
        return folded
    return str(_STEMMERS["ru" if _CYRILLIC.search(folded) else "en"].stemWord(folded))


fold: Callable[[str], str] = _Known(_fold).__getitem__
"""One word as it is compared: «КАМАЗа» -> «камаза», «ё» -> «е»."""

stem: Callable[[str], str] = _Known(_stem).__getitem__
"""The Snowball stem of a folded word: «локализации» -> «локализац». It begins the word (but for English -y)."""


@dataclass(frozen=True, slots=True)
class Words:
    """A title and the beginning of a text, word for word.

    `raw` the words as they stand; `start` their offsets in their own part (title or text); `headline` how many of the first words
    are the headline (the title, or the first sentence when there is no title); `title` how many of them came from the title;
    `lead` the index where the lead ends; `sentence` the ordinal of the sentence of each word; `opened` and `closed` the indexes
    of words right after, and right before, a quotation mark.
    """

    raw: list[str]
    start: list[int]
    sentence: list[int]
    opened: frozenset[int]
    closed: frozenset[int]
    title: int
    headline: int
    lead: int

    def where(self, index: int) -> str:
        """ "title", "lead" or "text": where a word stands."""
        if index < self.title:
            return "title"
        return "lead" if index < self.lead else "text"

    def zone(self, index: int) -> str:
        """Like `where`, but an untitled text's first sentence is its "title": this is what is weighed."""
        if index < self.headline:
            return "title"
        return "lead" if index < self.lead else "text"


def split(title: str, text: str, *, lead: int, limit: int) -> Words:
    """Splits title and the first `limit` words of text; the lead is its first `lead` words, to the end of a sentence.

    Bounded: of each part at most 40 characters a word allowed are looked at, however long it is.
    """
    raw: list[str] = []
    start: list[int] = []
    sentence: list[int] = []
    opened: set[int] = set()
    closed: set[int] = set()
    number = 0
    in_title = 0
    for part, most, is_title in ((title, 200, True), (text, limit, False)):
        count, quote_end, word_end = 0, -1, -1
        for found in TOKEN.finditer(part, 0, most * 40):
            kind = found.lastgroup
            if kind == "word":
                if count == most:
                    break
                if quote_end == found.start():
                    opened.add(len(raw))
                raw.append(found[0])
                start.append(found.start())
                sentence.append(number)
                count += 1
                word_end = found.end()
            elif kind == "quote":
                if word_end == found.start():
                    closed.add(len(raw) - 1)
                quote_end = found.end()
            elif not _is_abbreviation(found, part):
                number += 1
        number += 1
        if is_title:
            in_title = len(raw)
    headline = in_title or min(bisect_right(sentence, sentence[0]) if sentence else 0, 40)
    end = min(max(in_title + lead, headline), len(raw))
    return Words(raw, start, sentence, frozenset(opened), frozenset(closed), in_title, headline, end)


def _is_abbreviation(found: re.Match[str], part: str) -> bool:
    """Is this full stop inside «г. Тольятти», «млн. рублей», «2.5» rather than at the end of a sentence?"""
    if found[0] != ".":
        return False
    end = found.end()
    if part[end : end + 1].isalnum():
        return True  # 2.5, gov39.ru
    before = part[max(0, found.start() - 4) : found.start()]
    short = re.search(r"(?:^|[^\w])(\w{1,3})$", before)
    following = part[end : end + 2].strip()[:1]
    return bool(short) and (following.islower() or short[1].lower() in {"г", "им", "ул", "обл", "пос", "т", "п"})  # type: ignore[index]
