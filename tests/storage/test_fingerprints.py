"""What of a text is kept to recognise it again."""

import random

from storage.fingerprints import SKETCH_CAP, SKETCH_FLOOR, shingles, sketch, tokens


def _forms(text: str) -> list[str]:
    return [token.form for token in tokens(text)]


def _words(count: int, seed: int = 1) -> str:
    rng = random.Random(seed)
    return " ".join("".join(rng.choice("абвгдежзиклмнопрст") for _ in range(7)) for _ in range(count))


def test_a_quantity_has_one_spelling() -> None:
    assert _forms("вложено 28,5 миллиарда рублей") == _forms("вложено 28,5 млрд рублей") == ["вложено", "28500000000", "рублей"]
    assert _forms("1 200 машин") == _forms("1 200 машин") == _forms("1,2 тысячи машин") == ["1200", "машин"]
    assert _forms("семь заводов") == _forms("7 заводов")


def test_a_year_before_a_scale_word_and_a_date_stay_what_they_are() -> None:
    assert _forms("30.01.2026 тысячи людей") == ["30.01.2026", "тысячи", "людей"]
    assert _forms("в 2025 году") == ["в", "2025", "году"]


def test_numbers_months_and_names_are_told_from_words() -> None:
    kinds = {token.form: token.kind for token in tokens("Завод «Автотор» в мае выпустил 12 машин BMW. Маяк семьи горит.")}
    assert {form for form, kind in kinds.items() if kind == "word"} == {
        "завод",
        "в",
        "выпустил",
        "машин",
        "маяк",
        "семьи",
        "горит",
    }
    assert [(form, kind) for form, kind in kinds.items() if kind != "word"] == [
        *(("автотор", "name"), ("мае", "month"), ("12", "number"), ("bmw", "name")),
    ]


def test_a_capital_after_an_abbreviation_is_a_name_and_after_a_full_stop_it_is_not() -> None:
    assert [token.kind for token in tokens("в г. Калуге")][-1] == "name"
    assert [token.kind for token in tokens("в доме. Калуга")][-1] == "word"


def test_addresses_handles_and_emphasis_are_not_text() -> None:
    assert _forms("**Завод** [открыт](https://example.ru/a?b=1) @kanal t.me/s/kanal") == ["завод", "открыт"]


def test_the_hashes_never_change_because_archives_keep_them() -> None:
    assert sketch(shingles(tokens("Завод в Калуге выпустил 100 машин"))) == (
        *(54252440416441, 131850799691150, 180670953406076, 220835383964102),
    )


def test_a_short_text_is_kept_whole_and_a_long_one_is_bounded() -> None:
    short, long, endless = (shingles(tokens(_words(count))) for count in (SKETCH_FLOOR, 300, 50_000))
    assert set(sketch(short)) == short
    assert SKETCH_FLOOR < len(sketch(long)) < len(long)
    assert len(sketch(endless)) == SKETCH_CAP


def test_a_quarter_of_a_long_text_shares_hashes_with_all_of_it() -> None:
    text = _words(600)
    part = " ".join(text.split()[100:250])
    assert len({*sketch(shingles(tokens(text)))} & {*sketch(shingles(tokens(part)))}) >= 5


def test_texts_without_words_have_an_empty_sketch() -> None:
    assert sketch(shingles(tokens("… — !"))) == ()
    assert len(sketch(shingles(tokens("Да.")))) == 1
