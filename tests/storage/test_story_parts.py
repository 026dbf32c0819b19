"""What stories are made from: features, evidence, groups. Texts are invented."""

import random

from storage.story_features import HEAD, Features, background, information, make, pack, term_hash, unpack
from storage.story_groups import group
from storage.story_score import Evidence, evidence, norm, probability
from tests.storage.test_likeness import RELEASE


def _says(term: int) -> float:
    return information([term], {}, 0)[term]


def _surely(one: Features, other: Features, days: int | None = None) -> float:
    return probability(evidence(one, other, (norm(one, _says), norm(other, _says)), _says, days))


def test_a_term_weighs_less_the_later_it_stands_and_little_in_background() -> None:
    terms = make("Завод открыт", "Губернатор приехал утром. Ранее строили дорогу. Потом говорили о мосте.").terms
    weight = {word: terms[term_hash(word)] >> 8 for word in ("завод", "губернатор", "дорога", "мост")}
    assert weight["завод"] > weight["губернатор"] > weight["мост"] > 2 * weight["дорога"]


def test_inflections_and_spellings_of_quantities_are_one_term() -> None:
    assert make("", "Заводы вложили 28,5 миллиарда").terms.keys() == make("", "завод вложит 28,5 млрд").terms.keys()


def test_small_counts_years_and_dates_say_nothing_as_numbers() -> None:
    features = make("", "В 2025 году 3 завода, 120 машин, 12.03.2025 и 4,5 процента; версия 1.2.3")
    assert set(features.numbers) == {120.0, 4.5}


def test_features_survive_being_kept() -> None:
    features = make("Радиаторы под Калугой", RELEASE)
    kept = unpack(pack(features))
    assert kept.terms == features.terms
    assert kept.head == features.head
    assert set(kept.numbers) == set(features.numbers)
    assert unpack(pack(make("", ""))) == Features({}, {})


def test_an_endless_text_has_bounded_features() -> None:
    rng = random.Random(2)
    text = " ".join("".join(rng.choice("абвгдеж") for _ in range(6)) for _ in range(200_000))
    assert len(pack(make("", text + " 123" * 1000))) < 2000


def test_a_rare_word_says_more_than_a_common_one_and_what_an_archive_is_about_says_little_in_it() -> None:
    plant, name = term_hash("год"), term_hash("теплообмен")
    assert background()[0].get(plant, 0) > 100
    at_first = information((plant, name), {}, 0)
    assert at_first[plant] < 4 < at_first[name] <= 8
    assert information([name], {name: 9_000}, 30_000)[name] < 2 < 6 < information([name], {name: 3}, 30_000)[name]


def test_two_tellings_of_one_event_are_surer_than_two_events_of_one_company() -> None:
    release = make("Под Калугой запустили завод радиаторов", RELEASE)
    rewrite = make(
        "«Теплообмен» открыл завод под Калугой",
        "Предприятие «Теплообмен» начало делать алюминиевые радиаторы в парке «Заречье». Вложено 1,4 млрд рублей, 600 млн дал "
        "региональный фонд. В год выпустят 250 тысяч радиаторов, занято 180 человек.",
    )
    another = make(
        "«Теплообмен» объявил о дивидендах", "Акционеры «Теплообмена» получат 12 рублей на акцию, решило собрание в Москве."
    )
    assert _surely(release, rewrite) > 0.9 > 0.2 > _surely(release, another)
    assert _surely(release, rewrite, 0) > _surely(release, rewrite) > _surely(release, rewrite, 7)


def test_rounded_numbers_agree_and_other_numbers_disagree() -> None:
    def seen(one: str, other: str) -> Evidence:
        pair = make("", one), make("", other)
        return evidence(*pair, (1.0, 1.0), _says, None)

    assert seen("отозвано 14 210 машин", "отозвано более 14 тысяч машин").disagree == 0
    assert seen("отозвано 14 210 машин", "отозвано 8 655 машин").disagree == 1
    assert seen("отозвано 14 210 машин", "отозваны машины").disagree == 0
    assert seen("отозвано 14 210 машин", "отозвано 14 210 машин").numbers > 0.5


def test_only_the_beginnings_count_as_what_happened() -> None:
    tail = "завод " * HEAD
    near, far = make("", "теплообмен " + tail), make("", tail + "теплообмен")
    says = {term_hash("теплообмен"): 8.0}
    assert evidence(near, near, (1.0, 1.0), lambda term: says.get(term, 0.0), None).rarest > 0
    assert evidence(near, far, (1.0, 1.0), lambda term: says.get(term, 0.0), None).rarest == 0


def test_groups_do_not_depend_on_the_order_of_links_and_form_no_chains() -> None:
    links = {("a", "b"): 0.9, ("b", "c"): 0.6, ("c", "d"): 0.9}
    scores = {("a", "c"): 0.01, ("a", "d"): 0.0, ("b", "d"): 0.05}
    turned = {(other, one): probability for (one, other), probability in reversed(list(links.items()))}

    def score(one: str, other: str) -> float:
        return scores[min(one, other), max(one, other)]

    assert group("abcd", links, score, 0.5) == group("abcd", turned, score, 0.5) == [["a", "b"], ["c", "d"]]
    assert group("abcd", links, lambda one, other: 0.4, 0.5) == [["a", "b", "c", "d"]]
    assert group("abcd", {}, score, 0.5) == [["a"], ["b"], ["c"], ["d"]]
