"""What a searched word may look like in a text: its lemmas, the forms that the index keeps under another lemma, and the same name
in the other script. Used when searching only: the index itself knows one lemma a word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from storage.text import analyzer, fold, lemma

_CYRILLIC = re.compile("[а-я]+")
_LATIN = re.compile("[a-z]+")

_PLAUSIBLE = 0.15
"""A reading of a form with less probability (OpenCorpora) is not searched for: «стали» is hardly ever of «сталь»."""

_ENDINGS = tuple(re.findall("[а-я]+", "а у ом ем е ы и ой ей ою ов ам ами ах я ю ь ью ям ями ях"))
"""Case endings of nouns; names that no dictionary has («Соллерсом», «Хавейла») are found by stem and ending."""

_VOWELS = "аеиоуыэюяьъ"
_SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word as searched: any of `lemmas` in the lemma columns, or any of `forms` in the text as it stands."""

    lemmas: tuple[str, ...]
    forms: tuple[str, ...]


@lru_cache(maxsize=4096)
def expand(word: str) -> Wanted:
    """Everything that one word (of any case, number and script) is to find."""
    folded = fold(word)
    if _CYRILLIC.fullmatch(folded):
        lemmas, forms = _cyrillic(folded)
        if len(folded) > _SHORTEST_STEM:
            names = _stems(folded) if not analyzer().word_is_known(folded) else {lemma(folded)}
            forms |= {latin for name in names for stem in (name, name + "а") for latin in to_latin(stem)}
    elif _LATIN.fullmatch(folded) and len(folded) >= _SHORTEST_STEM:
        lemmas, forms = {folded}, set()
        for spelling in to_cyrillic(folded):
            more_lemmas, more_forms = _cyrillic(spelling)
            lemmas |= more_lemmas
            forms |= more_forms
    else:
        lemmas, forms = {folded}, set()
    return Wanted(tuple(sorted(lemmas)), tuple(sorted(forms)))


def is_acronym(word: str) -> bool:
    """Capitals that are a little word otherwise: НАМИ the institute, which «нами» is not asked for with."""
    if not (word.isupper() and 2 < len(word) <= 5):
        return False
    return analyzer().parse(word.lower())[0].tag.POS in {"NPRO", "PREP", "CONJ", "PRCL", "INTJ"}


def _cyrillic(word: str) -> tuple[set[str], set[str]]:
    """The lemmas of a word, and the forms of it that the index keeps under another lemma."""
    morph = analyzer()
    if not morph.word_is_known(word):
        return {lemma(word)}, {stem + ending for stem in _stems(word) for ending in ("", *_ENDINGS)}
    readings = [reading for reading in morph.parse(word) if reading.score >= _PLAUSIBLE] or morph.parse(word)[:1]
    lemmas = {lemma(word)} | {_plain(reading.normal_form) for reading in readings}
    forms: set[str] = set()
    for reading in readings:
        strays = {form.word for form in reading.lexeme if lemma(form.word) not in lemmas}
        forms |= {form for form in strays if _share(morph, form, reading.normal_form) >= _PLAUSIBLE}
    return lemmas, {spelling for form in forms for spelling in (form, _plain(form))}


def _stems(word: str) -> set[str]:
    """A name that no dictionary has, as it stands and without what may be its case ending."""
    return {word} | {
        word.removesuffix(ending)
        for ending in _ENDINGS
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM and word[-len(ending) - 1] not in _VOWELS
    }


def _plain(word: str) -> str:
    return word.replace("ё", "е")


def _share(morph: Any, form: str, normal: str) -> float:
    return float(sum(reading.score for reading in morph.parse(form) if reading.normal_form == normal))


_TO_LATIN = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya".replace("-", "").split(" "),
        strict=True,
    )
)
_LATIN_VARIANTS = (("kh", "h"), ("ks", "x"), ("yu", "u"), ("ya", "ia"), ("ts", "c"), ("y", "i"), ("avt", "aut"), ("zh", "j"))


def to_latin(word: str) -> set[str]:
    """A few usual Latin spellings of a Cyrillic name: «автотор» -> avtotor, autotor."""
    plain = "".join(_TO_LATIN.get(char, char) for char in word)
    spellings = {plain}
    for usual, other in _LATIN_VARIANTS:
        if usual in plain:
            spellings.add(plain.replace(usual, other))
    spellings |= {latin for latin, cyrillic in _BRANDS.items() if word in cyrillic.split()}
    return spellings


_TO_CYRILLIC = (
    *(("shch", "щ"), ("sch", "щ"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("tz", "ц"), ("ch", "ч"), ("sh", "ш")),
    *(("yu", "ю"), ("ju", "ю"), ("ya", "я"), ("ja", "я"), ("yo", "е"), ("ye", "е"), ("iy", "ий"), ("ck", "к"), ("ph", "ф")),
    *(("au", "ав ау"), ("x", "кс"), ("w", "в"), ("q", "к"), ("c", "к ц"), ("h", "х"), ("j", "й дж"), ("y", "и ы й")),
    *zip("abvgdezijklmnoprstuf", "абвгдезийклмнопрстуф", strict=True),
)
_SPELLINGS = 8


def to_cyrillic(word: str) -> list[str]:
    """The Cyrillic spellings of a Latin name, likeliest first: avtotor -> «автотор»."""
    choices: list[list[str]] = []
    rest = word
    while rest:
        for latin, cyrillic in _TO_CYRILLIC:
            if rest.startswith(latin):
                choices.append(cyrillic.split())
                rest = rest[len(latin) :]
                break
        else:
            rest = rest[1:]
    if word.startswith("e"):
        choices[0] = ["э", "е"]
    if word.endswith("ia"):
        choices[-1] = ["я", "а"]
    spelled = ["".join(letters) for letters, _ in zip(product(*choices), range(_SPELLINGS), strict=False)]
    return [*_BRANDS.get(word, "").split(), *spelled]


# Brands that Russian press does not write letter by letter; the rule above gives the others
_BRANDS = dict(
    entry.strip().split(" ", 1)
    for entry in re.findall(
        "[^;]+",
        "bmw бмв; baic баик; belgee белджи; byd бид; changan чанган; chery чери; citroen ситроен; daimler даймлер; "
        "evolute эволют; exeed эксид; faw фав; forthing фортинг; geely джили; haima хайма; haval хавейл хавал; "
        "honda хонда; hongqi хончи хунци; hyundai хендэ хендай хундай; jac джак; jaecoo джейку; jetour джетур; "
        "knewstar ньюстар; lixiang лисян; livan ливан; mercedes мерседес; mitsubishi мицубиси мицубиши; "
        "nissan ниссан; omoda омода; opel опель; peugeot пежо; renault рено; rostec ростех; sitrak ситрак; skoda шкода; "
        "sollers соллерс; solaris солярис соларис; stellantis стеллантис; swm свм; tank танк; tenet тенет; "
        "toyota тойота; volkswagen фольксваген; volvo вольво; voyah вояж войя воя; xcite иксайт; zeekr зикр",
    )
)
