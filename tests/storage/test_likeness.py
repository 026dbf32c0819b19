"""A reprint is a copy, two releases from one template are not. Texts are invented."""

import random
import time

import pytest

from storage.likeness import Text, align, compare
from tests.quality import edits, siblings

RELEASE = (
    "В индустриальном парке «Заречье» под Калугой запустили производство алюминиевых радиаторов для легковых автомобилей. "
    "Завод построила компания «Теплообмен», вложив 1,4 млрд рублей, из них 600 млн — заём регионального фонда развития "
    "промышленности. Мощность первой очереди составит 250 тысяч радиаторов в год, на предприятии уже работают 180 "
    "человек. «До сих пор такие радиаторы в стране почти не делали, их везли из-за рубежа», — рассказал директор завода. "
    "Первую партию отправили в Тольятти, переговоры идут ещё с тремя автозаводами. К концу 2027 года компания намерена "
    "открыть вторую очередь и нанять 120 человек. Областное министерство промышленности напоминает, что резиденты парка "
    "освобождены от налога на имущество на пять лет."
)


def _copy(one: str, other: str) -> bool:
    left, right = Text(one), Text(other)
    assert compare(left, right) == compare(right, left)
    return compare(left, right).copy


@pytest.mark.parametrize("name", [*edits.EDITS, "all_of_it"])
@pytest.mark.parametrize("seed", range(5))
def test_a_reprint_is_a_copy_whatever_was_done_to_it(name: str, seed: int) -> None:
    edit = edits.EDITS.get(name, edits.all_of_it)
    edited = edit(RELEASE, random.Random(seed))
    assert edited != RELEASE
    assert _copy(RELEASE, edited)


def test_siblings_of_one_template_are_not_copies() -> None:
    pairs = siblings.pairs()
    assert len(pairs) >= 40
    assert not [(one[:80], other[:80]) for one, other in pairs if _copy(one, other)]


def test_a_single_other_month_and_figure_make_another_release() -> None:
    text = "В марте автозавод в Елабуге выпустил 2 300 машин, сообщила пресс-служба. Это больше, чем планировалось на месяц."
    assert not _copy(text, text.replace("марте", "апреле").replace("2 300", "2 750"))


def test_the_other_spelling_of_a_quantity_is_no_contradiction() -> None:
    assert _copy(RELEASE, RELEASE.replace("1,4 млрд", "1,4 миллиарда").replace("250 тысяч", "250 000"))


def test_one_misprinted_figure_in_a_long_release_leaves_it_a_copy() -> None:
    assert _copy(RELEASE, RELEASE.replace("180 человек", "108 человек"))


def test_the_news_of_yesterday_under_a_new_one_does_not_make_the_new_one_a_copy() -> None:
    yesterday = " ".join(edits.sentences(RELEASE)[:2])
    today = (
        "Радиаторный завод под Калугой остановлен после пожара, пострадавших нет. Горела кровля склада готовой продукции "
        "на площади триста квадратных метров, огонь потушили за два часа. Причину устанавливают дознаватели, ущерб оценит "
        "страховая компания. Конвейер обещают запустить через неделю, людей перевели на простой с сохранением двух третей "
        "заработка. Ранее сообщалось: "
    )
    assert not _copy(yesterday, today + yesterday)


def test_a_rewrite_of_the_same_event_in_other_words_is_not_a_copy() -> None:
    rewrite = (
        "Под Калугой заработал завод автомобильных радиаторов. Инвестором выступило предприятие «Теплообмен»: проект "
        "обошёлся ему в 1,4 млрд рублей. Почти половину суммы дал региональный фонд. В год здесь смогут делать четверть "
        "миллиона изделий для российских легковушек, а через год с небольшим ожидается расширение площадки."
    )
    assert not _copy(RELEASE, rewrite)


def test_the_same_paragraphs_in_another_order_are_a_copy() -> None:
    parts = edits.sentences(RELEASE)
    assert _copy(RELEASE, " ".join(parts[3:] + parts[:3]))


def test_texts_without_words_are_no_copies() -> None:
    assert not _copy("", "")
    assert not _copy("", RELEASE)


def test_alignment_finds_the_common_passages_in_order() -> None:
    assert align(list("абвгд"), list("хбвгуд")) == [(1, 1, 3), (4, 5, 1)]
    assert align([], ["а"]) == []


def test_comparing_enormous_texts_takes_no_minutes() -> None:
    rng = random.Random(3)
    vocabulary = ["".join(rng.choice("абвгдежзиклмноп") for _ in range(6)) for _ in range(5000)]
    words = rng.choices(vocabulary, k=60_000)
    changed = [word if rng.random() > 0.05 else rng.choice(vocabulary) for word in words]
    began = time.process_time()
    assert _copy(" ".join(words), " ".join(changed))
    assert time.process_time() - began < 15
