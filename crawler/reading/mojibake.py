"""Letters that a site read by the wrong table and stored so: recognised and undone, only where that gives Russian."""

from __future__ import annotations

import re

from crawler.reading.encoding import RUSSIAN, russian

# "Р" or "С" and a sign that stands in UTF-8's second bytes: «РџСЂРёРІРµС‚»
_STORED_UTF8 = re.compile("(?:[РС][\u0080-\u00bfЂ-Џђ-џ‘’“”•–—™ЎўҐґЄєІіЇї°±µ¶·№»ё\xa0\xad„…†‡€‰Љ‹›]){3}")
# Western letters where Cyrillic stood: «Ïðèâåò»
_STORED_1251 = re.compile("[À-ÿ]{4}")


def repaired(text: str) -> str:
    """Mojibake that the site itself stored («РџСЂРёРІРµС‚», «Ïðèâåò»), undone line by line where that gives Russian."""
    if not (_STORED_UTF8.search(text) or _STORED_1251.search(text)):
        return text
    return "\n".join(_repaired_line(line) for line in text.split("\n"))


def _repaired_line(line: str) -> str:
    for wrong, right, mark in (
        ("cp1251", "utf-8", _STORED_UTF8),
        ("cp1252", "cp1251", _STORED_1251),
        ("latin-1", "cp1251", _STORED_1251),
    ):
        if mark.search(line):
            try:
                better = line.encode(wrong).decode(right)
            except UnicodeError:
                continue
            if russian(better) > max(RUSSIAN, russian(line)):
                return better
    return line


# UTF-8 taken for Western letters: «ÐŸÑ€Ð¸Ð²ÐµÑ‚». Half of the second bytes are controls and spaces there, which parsing would
# eat: it is undone in the page itself
_SECOND = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_STORED_WESTERN = re.compile(f"(?:[ÐÑ][{_SECOND}]){{3}}")
_PIECE = re.compile(r'[^<>"]+')


def mended(page: str) -> str:
    """A page's source without UTF-8 that was stored as Western letters, piece by piece between tags and quotes."""
    # looking for a sign costs a hundredth of what the pattern costs, and hardly any page has it
    if not ("Ð" in page or "Ñ" in page) or not _STORED_WESTERN.search(page):
        return page
    return _PIECE.sub(lambda found: _from_western(found[0]), page)


def _from_western(piece: str) -> str:
    if not _STORED_WESTERN.search(piece):
        return piece
    try:
        better = b"".join(_western(letter) for letter in piece).decode()
    except UnicodeError:
        return piece
    return better if russian(better) > RUSSIAN else piece


def _western(letter: str) -> bytes:
    """The byte that browsers show so: windows-1252, and the control itself where that has nothing."""
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
