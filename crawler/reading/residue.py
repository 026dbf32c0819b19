"""Lines that an extractor leaves although nobody wrote them as text: menus, counters, share buttons, captions, datelines.

Whole lines only, and a cut from the inside of a paragraph never (a dateline stands at its start). What is cut is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from crawler.reading.bylines import fold

_WORDS = re.compile(r"\w+")

# a line that says nothing but this
_ALONE = re.compile(
    r"(?:поделиться(?: (?:ссылкой|новостью|статьей|в соцсетях|в социальных сетях|с друзьями))?"
    r"|поделитесь.{0,40}|рассказать друзьям|(?:вк|вконтакте|вконтакт"
    r"|телеграм|telegram|facebook|фейсбук|twitter|твиттер|одноклассники|whatsapp|viber|мой мир|ссылка"
    r"|скопировать ссылку|копировать ссылку|livejournal"
    r"|pinterest|linkedin|email|e-mail|print|rss|дзен|max|макс|[\s,|/·•])+|версия для печати|распечатать"
    r"|печать|на печать|отправить по (?:почте|email)"
    r"|вход на сайт|войти|вход|регистрация|авторизация|забыли пароль\??|рассылка|подписаться|подписка"
    r"|подпишитесь.{0,80}|комментарии(?: \(?\d+\)?)?"
    r"|комментариев:? ?\d*|нет комментариев|добавить комментарий|оставить комментарий|написать комментарий"
    r"|ваш комментарий|обсудить(?: \(?\d+\)?)?"
    r"|чтобы оставлять комментарии.{0,60}|для комментирования.{0,80}|наверх|вверх|назад|назад к списку"
    r"|к списку новостей|вернуться(?: к списку.{0,20}| назад)?"
    r"|все новости|все материалы|читать далее|подробнее|далее|показать ещ[её]|ещ[её]|следующая(?: новость)?"
    r"|предыдущая(?: новость)?|главная|новости|на главную"
    r"|просмотров:? ?[\d\s]+|просмотры:? ?[\d\s]+|прочитано:? ?\d+(?: раз)?|показов:? ?\d+"
    r"|количество просмотров:? ?\d+|[\d\s.,/]{1,14}|\d+[\d\s]* просмотр\w*"
    r"|рейтинг:? ?[\d.,]*|оцените.{0,40}|голосов:? ?\d*|нравится|мне нравится|лайк\w*|теги?:?|метки:?"
    r"|ключевые слова:?|реклама|на правах рекламы"
    r"|выйти из полноэкранного режима|развернуть на весь экран|закрыть|загрузка\.*|идет загрузка.{0,20}"
    r"|слушать новость|нашли ошибку.{0,120}"
    r"|заметили ошибку.{0,120}|нашли опечатку.{0,120}|увидели ошибку.{0,120}|выделите (?:ее|текст"
    r"|фрагмент).{0,80}|ctrl ?\+ ?enter.{0,60}"
    r"|share(?: this)?(?: article| story)?|advertisement|read more|comments?|sign up.{0,60}|log in"
    r"|subscribe.{0,60}|follow us.{0,60})[\s.:!…]*",
    re.IGNORECASE,
)

# a tag of WordPress that no plugin took up, or what it answered: «[gallery ids="7,8"]», «[Not a valid template]»
_SHORTCODE = re.compile(r"\[/?[a-z][\w =\"'.,:/-]{2,120}\]", re.IGNORECASE | re.ASCII)

# headings of what follows the text: everything after them is of other pages
_TAIL = re.compile(
    r"(?:новости по теме|по теме|материалы по теме|статьи по теме|еще по теме|другие (?:новости|материалы"
    r"|статьи|публикации)(?: .{0,30})?|похожие (?:новости"
    r"|материалы|статьи|записи|публикации)|читайте также|читать также|смотрите также|читайте по теме"
    r"|рекомендуем(?: прочитать| почитать)?|вам может быть интересно"
    r"|вам будет интересно|это интересно|последние новости|новости за сегодня|новости партн[её]ров|популярное"
    r"|самое (?:читаемое|популярное|интересное)"
    r"|лента новостей|комментарии(?: \(?\d+\)?| читателей)?|обсуждение|оставить комментарий"
    r"|добавить комментарий|новости компании|новости раздела"
    r"|новости региона|главное за день|что почитать|предыдущая новость|следующая новость|related (?:articles"
    r"|posts|news)|read also|you may also like)\s*[:.]?",
    re.IGNORECASE,
)

# one line that points at another page
_POINTER = re.compile(
    r"(?:читайте также|читайте по теме|читать также|смотрите также|ранее мы (?:писали|сообщали)"
    r"|подробнее по теме|еще больше новостей|больше новостей"
    r"|следите за (?:нами|новостями|нашими)|подписывайтесь|подпишитесь|присоединяйтесь|наш телеграм"
    r"|мы в телеграм|хочешь быть в курсе|хотите быть в курсе"
    r"|будьте в курсе|самые важные новости|оперативные новости|главные новости .{0,30} в нашем"
    r"|прислать новость|сообщить новость|добавьте .{0,60} в избранн"
    r"|материалы по теме|read also|also read|lesen sie auch|lire aussi|leggi anche)\b.{0,220}",
    re.IGNORECASE,
)

_CREDIT = re.compile(
    r"(?:фото(?:граф(?:ия|ии))?|иллюстрация|изображение|источник(?: фото| изображения)?|видео"
    r"|кадр(?: из видео)?|снимок|архивное фото|photo|foto|image|picture|credit)"
    r"\s*(?:[:/©|]|с сайта|предоставлен\w*|из архива|пресс-служб\w+|автора|by\b).{0,160}|©.{0,80}"
    r"|.{0,100}[/(]\s*фото:? .{0,60}[)/]?",
    re.IGNORECASE,
)

_DATE_LINE = re.compile(
    r"(?:(?:опубликован\w*|дата публикации|размещен\w*|создан\w*|обновлен\w*|добавлен\w*|дата|published|updated|posted)\s*:?\s*)?"
    r"(?:(?:понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье|пн|вт|ср|чт|пт|сб|вс)\s*,?\s*)?"
    r"(?:\d{1,2}[ .]\s?(?:[а-я]{3,9}|\d{1,2})[ .,]*\s?(?:\d{4}|\d{2})?\s*(?:г\.|года|г)?|сегодня|вчера|\d{4}-\d\d-\d\d)"
    r"(?:[\s,|/в·•-]*\d{1,2}:\d{2}(?::\d{2})?)?(?:\s*\(?(?:мск|msk|utc|gmt)[^)]{0,6}\)?)?[\s"
    r"|/·•,.-]*(?:\d+(?: просмотр\w*)?)?|\d{1,2}:\d{2}(?:[\s,|]*\d{1,2}[ .][а-я\d]{2,9}[ .]?(?:\d{4}|\d\d)?)?",
    re.IGNORECASE,
)

# «КАЛИНИНГРАД, 30 января. /ТАСС/.», «Москва. 24 сентября. INTERFAX.RU -», «МОСКВА, 30 янв — РИА Новости.»
DATELINE = re.compile(
    r"^[А-ЯЁ][А-Яа-яЁё.\s-]{2,40}[.,]\s*\d{1,2}\s+[а-яё]{3,8}\.?(?:\s+\d{4}(?:\s*г(?:ода|\.)?)?)?[.,]?\s*[—–/-]*\s*"
    r"(?:/[А-ЯЁA-Z][\w\s.-]{1,25}/|INTERFAX\.RU|Интерфакс|РИА\s+Новости|ТАСС|REGNUM|АГН\s+«[^»]+»"
    r"|ИА\s+[\w«»\s.-]{2,25}?|[А-ЯЁ]{3,12})\s*[.,:]*\s*[—–-]*\s+(?=[«\"А-ЯЁA-Z])"
)


# the tools under a text, several on a line
_TOOLS = re.compile(
    r"(?:(?:возврат к списку|вернуться к списку|назад к списку|к списку новостей|версия для печати|распечатать|поделиться)"
    r"[\s.:|/·•—-]*)+"
)

# one of the site's other news as Bitrix lists it under each: «22.11.2026 Заголовок», then its first words, broken off
_HEADLINE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{4}|\d\d)(?:[ ,]+\d{1,2}:\d{2})?\s+\S.{12,}[^.…]")
_BROKEN_OFF = re.compile(r".{30,300}(?:\.\.\.|…)(?: (?:подробнее|далее|читать далее))?")


def without_residue(lines: Sequence[str], title: str) -> tuple[list[str], list[str], list[str]]:
    """(lines that are text, what was cut, captions and credits of pictures)."""
    kept: list[str] = []
    cut: list[str] = []
    captions: list[str] = []
    heading = _key(title)
    text = _before_teasers(_before_tail(lines, cut), cut)
    for number, line in enumerate(text):
        plain = fold(line).strip()
        if _is_noise(plain) or (number < 6 and heading and _key(line) == heading):
            cut.append(line)
        elif len(line) < 200 and number < len(text) - 1 and _CREDIT.fullmatch(plain):
            # between paragraphs it belongs to a picture; as the last line it signs the article
            captions.append(line)
        else:
            kept.append(line)
    if kept:
        dateline = DATELINE.match(kept[0])
        if dateline and len(kept[0]) > dateline.end() + 20:
            cut.append(dateline[0].strip())
            kept[0] = kept[0][dateline.end() :]
    return kept, cut, captions


def without_learned(lines: Sequence[str], learned: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """(lines without those that other pages have taught to be no text, what was cut); nothing is cut if nothing would be left."""
    shared = [line for line in lines if line in learned]
    return ([line for line in lines if line not in learned], shared) if len(shared) < len(lines) else (list(lines), [])


def told(shared: Sequence[str], learned: Mapping[str, int]) -> list[str]:
    """What was cut because it is learned, for people."""
    return [f"learned line, seen on {learned[line]} pages: {line}" for line in shared]


def _key(text: str) -> str:
    return "".join(_WORDS.findall(fold(text)))


def _is_noise(plain: str) -> bool:
    if not _WORDS.search(plain):
        return True
    if len(plain) > 240:
        return False
    plain = plain.lstrip("-•*· ").rstrip()
    if _SHORTCODE.fullmatch(plain):
        return True
    return bool(_ALONE.fullmatch(plain) or _TOOLS.fullmatch(plain) or _DATE_LINE.fullmatch(plain) or _POINTER.fullmatch(plain))


def _before_tail(lines: Sequence[str], cut: list[str]) -> Sequence[str]:
    """The lines up to the heading of what is not the text any more, if a list follows it and not the text itself."""
    for number, line in enumerate(lines):
        if number == 0 or len(line) > 60 or not _TAIL.fullmatch(fold(line).strip("-•*: ")):
            continue
        after = lines[number + 1 :]
        prose = sum(len(each) for each in after if len(each) > 150)
        before = sum(len(each) for each in lines[:number])
        if prose < 300 and prose < before:
            cut.extend(lines[number:])
            return lines[:number]
    return lines


def _before_teasers(lines: Sequence[str], cut: list[str]) -> Sequence[str]:
    """The lines without a run of other news at their end, headed by nothing: dated headlines and beginnings that are broken off.

    A list of dates may be the text itself (a programme): without a broken-off line or the tools of the page before it, it stays.
    """
    begin = len(lines)
    while begin > 1 and (_HEADLINE.fullmatch(lines[begin - 1]) or _BROKEN_OFF.fullmatch(fold(lines[begin - 1]))):
        begin -= 1
    run = lines[begin:]
    headlines = sum(bool(_HEADLINE.fullmatch(line)) for line in run)
    below_tools = bool(_TOOLS.fullmatch(fold(lines[begin - 1]).strip())) if lines else False
    if len(run) < 2 or not headlines or (headlines == len(run) and not below_tools):
        return lines
    cut.extend(run)
    return lines[:begin]
