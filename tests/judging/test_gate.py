"""The gate: relevant pages pass in whatever bytes they come, pages that only list relevant titles do not."""

import pytest

from crawler.judging import Topic, gate, load_topic

PAGE = (
    "<html><head><title>Новости</title></head><body><nav>Завод АвтоВАЗ</nav><p>{}</p>"
    "<ul><li><a href='/1'>АвтоВАЗ открыл завод в Тольятти</a> 12 мая</li></ul><aside>КАМАЗ строит завод</aside>"
    "<script>var t = 'электромобиль завод';</script><!--площадка КАМАЗа--><!-- <b>АвтоВАЗ</b> открыл завод --></body></html>"
)
RELEVANT = [
    "На <a href='/x'>АвтоВАЗе</a> открыли новый цех, сообщили сегодня в пресс-службе предприятия",
    "АВТО&shy;ВАЗ открыл за<b>вод</b>",
    "Aвтовaз пострoил завод",
    "&#1040;втоваз открыл завод",
    "В Калуге запустили производство электромоби\u0301лей",
]


@pytest.fixture(scope="module")
def topic() -> Topic:
    return load_topic("automotive-clusters")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r"])
@pytest.mark.parametrize("text", RELEVANT)
def test_a_relevant_page_passes(topic: Topic, text: str, encoding: str) -> None:
    body = PAGE.format(text + " и ещё много слов на русском языке").encode(encoding, "xmlcharrefreplace")
    assert gate(body, topic) == ""


@pytest.mark.parametrize(
    "around",
    [
        "<!-- <aside> -->{}</aside>",
        "<script>document.write('<nav>')</script>{}<nav>Главная</nav>",
        "<nav>Главная{}<nav>Новости</nav>",
        "<script>if (a<!--b) c()</script>{}<!-- конец -->",
        "<!--[if !IE]><!-->{}<!--<![endif]-->",
        "<nav><script>'</nav>'</script></nav>{}",
    ],
)
def test_tags_that_do_not_match_hide_no_text(topic: Topic, around: str) -> None:
    assert gate(PAGE.format(around.format("<p>АвтоВАЗ открыл завод в Тольятти</p>")).encode(), topic) == ""


def test_a_phrase_around_the_only_mention_is_no_passing_one(topic: Topic) -> None:
    far = "Дорога вела мимо старых садов и огородов, люди шли на праздник с цветами и песнями до самого вечера. " * 3
    page = "<html><title>Праздник села</title><p>{0}Привезли автомобильные {1}. {0}</p><p>Урожай собрали.</p></html>"
    assert gate(page.format(far, "стекла").encode(), topic) == ""
    only_a_word = gate(page.format(far, "журналы").encode(), topic)
    assert only_a_word.startswith("refused: nothing about vehicles"), "else the page passes whatever stands there"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r"])
def test_titles_in_menus_and_lists_of_links_do_not_count(topic: Topic, encoding: str) -> None:
    reason = gate(PAGE.format("Прошёл дождь, дороги подсохнут к вечеру").encode(encoding), topic)
    assert reason.startswith("refused: nothing about vehicles")


def test_what_cannot_be_told_passes(topic: Topic) -> None:
    assert gate(b"%PDF-1.4", topic, content_type="application/pdf") == ""
    assert gate("автозавод".encode("utf-16"), topic) == ""
    assert gate(b"", topic) == ""


def test_a_single_passing_mention_does_not_pass(topic: Topic) -> None:
    far = "Дорога вела мимо старых садов и огородов, люди шли на праздник с цветами и песнями до самого вечера. " * 4
    page = f"<html><title>Праздник села</title><p>{far}</p><p>{far}Мимо проехал автомобиль соседа. {far}</p><p>{{}}</p></html>"
    assert gate(page.format(f"{far} Клуб построили сообща, собрали урожай.").encode(), topic).startswith(
        "refused: nothing about vehicles"
    )
    assert gate(page.format(f"{far} Завод собрал тягачи и фургоны.").encode(), topic) == ""
