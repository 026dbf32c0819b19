"""What pages of one source share is learned not to be text, from five pages at least, and never what only reprints share."""

from unicodedata import normalize

from crawler.items import Learned, Reading
from crawler.reading.learning import Lesson, lesson, mark, shared_lines, shared_tails
from tests.reading.pages import PARAGRAPHS, page, reading

TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
LINE = "Материал подготовлен редакцией портала области"


def taught(*texts: str, title: str = "Новость {} :: Заря") -> list[Lesson]:
    """A lesson a text, lines divided by line ends."""
    read = [
        Reading(url=f"https://zarya.example.ru/{n}/", kind="article", kind_reason="", text=text, stated=title.format(n))
        for n, text in enumerate(texts)
    ]
    return [found for found in map(lesson, read) if found]


def test_a_line_is_learned_from_five_pages_and_never_from_fewer() -> None:
    texts = [f"Завод номер {n} за год выпустил {n}00 автобусов и троллейбусов.\n{LINE}" for n in range(6)]
    assert shared_lines(taught(*texts)) == {mark(LINE): 6}
    assert shared_lines(taught(*texts[:5])) == {mark(LINE): 5}
    assert shared_lines(taught(*texts[:4])) == {}


def test_a_line_on_few_of_many_pages_is_not_learned() -> None:
    texts = [f"Завод номер {n} за год выпустил {n}00 автобусов.{chr(10) + LINE if n < 6 else ''}" for n in range(20)]
    assert shared_lines(taught(*texts)) == {}


def test_reprints_of_one_text_teach_nothing() -> None:
    again = [f"{PARAGRAPHS[0]}\n{PARAGRAPHS[1]}\nОбновлено в {n} часов." for n in range(10)]
    assert shared_lines(taught(*again)) == {}
    assert shared_lines(taught(*[f"Свой текст о заводе {n}.\n{LINE}" for n in range(9)], title="Одна и та же")) == {}


def test_a_long_paragraph_is_never_learned() -> None:
    long = "Длинный абзац о кластере, который перепечатывают все. " * 10
    assert shared_lines(taught(*[f"{long.strip()}\n{f'Своё слово о заводе {n}. ' * 40}" for n in range(9)])) == {}


def test_a_page_that_is_no_article_teaches_nothing() -> None:
    assert lesson(Reading(url="", kind="listing", kind_reason="", text="Лента")) is None
    assert lesson(Reading(url="", kind="article", kind_reason="", text="")) is None


def test_the_tail_of_titles_is_learned_from_five_different_ones() -> None:
    texts = [f"Завод номер {n}" for n in range(6)]
    assert shared_tails(taught(*texts)) == {" :: Заря": 6}
    assert shared_tails(taught(*texts[:4])) == {}
    assert shared_tails(taught(*texts, title="Один и тот же :: Заря")) == {}
    assert shared_tails(taught(*texts, title="Калуга - завод номер {}")) == {}


def test_a_learned_tail_is_cut_from_the_title_and_told() -> None:
    learned = Learned(tails={" :: Главное к утру": 14})
    read = reading(page(f"<div>{TEXT}</div>", title="Завод открыт :: Главное к утру"), learned=learned)
    assert read.title == "Завод открыт"
    assert "learned tail, seen in 14 titles: :: Главное к утру" in read.cut
    assert read.stated == "Завод открыт :: Главное к утру"


def test_a_learned_line_is_cut_whole_and_told_and_never_from_inside_a_paragraph() -> None:
    body = page(f"<h1>Завод</h1><div>{TEXT}<p>{LINE}</p><p>{LINE}, сообщает министерство промышленности области.</p></div>")
    read = reading(body, learned=Learned(lines={LINE: 14}))
    assert LINE not in read.text.split("\n")
    assert f"{LINE}, сообщает" in read.text
    assert f"learned line, seen on 14 pages: {LINE}" in read.cut
    assert read.shared == (LINE,)


def test_a_channel_s_footer_is_cut_from_its_posts_but_a_post_of_nothing_else_stays() -> None:
    learned = Learned(lines={"Подписаться на канал министерства": 9})
    post = "Завод открыт\nВ Калуге открыли завод.\nПодписаться на канал министерства"
    assert reading(post.encode(), is_text=True, learned=learned).text == "В Калуге открыли завод."
    alone = "Важно\nПодписаться на канал министерства".encode()
    assert reading(alone, is_text=True, learned=learned).text == "Подписаться на канал министерства"


def test_a_line_is_the_same_however_its_letters_are_composed() -> None:
    line = "Ёлки: подписывайтесь на наш канал, чтобы не пропустить новостей"
    learned = Learned(lines={line: 7})
    read = reading(page(f"<h1>Завод</h1>{TEXT}<p>{normalize('NFD', line)}</p>", title="Завод открыт"), learned=learned)
    assert "подписывайтесь" not in read.text
    assert f"learned line, seen on 7 pages: {line}" in read.cut
    assert mark(normalize("NFD", line)) == mark(line)
