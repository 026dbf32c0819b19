"""What is an edit of an article and what is only its page breathing: counters, clocks, buttons. Pure."""

from __future__ import annotations

import re
from collections import Counter

from storage.text import fold, words

# Lines of a page that change by themselves or speak of the page, not of the news
_FURNITURE = re.compile(
    r"^\W*(?:"
    r"(?:количество )?(?:просмотр\w*|прочитал\w*|прочтени\w*|комментари\w*|лайк\w*|репост\w*|голос\w*|оценк\w*|рейтинг)\b[\W\d]*"
    r"|(?:\d[\W\d]*(?:просмотр\w*|комментари\w*|лайк\w*|репост\w*|раза?)[\W\d]*)+"
    r"|(?:дата )?(?:обновлен\w*|изменен\w*|опубликован\w*|публикаци\w*|последнее (?:обновление|изменение))\b.{0,40}"
    r"|(?:поделиться|версия для печати|распечатать|подпис\w+|читайте также|смотрите также|материалы по теме)\b.{0,120}"
    r"|(?:нашли|заметили) (?:ошибку|опечатку)\b.{0,120}"
    r"|(?:(?:сегодня|вчера|\d{1,2}[ .](?:\d{1,2}|[а-я]{3,8}))\b)?[\W\d]*(?:г(?:ода?)?\.?)?[\W\d]*(?:мск)?"
    r")\W*$"
)
_TEASER = re.compile(r"(?:\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}:\d{2})\b[\s,|—–-].*[^\s.!?…:;]", re.DOTALL)
"""A date and a headline without a full stop: another news of the site beside or under this one."""

_LONG = 160
"""No line of that many characters is furniture, whatever it begins with."""


def wording(title: str, text: str) -> list[str]:
    """The words of an article in order, without lines that change by themselves (views, comments, update times, buttons)."""
    found = words(title)
    for line in text.splitlines():
        folded = fold(line).strip()
        if folded and not (len(folded) < _LONG and (_FURNITURE.match(folded) or _TEASER.fullmatch(folded))):
            found += words(line)
    return found


def is_material(old_title: str, old_text: str, new_title: str, new_text: str) -> bool:
    """Did the wording change? Typos and figures count; counters, dates of the page, case and punctuation do not."""
    if (old_title, old_text) == (new_title, new_text):
        return False
    return wording(old_title, old_text) != wording(new_title, new_text)


def is_rewritten(old_title: str, old_text: str, new_title: str, new_text: str) -> bool:
    """Is it another text altogether? A better reader leaves out or finds something, but half of the shorter wording stays."""
    old, new = Counter(wording(old_title, old_text)), Counter(wording(new_title, new_text))
    return 2 * (old & new).total() < min(old.total(), new.total())
