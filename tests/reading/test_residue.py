"""What stands under a text is not the text; what only looks like it stays."""

from crawler.reading.residue import without_residue

_TEXT = [
    "В Калининграде завершён ремонт тротуаров на Высоком мосту. Рабочие заменили плитку и ограждение.",
    "Гарантия подрядчика — пять лет.",
]


def test_other_news_that_bitrix_lists_under_each_is_cut_with_the_tools_above_it() -> None:
    below = [
        "Возврат к списку Версия для печати",
        "22.11.2026 В индустриальном парке запустили выпуск автомобильных сидений",
        "В индустриальном парке начал работу завод автомобильных сидений компании «Янтар...",
        "20.11.2026 В Гусеве открылась школа на 725 мест",
        "В Гусеве начала работу новая школа на 725 мест. В здании два спортивных зала, бассейн, мас...",
    ]
    kept, cut, _ = without_residue([*_TEXT, *below], "На Высоком мосту завершён ремонт тротуаров")
    assert kept == _TEXT
    assert set(cut) == set(below)


def test_dated_headlines_below_the_tools_are_cut_even_without_their_first_words() -> None:
    below = [
        "Версия для печати",
        "22.11.2026 Запущен выпуск сидений в индустриальном парке",
        "20.11.2026 В Гусеве открылась школа на 725 мест",
    ]
    assert without_residue([*_TEXT, *below], "")[0] == _TEXT


def test_a_programme_of_dates_at_the_end_of_a_text_stays() -> None:
    programme = ["20.11.2026 Открытие выставки автокомпонентов в Калуге", "21.11.2026 Круглый стол о локализации производства"]
    assert without_residue([*_TEXT, *programme], "")[0] == [*_TEXT, *programme]


def test_a_text_that_ends_with_an_ellipsis_stays() -> None:
    ending = ["А что будет дальше с заводом, пока не знает никто, кроме самих инвесторов…"]
    assert without_residue([*_TEXT, *ending], "")[0] == [*_TEXT, *ending]
    assert without_residue([], "") == ([], [], [])


def test_tags_of_wordpress_that_nobody_took_up_are_cut_and_a_remark_in_brackets_stays() -> None:
    left = ["[Not a valid template]", '[gallery ids="7,8,9"]', "[/caption]"]
    said = ["[Рис. 2. Схема цеха]", "Завод [AutoKom] открыт в субботу."]
    kept, cut, _ = without_residue([*_TEXT, *left, *said], "")
    assert (kept, cut) == ([*_TEXT, *said], left)
