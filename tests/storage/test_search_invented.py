"""Search again, over texts and questions made after the code was: names in other scripts, codes, lists, slips of the keyboard."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Archive, open_archive
from storage.search import search
from tests.storage import test_search as first
from tests.storage.samples import NOW, put

# invented; one article a letter
TEXTS = {
    "a": "Аурус начал выпуск седанов в Елабуге\n"
    "На заводе Aurus в Татарстане с конвейера сошёл первый серийный седан. Министр поблагодарил инженеров НАМИ.",
    "b": "Хёндэ вернула завод под Петербургом\nБывшая площадка Hyundai Motor возобновляет сборку кроссоверов под маркой Solaris.",
    "c": "Подшипники для тягачей локализуют в Вологде\n"
    "Станкостроители поставят обрабатывающие центры. Импортозамещение подшипников займёт два года.",
    "d": "ГАЗон Next получил газовый двигатель\n"
    "Группа ГАЗ представила в Нижнем Новгороде грузовик на компримированном природном газе.",
    "e": "Беспилотники КАМАЗа вышли на трассу М-11\nКамский автозавод передал перевозчикам беспилотные тягачи КАМАЗ-54901.",
    "f": "Особая экономическая зона «Липецк» ждёт резидентов\n"
    "Площадка предлагает нулевую ставку налога. Заявки подали производители жгутов и сидений.",
    "g": "В Чебоксарах разработали тормозные колодки\n"
    "Учёные Чувашии вместе с заводом «Тормозэлектро» испытали безасбестовые колодки.",
    "h": "УАЗ поднял цены\nУльяновский автозавод с первого декабря поднимет цены на «Патриот» и «Буханку» на три процента.",
    "i": "Эволют показал электрокар для такси\nEvolute i-JET собирают в Липецкой области. Дилеры ждут поставок летом.",
    "j": "Рабочий день сварщика\nМы побывали в цехе сварки, где варят кузова для Лады Весты. Смена длится двенадцать часов.",
    "k": "Соглашение о кооперации\nРегионы Поволжья подписали соглашение о промышленной кооперации: Самара, Ульяновск, Пенза.",
    "l": "Ростех построит завод аккумуляторов\n"
    "Гигафабрику литий-ионных ячеек откроют в Неманском районе Калининградской области.",
    "m": "Шинный завод «Кордиант» в Ярославле отметил юбилей\n"
    "Ветераны вспомнили пуск первой линии. Сейчас предприятие делает шины Cordiant и Gislaved.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(tmp_path_factory.mktemp("search") / "a.db") as archive:
        for number, (letter, text) in enumerate(TEXTS.items()):
            put(archive, url=f"https://press.ru/{letter}", text=text, published=f"2026-01-{number + 1:02}")
        yield archive


PAIRS = [
    ("аурусы", "a"),
    ("Aurus", "a"),
    ("AURUS", "a"),
    ("седана", "a"),
    ("Елабуга", "a"),
    ("татарстанский", ""),
    ("в Татарстане", "a"),
    ("НАМИ", "a"),
    ("хендэ", "b"),
    ("Хёндэ", "b"),
    ("Hyundai", "b"),
    ("хендай", "b"),
    ("Солярис", "b"),
    ("solaris", "b"),
    ("Санкт-Петербург", ""),
    ("Петербурге", "b"),
    ("кроссовер", "b"),
    ("подшипниками", "c"),
    ("тягач", "ce"),
    ("станкостроитель", "c"),
    ("импортозамещению", "c"),
    ("импорто-замещение", "c"),
    ("вологодский", ""),
    ("обрабатывающий центр", "c"),
    ("газон некст", "d"),
    ("Next", "d"),
    ("группа ГАЗ", "d"),
    ("природный газ", "d"),
    ("газом", "d"),
    ("Нижегородский", ""),
    ("нижний новгород", "d"),
    ("беспилотник", "e"),
    ("беспилотный тягач", "e"),
    ("КамАЗ", "e"),
    ("Kamaz", "e"),
    ("КАМАЗ-54901", "e"),
    ("54901", "e"),
    ("М-11", "e"),
    ("М11", "e"),
    ("камский автозавод", "e"),
    ("ОЭЗ Липецк", ""),
    ("особой экономической зоны", "f"),
    ("«особая экономическая зона»", "f"),
    ("Липецк", "f"),
    ("жгуты", "f"),
    ("сиденье", "f"),
    ("нулевая ставка", "f"),
    ("чебоксары", "g"),
    ("ЧЕБОКСАРАХ", "g"),
    ("учёный", "g"),
    ("ученые", "g"),
    ("тормозная колодка", "g"),
    ("безасбестовый", "g"),
    ("тормозэлектро", "g"),
    ("колод*", "g"),
    ("УАЗа", "h"),
    ("уаз", "h"),
    ("ульяновск", "k"),
    ("ульяновский автозавод", "h"),
    ("буханка", "h"),
    ("цена", "h"),
    ("поднять цену", "h"),
    ("эволют", "i"),
    ("Evolute", "i"),
    ("i-jet", "i"),
    ("электрокары", "i"),
    ("такси", "i"),
    ("дилер", "i"),
    ("липецкая область", "i"),
    ("лада веста", "j"),
    ("lada vesta", "j"),
    ("сварщики", "j"),
    ("сварка", "j"),
    ("цехами", "j"),
    ("кузов", "j"),
    ("кооперация", "k"),
    ("Самаре", "k"),
    ("соглашения о кооперации", "k"),
    ("Поволжье", "k"),
    ("литий-ионный", "l"),
    ("литиево-ионный", ""),
    ("аккумулятор", "l"),
    ("гигафабрика", "l"),
    ("неманский район", "l"),
    ("Калининградская", "l"),
    ("ростехом", "l"),
    ("Rostec", "l"),
    ("кордиант", "m"),
    ("Cordiant", "m"),
    ("шина", "m"),
    ("ярославль", "m"),
    ("шинный -ярославль", ""),
    ("завод -шинный", "abgl"),
    ('"серийный седан"', "a"),
    ('"серийный седан', "a"),
    ("«серийный седан", "a"),
    ('седан"', "a"),
    ("(седан)", "a"),
    ("седан AND завод", "a"),
    ("седан; DROP TABLE articles", ""),
    ("sedan", "a"),
    ("электро*", "i"),
    ("завод OR дилер", "abgilm"),
    ("ПОДШИПНИКИ", "c"),
    ("подшибник", ""),
    ("колёс OR седан", "a"),
    ("'седан'", "a"),
    ("седан,завод", "a"),
    ("седан/завод", "a"),
]


@pytest.mark.parametrize(("words", "wanted"), PAIRS)
def test_a_question_finds_its_answers_and_nothing_else(library: Archive, words: str, wanted: str) -> None:
    assert "".join(sorted(row["url"][-1] for row in search(library, words, now=NOW))) == wanted


def test_what_stands_in_the_title_alone_is_marked_there(library: Archive) -> None:
    (found,) = search(library, "ДВИГАТЕЛЬ", now=NOW)
    assert found["snippet"] == "ГАЗон Next получил газовый [двигатель]"


_ONLY_SEARCH_KNOWS = {"НАМИ", "хендай", "Солярис", "газон некст", "жгуты", "лада веста", "ростехом"}
_ONLY_SEARCH_KNOWS |= {"Хавейлом", "Алабугой", "Лада Ларгус"}
"""Names in the other script, forms of words that no dictionary has, capitals: the README says so."""

_WORDS = re.compile("[а-яё ]+", re.IGNORECASE)


def test_plain_sqlite3_finds_the_same_as_documented(tmp_path: Path) -> None:
    asked = 0
    for number, (texts, pairs) in enumerate(((TEXTS, PAIRS), (first.TEXTS, first.PAIRS))):
        pairs = [(words, wanted) for words, wanted in pairs if _WORDS.fullmatch(words) and words not in _ONLY_SEARCH_KNOWS]
        path = tmp_path / f"{number}.db"
        with open_archive(path) as archive:
            for letter, text in texts.items():
                put(archive, url=f"https://press.ru/{letter}", text=text)
            # in a large archive all usual forms have been met
            put(archive, url="https://press.ru/z", text="Слова\n" + ". ".join(words for words, _ in pairs))
        plain = sqlite3.connect(path)
        for words, wanted in pairs:
            if "ИЛИ" in words:
                continue
            forms = [word.lower().replace("ё", "е") for word in words.split()]
            sql = (
                "SELECT a.url FROM articles_fts AS f JOIN articles AS a ON a.id = f.rowid WHERE articles_fts MATCH"
                f" (SELECT group_concat(lemma, ' ') FROM words WHERE form IN ({', '.join('?' * len(forms))}))"
            )
            found = {row[0][-1] for row in plain.execute(sql, forms)} - {"z"}
            assert "".join(sorted(found)) == wanted, words
            asked += 1
        plain.close()
    assert asked >= 60
