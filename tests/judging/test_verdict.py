"""The verdict on short texts of our own invention: kept, refused, and why."""

import tomllib
from importlib.resources import files

import pytest

from crawler.judging import Topic, judge, load_topic


@pytest.fixture(scope="module")
def topic() -> Topic:
    return load_topic("automotive-clusters")


KEPT = [
    (
        "В Калининграде запустили производство тяговых батарей",
        "«Автотор» ввёл в эксплуатацию первую линию завода. Проект реализован по специальному инвестиционному контракту, "
        "мощность составит 50 тысяч батарей в год.",
    ),
    (
        "Резидент ОЭЗ «Алабуга» начал выпуск автокомпонентов",
        "Предприятие будет поставлять бамперы и приборные панели для КАМАЗа. Объём инвестиций превысил 2 млрд рублей.",
    ),
    (
        "",
        "В Тольятти создадут промышленный кластер автокомпонентов: соглашение подписали 14 предприятий, якорным заказчиком "
        "станет АвтоВАЗ.",
    ),
]
REFUSED = [
    ("На трассе под Казанью столкнулись КАМАЗ и «Лада»", "Погибли двое. На месте работают сотрудники ГИБДД."),
    ("Цены на новые LADA вырастут с мая", "Дилеры предупредили покупателей о подорожании комплектаций на 3 %."),
    ("Москвичи смогут бесплатно парковаться в праздники", "Парковка будет бесплатной с 1 по 4 мая, сообщили в дептрансе."),
    ("В Архангельске создают судостроительный кластер", "В него войдут верфи и производители судового оборудования."),
    ("ХК «Лада» обыграл соперника в домашнем матче", "Победную шайбу забросили за минуту до конца третьего периода."),
]


@pytest.mark.parametrize(("title", "text"), KEPT)
def test_the_development_of_car_making_is_kept(topic: Topic, title: str, text: str) -> None:
    verdict = judge(title, text, topic)
    assert verdict.relevant, verdict.reason
    assert verdict.score >= 0.5
    assert verdict.reason.startswith("kept: ")
    assert verdict.matched
    assert verdict.judged_by == topic.judged_by


@pytest.mark.parametrize(("title", "text"), REFUSED)
def test_other_news_with_the_same_words_is_refused(topic: Topic, title: str, text: str) -> None:
    verdict = judge(title, text, topic)
    assert not verdict.relevant, verdict.reason
    assert verdict.score < 0.5
    assert verdict.reason.startswith("refused: ")


def test_regions_and_companies_come_from_the_text(topic: Topic) -> None:
    verdict = judge(*KEPT[0], topic)
    assert verdict.regions == ("RU-KGD",)
    assert verdict.companies == ("avtotor",)


def test_matched_terms_stand_where_the_verdict_says(topic: Topic) -> None:
    title, text = KEPT[1]
    for match in judge(title, text, topic).matched:
        part = title if match.where == "title" else text
        assert " ".join(part[match.start :].split()).startswith(match.term), match


def test_a_reason_is_one_sentence_that_a_person_understands(topic: Topic) -> None:
    accident = judge("На трассе столкнулись КАМАЗ и «Лада»", "Погибли двое, оба работали на заводе.", topic)
    assert accident.reason.startswith("refused: rather about accidents and traffic («")
    assert judge("Погода", "Весь день дождь.", topic).reason.startswith(
        "refused: nothing about vehicles, their parts or their makers"
    )
    assert "vehicle components («тяговых батарей», title)" in judge(*KEPT[0], topic).reason
    for title, text in [*KEPT, *REFUSED]:
        reason = judge(title, text, topic).reason
        assert len(reason) < 280
        assert "_" not in reason, "ids of groups are not for people"


def test_every_piece_of_the_simulated_press_world_is_judged_as_it_is_labelled(topic: Topic) -> None:
    wrong = [
        piece["title"]
        for file in files("crawler").joinpath("simulator", "texts").iterdir()
        for piece in tomllib.loads(file.read_text(encoding="utf-8")).get("piece", [])
        if "text" in piece and judge(piece["title"], piece["text"], topic).relevant != piece.get("relevant", False)
    ]
    assert wrong == []


@pytest.mark.parametrize("post", ["Автокластер объединит Самару и Ульяновск", "Автокластеру быть!"])
def test_the_only_sentence_of_an_untitled_post_is_not_said_in_passing(topic: Topic, post: str) -> None:
    verdict = judge("", post, topic)
    assert verdict.relevant, verdict.reason
    assert verdict.score == judge(post, "", topic).score, "such a post is its own headline"


def test_the_same_word_is_said_in_passing_where_there_is_more_to_read(topic: Topic) -> None:
    further = "На празднике пели до вечера, гости разъехались с цветами и подарками, дети запускали воздушных змеев."
    for title, text in [("", f"Обещают автокластер. {further}"), ("Праздник села", "Обещают автокластер.")]:
        assert "only in passing about vehicles" in judge(title, text, topic).reason
    long = "Обещают автокластер, а пока " + further[0].lower() + further[1:]
    assert "only in passing about vehicles" in judge("", long, topic).reason
