"""The title a reader sees: witnesses that disagree, names, rubrics and kickers around it; the wording is invented.

Each case names the site or thread whose layout it has.
"""

import pytest

from tests.reading.pages import PARAGRAPHS, page, reading

TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
WANTED = "В Калуге начали выпускать рулевые рейки"
OG = '<meta property="og:title" content="%s">'
NAMED = '<meta property="og:site_name" content="Вестник «Заря»">'
SECTION = '<meta property="article:section" content="Экономика">'
HEADLINE = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"%s"}</script>'

# name: (h1, <title>, head, what is wanted)
CASES = {
    "the site's name behind a dash (zvezdaaltaya.ru)": (WANTED, f"{WANTED} - Вестник «Заря»", NAMED, WANTED),
    "the site's name before a bar": ("", f"Вестник «Заря» | {WANTED}", NAMED, WANTED),
    "name and rubric without spaces (hankookilbo.com)": ("", f"{WANTED}-Экономика|Вестник «Заря»", NAMED + SECTION, WANTED),
    "name and rubric with spaces": ("", f"{WANTED} — Экономика — Вестник «Заря»", NAMED + SECTION, WANTED),
    "a town behind a dash is no rubric without the site behind it": (
        "Пущен автобус Калуга – Москва",
        "Пущен автобус Калуга – Москва",
        '<meta property="article:section" content="Москва">',
        "Пущен автобус Калуга – Москва",
    ),
    "every meta tag is the headline (rp-online.de)": (
        f"{WANTED} - завод сделает их быстрее",
        f"{WANTED} - завод сделает их быстрее",
        f'<meta name="application-name" content="{WANTED} - завод сделает их быстрее">' + OG % "Рейки из Калуги: завод пущен",
        f"{WANTED} - завод сделает их быстрее",
    ),
    "a kicker in the heading, another one elsewhere (srf.ch)": (
        f"Кластер растёт - {WANTED}",
        f"Новый завод: {WANTED} - Вестник «Заря»",
        NAMED + OG % f"Новый завод: {WANTED}",
        WANTED,
    ),
    "a speaker is no kicker": (
        f"Губернатор: {WANTED[0].lower()}{WANTED[1:]}",
        f"Шапша: {WANTED[0].lower()}{WANTED[1:]}",
        "",
        f"Губернатор: {WANTED[0].lower()}{WANTED[1:]}",
    ),
    "two wordings that share a word are no kickers (wcxb 4326)": (
        "Как заменить колодки – советы опытного механика завода",
        "Как поменять колодки – советы опытного механика завода",
        "",
        "Как заменить колодки – советы опытного механика завода",
    ),
    "stars and bars at the end (wcxb 4642)": (WANTED, f"{WANTED} ⋆", OG % f"{WANTED} ⋆", WANTED),
    "a heading in capitals": (WANTED.upper(), f"{WANTED} - Вестник «Заря»", NAMED + OG % WANTED, WANTED),
    "only capitals": (WANTED.upper(), WANTED.upper(), "", WANTED.upper()),
    "cut off in og and title (bitrix templates)": (
        WANTED,
        f"{WANTED[:30]}…",
        OG % f"{WANTED[:30]}...",
        WANTED,
    ),
    "cut off in the heading": (f"{WANTED[:30]}…", f"{WANTED} - Вестник «Заря»", NAMED + OG % WANTED, WANTED),
    "the rubric set as heading (Bitrix)": ("Новости", WANTED, OG % WANTED, WANTED),
    "the logo set as heading": ("Вестник «Заря»", f"{WANTED} - Вестник «Заря»", NAMED + OG % WANTED, WANTED),
    "og praises otherwise, the heading and the data agree": (
        WANTED,
        WANTED,
        OG % "Вот что теперь делают под Калугой!" + HEADLINE % WANTED,
        WANTED,
    ),
    "entities twice": ("Завод &amp;laquo;Рейка&amp;raquo; открыт", "Завод «Рейка» открыт", "", "Завод «Рейка» открыт"),
    "closing quotes stay": ("Завод «Рейка»", "Завод «Рейка»", "", "Завод «Рейка»"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_title_is_what_stands_over_the_text(name: str) -> None:
    h1, title, head, wanted = CASES[name]
    heading = f"<h1>{h1}</h1>" if h1 else ""
    read = reading(page(f"<div>{heading}<div>{TEXT}</div></div>", head=head, title=title))
    assert read.title == wanted
