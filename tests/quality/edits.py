"""Seeded edits that make a reprint of a text: what other sites do to a release before they print it."""

from __future__ import annotations

import random
import re

LEADS = [
    "Как стало известно нашей редакции, событие, о котором давно говорили в деловых кругах, наконец состоялось.",
    "О новостях этого дня рассказываем нашим читателям коротко и по делу.",
    "Редакция получила официальное сообщение, которое приводим ниже с небольшими сокращениями.",
    "Подробности происходящего раскрыли осведомлённые собеседники издания на условиях анонимности.",
    "Эту новость сегодня обсуждают и в соцсетях, и в коридорах власти.",
]
TAILS = [
    "Подписывайтесь на наш канал, чтобы первыми узнавать главные новости. Нашли ошибку? Выделите её и нажмите Ctrl+Enter.",
    "Фото: пресс-служба. При полном или частичном использовании материалов ссылка на источник обязательна. 16+",
    "Читайте также: что изменится для водителей в новом году. Поделиться в социальных сетях: ВКонтакте, Одноклассники, Телеграм.",
    "Материал опубликован на правах информационного партнёрства. Все права защищены. Редакция не отвечает за мнения.",
]
LETTERS = "абвгдежзийклмнопрстуфхцчшщыьэюя"


def sentences(text: str) -> list[str]:
    """The sentences of a text, roughly."""
    return [part.strip() for part in re.split(r"(?<=[.!?…])\s+|\n+", text) if part.strip()]


def lead(text: str, rng: random.Random) -> str:
    """The first sentence is written anew."""
    return " ".join([rng.choice(LEADS), *sentences(text)[1:]])


def cut(text: str, rng: random.Random) -> str:
    """30 % of the words go: as whole sentences from anywhere where that is possible, else the end."""
    parts = sentences(text)
    goal = round(len(text.split()) * 0.7)
    while len(parts) > 1:
        drop = rng.randrange(len(parts))
        if sum(len(part.split()) for part in parts) - len(parts[drop].split()) < goal:
            break
        del parts[drop]
    return " ".join(" ".join(parts).split()[: max(goal, 1)])


def boilerplate(text: str, rng: random.Random) -> str:
    """What a site puts under, and sometimes over, every text."""
    above = rng.choice(["", "РЕКЛАМА. ", "Опубликовано сегодня в 14:05. Просмотров: 1 533. "])
    return f"{above}{text}\n\n{rng.choice(TAILS)}"


def typos(text: str, rng: random.Random, share: float = 0.05) -> str:
    """A letter lost, doubled, replaced or swapped in every twentieth word."""

    def spoil(word: str) -> str:
        at = rng.randrange(1, len(word) - 1)
        kind = rng.randrange(4)
        if kind == 0:
            return word[:at] + word[at + 1 :]
        if kind == 1:
            return word[:at] + word[at] + word[at:]
        if kind == 2:
            return word[:at] + rng.choice(LETTERS) + word[at + 1 :]
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    parts = re.split(r"(\W+)", text)
    return "".join(spoil(word) if len(word) > 3 and word.isalpha() and rng.random() < share else word for word in parts)


def telegram(text: str, rng: random.Random) -> str:
    """The first sentences up to a quarter of the text (at least 12 words) and a signature."""
    kept: list[str] = []
    for sentence in sentences(text):
        kept.append(sentence)
        if sum(len(part.split()) for part in kept) >= max(12, len(text.split()) // 4):
            break
    return " ".join(kept) + rng.choice(["", "\n\nПодписаться", "\n@novosti"])


EDITS = {"lead": lead, "cut": cut, "boilerplate": boilerplate, "typos": typos, "telegram": telegram}


def all_of_it(text: str, rng: random.Random) -> str:
    """Cut, with typos and boilerplate: what the worst aggregators print."""
    return boilerplate(typos(cut(text, rng), rng, 0.03), rng)
