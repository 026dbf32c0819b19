"""Topic files: mistakes are named with file, key and what is allowed; a topic of another field works without a model."""

from pathlib import Path

import pytest

from crawler.errors import TopicError
from crawler.judging import judge, load_topic, loading, shipped
from tests.quality.labelled import read_file

GOOD = 'schema = 1\ntitle = "T"\n[[group]]\nid = "a"\npatterns = ["мост"]\n'


def test_both_shipped_topics_load() -> None:
    assert shipped() == ["automotive-clusters", "shipbuilding-clusters"]
    for name in shipped():
        assert load_topic(name).judged_by.startswith(f"{name}@")


def test_a_topic_of_another_field_needs_no_model() -> None:
    topic = load_topic("shipbuilding-clusters")
    assert judge("На верфи заложили краболов", "Завод модернизирует стапель и построит серию судов.", topic).relevant
    assert not judge("Круизный теплоход вышел в рейс", "Туристы купили билеты, навигация открыта.", topic).relevant
    assert not judge("В Калуге начали выпуск кроссоверов", "Автозавод нанял 300 рабочих.", topic).relevant


def test_a_topic_of_another_field_decides_texts_that_nobody_tuned_it_to() -> None:
    topic = load_topic("shipbuilding-clusters")
    texts = read_file(Path(__file__).parents[1] / "quality" / "topics" / "blind" / "shipbuilding-clusters.txt")
    kept = [judge(one.title, one.text, topic).relevant for one in texts if one.relevant]
    refused = [not judge(one.title, one.text, topic).relevant for one in texts if not one.relevant]
    assert sum(kept) >= 7, "of 8; one says nothing but the assembly of a hull"
    assert all(refused)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace("patterns", "paterns"), "did you mean 'patterns'"),
        (GOOD + 'weight = "x"', "group[a].weight"),
        (GOOD.replace("мост", "~2 мост"), "~1 to ~12"),
        (GOOD + '[[need]]\nid = "n"\nany = ["b"]', "one of a, region"),
        (GOOD.replace("мост", "заём"), "'заем' alone finds words of the stem 'за'"),
        (GOOD.replace("мост", "порт|шин*"), "'шин' alone finds all words that begin with 'шин', which is too short"),
        (GOOD + '[[without]]\nid = "w"\nany = ["a"]\nwhere = "lead"', "one of everywhere, text, title, top"),
        (GOOD + '[[without]]\nid = "w"\nany = ["a"]\noutnumbered = true', "by the terms of which groups? name them in given"),
        (
            GOOD + '[[without]]\nid = "w"\nany = ["a"]\ngiven = ["a"]\noutnumbered = 1',
            "outnumbered 1 is not allowed: true or false",
        ),
        ("schema = 2", "schema"),
        ("schema = ", "not TOML"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TopicError) as error:
        load_topic(str(file))
    assert str(file) in str(error.value)
    assert says in str(error.value)


def test_short_words_are_taken_in_phrases_in_quotes_as_written_and_as_years(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(GOOD.replace('"мост"', '"=заём|=займа", "льготный заём", "«заря»", "ФРП", "Уфа", "199*"'), encoding="utf-8")
    topic = load_topic(str(file))
    assert [match.term for match in judge("Уфа: за неделю взяли заём ФРП", "Заря в 1990-м.", topic).matched] == [
        "Уфа",
        "Уфа",
        "заём",
        "ФРП",
        "1990",
    ]


def test_a_court_is_no_ship_and_a_pair_no_ferry() -> None:
    topic = load_topic("shipbuilding-clusters")
    found = judge("Суд решил строить мост парой", "Судья и судьи спустя год построили дом серого цвета.", topic).matched
    assert {match.group for match in found} <= {"building"}
    assert [match.term for match in found] == ["строить", "построили"]
    assert judge("Верфь сдала суда", "Два судна и паромы заложены.", topic).relevant


@pytest.mark.parametrize(
    ("where", "title", "text", "counts"),
    [
        ("title", "Новый мост", "Река.", False),
        ("title", "Река", "Новый мост.", True),
        ("text", "Новый мост", "Река.", True),
        ("text", "Новый мост", "", False),
        ("top", "Река", "Новый мост.", False),
        ("top", "Река", "Вода. " * 70 + "Новый мост.", True),
        ("everywhere", "Река", "Вода. " * 70 + "Новый мост.", False),
    ],
)
def test_what_is_missing_may_be_asked_of_a_part_of_an_article(
    tmp_path: Path, where: str, title: str, text: str, counts: bool
) -> None:
    scores = []
    for weight in (-5, 0):
        file = tmp_path / "mine.toml"
        rule = f'[[without]]\nid = "w"\nany = ["a"]\nwhere = "{where}"\nweight = {weight}\n'
        file.write_text(GOOD + rule, encoding="utf-8")
        scores.append(judge(title, text, load_topic(str(file))).score)
    assert (scores[0] < scores[1]) == counts


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Мост и дорога.", False),
        ("Мост, дорога и ещё дорога.", True),
        ("Мост у моста, дорога и ещё дорога.", False),
        ("Дорога.", True),
        ("Река.", False),
    ],
)
def test_terms_may_be_outnumbered_in_an_article_longer_than_a_lead(tmp_path: Path, text: str, counts: bool) -> None:
    scores: dict[str, list[float]] = {"": [], "Вода. " * 70: []}
    for weight in (-5, 0):
        file = tmp_path / "mine.toml"
        rule = f'[[without]]\nid = "w"\nany = ["a"]\ngiven = ["b"]\noutnumbered = true\nweight = {weight}\n'
        file.write_text(GOOD + '[[group]]\nid = "b"\npatterns = ["дорога"]\n' + rule, encoding="utf-8")
        for rest, same in scores.items():
            same.append(judge("", text + " " + rest, load_topic(str(file))).score)
    short, long = scores.values()
    assert (long[0] < long[1]) == counts
    assert short[0] == short[1], "in a short one a term more is chance"


def test_a_copy_with_a_changed_group_judges_by_the_change(tmp_path: Path) -> None:
    shipped_file = Path(loading.__file__).parents[1] / "topics" / "automotive-clusters.toml"
    copy = tmp_path / "mine.toml"
    text = shipped_file.read_text(encoding="utf-8")
    copy.write_text(text.replace('patterns = ["автотор"', 'patterns = ["янтарьмоторс*", "автотор"'), encoding="utf-8")
    article = ("Янтарьмоторс начал сборку грузовиков", "Завод в Калининграде выпустил первую партию грузовиков.")
    assert judge(*article, load_topic(str(copy))).companies == ("avtotor",)
    assert judge(*article, load_topic("automotive-clusters")).companies == ()


def test_an_unknown_name_is_answered_with_the_shipped_ones() -> None:
    with pytest.raises(TopicError, match="did you mean 'automotive-clusters'"):
        load_topic("automotiv-clusters")
