"""What the gate takes a word for is what the verdict takes it for."""

import re
from pathlib import Path

import pytest

from crawler.judging import load_topic
from crawler.judging.gating import Gate
from crawler.judging.needles import Served, Wanted, beginnings
from crawler.judging.patterns import Element, Matcher, parse
from crawler.judging.scanning import folding
from crawler.judging.words import split
from tests.quality.labelled import read_file

TEXTS = sorted((Path(__file__).parents[1] / "quality" / "topics" / "automotive-clusters").glob("*.txt"))
WORDS = {word for file in TEXTS for one in read_file(file) for word in re.findall(r"[^\W_]+", f"{one.title} {one.text}")}
SPELLINGS = sorted(WORDS | {word.upper() for word in WORDS} | {word.capitalize() for word in WORDS})[::3]


@pytest.mark.parametrize("name", ["automotive-clusters", "shipbuilding-clusters"])
def test_a_word_serves_a_need_by_the_patterns_that_it_is_of(name: str) -> None:
    for want in load_topic(name).gate.wanted:
        served, terms = Served(want), [*want.alone, *want.anchors]
        matcher = Matcher([(Element((term,)),) for term in terms])
        met = 0
        for word in SPELLINGS:
            passed = [terms[hit.pattern] for hit in matcher.find(split("", word, lead=1, limit=1))]
            alone = not want.alone.isdisjoint(passed)
            phrases = frozenset().union(*(want.anchors.get(term, ()) for term in passed)) if not alone else frozenset()
            met += bool(alone or phrases)
            assert served.by(word) == (alone, phrases), word
        assert met > 20


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
@pytest.mark.parametrize(
    "text",
    [
        "пресс-форма",
        "Пресс-форма",
        "прёсс-форма",
        "трёхколёсный велосипед с мотором",
        "ТРЁХКОЛЕСНЫЙ велосипёд",
        "трехколесные велосипеды",
    ],
)
def test_the_other_words_of_a_phrase_are_found_however_e_is_written(text: str, encoding: str) -> None:
    phrases = [parse("пресс =форма"), parse("трехколесн* велосипед")]
    terms = {element.atoms[0]: frozenset({number}) for number, phrase in enumerate(phrases) for element in phrase[1:]}
    matcher = Matcher(phrases)
    want = Wanted("presses", frozenset(), terms, frozenset({0, 1}), frozenset(), 12)
    number = "велосип" in text.lower().replace("ё", "е")
    folded = text.encode(encoding).translate(folding(encoding))
    assert all(any(letters in folded for letters in word) for word in beginnings(number, [want], matcher, encoding))
    assert Gate((want,), matcher, 600).refuses(f"<p>Вот {text}, и ещё слова.</p>".encode(encoding)) == ""
