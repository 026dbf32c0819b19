"""Invented Russian news for the benchmark's pages.

News about anything but vehicles are sentences of many parts. News on topic tell of events: each has its own company, town, goods
and figures and is told by a few articles in different words; the rest of an article is real words with their real frequencies, so
that two articles have in common what two articles of the press have.
"""

import random
import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

_WHO = [
    *("Администрация района", "Комитет по культуре", "Городская библиотека", "Служба спасения", "Театр драмы", "Областной музей"),
    *(
        "Фермерское хозяйство «Заря»",
        "Управление дорог",
        "Совет ветеранов",
        "Молодёжный центр",
        "Спортивная школа",
        "Поликлиника",
    ),
    *(
        "Водоканал",
        "Лесничество",
        "Краеведческое общество",
        "Дом творчества",
        "Ботанический сад",
        "Союз художников",
        "Филармония",
    ),
    *("Общественная палата", "Центр занятости", "Колледж искусств", "Служба благоустройства", "Клуб филателистов"),
]
_DID = [
    *("провела", "подготовила", "объявила", "завершила", "представила", "обсудила", "открыла", "продлила", "перенесла"),
    *("поддержала", "начала", "отметила", "согласовала", "утвердила", "показала", "запланировала", "восстановила"),
]
_WHAT = [
    *("встречу с жителями", "ремонт дороги", "выставку картин", "праздничный концерт", "уборку парка", "посевную кампанию"),
    *("конкурс чтецов", "день открытых дверей", "запись в кружки", "осмотр школ", "посадку деревьев", "показ старых фильмов"),
    *("сбор книг", "турнир по шахматам", "лыжную гонку", "набор волонтёров", "перепись птиц", "очистку родника"),
    *("вакцинацию от гриппа", "смотр народных хоров", "проверку детских площадок", "обновление остановок", "ярмарку мёда"),
]
_WHERE = [
    *("в Заречном", "в Верхних Полянах", "на улице Лесной", "в Старом городе", "у набережной", "в посёлке Озёрном"),
    *("в микрорайоне Южном", "на станции Берёзовой", "в сквере Победы", "у вокзала", "в Нижнем Бору", "за рекой"),
    *("в доме культуры", "на площади Труда", "в соседнем районе", "в школе № 12", "в Красной Слободе", "на стадионе"),
]
_WHEN = [
    *("в выходные", "на прошлой неделе", "по просьбам горожан", "при поддержке волонтёров", "в рамках программы", "до весны"),
    *("впервые за год", "третий год подряд", "раньше срока", "из-за морозов", "к юбилею", "с участием школьников", "в среду"),
    *("после перерыва", "вместе с соседями", "без лишних расходов", "по новому порядку", "к началу сезона", "до конца месяца"),
]
_BEGINNINGS = re.findall(
    r"\S+",
    "Авто Вол Кард Ливан Мото Нарт Орб Прим Рад Сев Тех Ура Фор Шас Элек Яр Бал Гран Дон Зен Кам Лад Омс Пен Руд Сам",
)
_MIDDLES = re.findall(
    r"\S+",
    "а е и о ран тор лин вел мет нов пол сер тал гор дек зав",
)
_ENDINGS = re.findall(
    r"\S+",
    "агрегат деталь дизель комп кузов литьё маш мост пласт привод прибор сервис сталь тех форм электро",
)
_KINDS = ["Завод", "Компания", "Предприятие", "Холдинг", "Фирма", "Объединение", "Группа", "Производитель"]
_TOWNS = re.findall(
    r"\S+",
    "Калуге Рязани Туле Твери Пскове Тамбове Липецке Брянске Курске Орле Вологде Кирове Ижевске Перми Уфе Самаре "
    "Пензе Саранске Чебоксарах Ульяновске Тольятти Елабуге Саратове Волгограде Таганроге Краснодаре Омске Томске "
    "Кемерове Барнауле Чите Якутске Владивостоке Хабаровске Калининграде Мурманске Петрозаводске Костроме Иванове "
    "Владимире Коврове Муроме Миассе Челябинске",
)
_MADE = [
    *("открыл линию по выпуску", "начал серийное производство", "вдвое увеличил выпуск", "локализовал изготовление"),
    *("вложил средства в цех", "получил заём на производство", "освоил сварку и сборку", "поставил первую партию"),
    *("готовит к запуску участок", "нанял людей для выпуска", "сертифицировал производство", "модернизировал конвейер"),
]
_PART = [
    *("автокомпонентов для электромобилей", "кузовных деталей легковых автомобилей", "тяговых батарей для электробусов"),
    *("коробок передач для грузовиков", "автомобильных сидений", "тормозных систем автомобилей", "рулевых механизмов"),
    *("автомобильных двигателей", "зарядных станций для электромобилей", "автомобильных стёкол", "фар для автозавода"),
    *("шин для легковых автомобилей", "жгутов проводов для автоконцерна", "литых деталей подвески автомобилей"),
]
_WHY = [
    *("в автомобильном кластере", "в особой экономической зоне", "по программе локализации", "в индустриальном парке"),
    *("вместо импортных поставок", "по договору с автозаводом", "на заём фонда развития промышленности", "для сборки машин"),
]
_NUMBER = ["за {} млн рублей", "на {} рабочих мест", "до {} тыс. штук в год", "на площади {} кв. метров", "за {} недель"]
_FACTS = [
    "{kind} «{name}» {made} {part} {why}",
    "Вложения в проект составят {money} млн рублей, сообщили в «{name}»",
    "На новом производстве {part} в {town} создадут {jobs} рабочих мест",
    "Мощность участка — {output} тыс. изделий в год, он занимает {area} кв. метров",
    "«{name}» поставит {part} автозаводам {why}",
    "Губернатор осмотрел в {town} цех «{name}», где будут делать {part}",
    "Первую продукцию «{name}» отгрузит через {weeks} недель после наладки оборудования",
    "До сих пор такие изделия для автомобилей ввозили, доля «{name}» на рынке может достичь {share} процентов",
]
_TITLES = [
    "«{name}» {made} {part} в {town}",
    "В {town} {kind} «{name}» {made} {part}",
    "{part} из {town}: «{name}» вложит {money} млн",
]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a car industry that does not exist: what fills the facts, and the words that go with it."""

    facts: dict[str, str]
    words: tuple[str, ...]


def plain(rng: random.Random) -> str:
    """A sentence about anything but vehicles, without the full stop."""
    parts = [rng.choice(part) for part in (_WHO, _DID, _WHAT, _WHERE, _WHEN)]
    if rng.random() < 0.3:
        parts.append(rng.choice(_NUMBER).format(rng.randrange(3, 900)))
    return " ".join(parts)


def article(rng: random.Random) -> tuple[str, list[str]]:
    """(title, paragraphs) about anything but vehicles."""
    paragraphs = [[plain(rng) for _ in range(rng.randint(2, 5))] for _ in range(rng.randint(5, 12))]
    return plain(rng), [". ".join(sentences) + "." for sentences in paragraphs]


def happen(rng: random.Random) -> Event:
    """An event that no other is like."""
    figures = {
        "money": (20, 9000),
        "jobs": (12, 900),
        "output": (3, 800),
        "area": (900, 60_000),
        "weeks": (3, 40),
        "share": (5, 60),
    }
    facts = {
        "name": rng.choice(_BEGINNINGS) + rng.choice(_MIDDLES) + rng.choice(_ENDINGS),
        "kind": rng.choice(_KINDS),
        "town": rng.choice(_TOWNS),
        "made": rng.choice(_MADE),
        "part": rng.choice(_PART),
        "why": rng.choice(_WHY),
        **{name: str(rng.randrange(*span)) for name, span in figures.items()},
    }
    return Event(facts, tuple(_draw(rng, 30)))


def tell(rng: random.Random, event: Event) -> tuple[str, list[str]]:
    """(title, paragraphs) about an event, each time in other words."""
    paragraphs = []
    facts = rng.sample(_FACTS, 6)
    for number in range(rng.randint(5, 12)):
        sentences = [_sentence(rng, event) for _ in range(rng.randint(1, 3))]
        sentences += [fact.format(**event.facts) for fact in facts[number * 2 : number * 2 + 2]]
        rng.shuffle(sentences)
        paragraphs.append(". ".join(sentences) + ".")
    return rng.choice(_TITLES).format(**event.facts), paragraphs


def _sentence(rng: random.Random, event: Event) -> str:
    own = rng.sample(event.words, 2)
    return " ".join(rng.sample([*own, *_draw(rng, rng.randint(8, 14))], k=10)).capitalize()


def _draw(rng: random.Random, count: int) -> list[str]:
    found, weights = _vocabulary()
    return [rng.choice(_forms(word)) for word in rng.choices(found, cum_weights=weights, k=count)]


@cache
def _vocabulary() -> tuple[list[str], list[int]]:
    """Ten thousand words of news, and how often each is met, added up. None that says when something was: dates are measured;
    none that the topic takes for another subject: an article on topic does not speak of police, war and theatre in turn."""
    from crawler.judging import load_topic
    from crawler.judging.evidence import gather

    topic = load_topic("automotive-clusters")

    def is_of_another_subject(word: str) -> bool:
        return any(kind == "group" and topic.groups[name].weight < 0 for kind, name in gather("", word, topic).hits)

    path = Path(__file__).resolve().parents[2] / "storage" / "background.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    rows = [row for row in rows if row[0].isalpha() and not row[0].startswith(_TIMES) and not is_of_another_subject(row[0])]
    return [word for word, _ in rows], list(accumulate(int(count) for _, count in rows))


_TIMES = (
    "январ",
    "феврал",
    "март",
    "апрел",
    "май",
    "июн",
    "июл",
    "август",
    "сентябр",
    "октябр",
    "ноябр",
    "декабр",
    "вчера",
    "сегодня",
)


@cache
def _forms(word: str) -> tuple[str, ...]:
    """The first forms of its table, which are the usual ones."""
    from storage.text import analyzer

    return tuple(form.word for form in analyzer().parse(word)[0].lexeme[:5])
