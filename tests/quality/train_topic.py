"""Learns the weights of a topic from labelled texts: `python -m tests.quality.train_topic automotive-clusters`.

Reads tests/quality/topics/NAME/*.txt, prints what cross-validation over files gives (whose texts have other authors, subjects
or registers: a text is judged by what others wrote), writes crawler/topics/NAME.weights.tsv.
Needs numpy, scipy and scikit-learn; the product needs none of them: the weights are data.

The model is a logistic regression over the topic's own score (`rules`), its groups by zone, and stems. What a group says may
be made stronger or weaker by the texts but not turned round (with what the topic's own score gives it, at least nothing is left):
the labelled set is small, and a launch does not become an argument against because the set has many launches of other industries.
Every text is also shown without its title and as a title alone, at half the weight, because sources are like that.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import expit
from sklearn.model_selection import GroupKFold

from crawler.judging import Topic, load_topic
from crawler.judging.evidence import Evidence, gather, weight_of
from crawler.judging.topic import Model
from crawler.judging.words import stem
from tests.quality.labelled import read

HERE = Path(__file__).parent
TOPICS = HERE.parent.parent / "crawler" / "topics"

FEATURE_PENALTY, STEM_PENALTY, STEM_SCALE, RULES = 2.0, 0.7, 1.0, 0.5
RELEVANT = 1.6
"""The weight of a relevant text: an article that is lost is worse than one too many."""
LACKING = 0.3
"""The weight of a text that the topic's needs refuse already: it teaches little."""
FIRM = -4.0
"""A [[without]] rule of this weight or less may only be made stronger: the labelled texts are short, and a short one often names
no place; that a page of two hundred words names none of Russia says more."""
FEWEST_TEXTS = 3
"""A stem counts when so many texts have it."""
SMALLEST = 0.05
STOP_WORDS = """
и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о из ему
теперь когда даже ну ли если уже или ни быть был него до вас уж вам ведь там потом себя ничего ей может они тут где есть надо ней
для мы тебя их чем была сам чтоб без будто чего раз тоже себе под будет ж тогда кто этот того потому этого какой совсем ним здесь
этом один почти мой тем чтобы нее сейчас были куда зачем всех никогда можно при наконец два об другой хоть после над больше тот
через эти нас про них какая много разве три эту моя впрочем хорошо свою этой перед иногда лучше чуть том нельзя такой им более
всегда конечно всю между это которые который которая которых будут первый первая первые год года году лет также самый самые свои
свой наш день дня время раньше ранее сегодня вчера около менее сразу среди
"""


class Matrix:
    """Texts as numbers: the rules' score, features, stems (columns fixed by the training texts; the rarer, the larger)."""

    def __init__(self, found: Sequence[Evidence], features: list[str], stems: list[str], rarity: Any) -> None:
        self.features, self.stems, self.scale = features, stems, STEM_SCALE * rarity
        self.rules = np.array([one.rules for one in found])
        self.f = np.array([[one.features.get(name, 0.0) for name in features] for one in found])
        column = {name: at for at, name in enumerate(stems)}
        cells = [(row, column[key], value) for row, one in enumerate(found) for key, value in one.stems.items() if key in column]
        rows, columns, values = (np.array(part) for part in zip(*cells, strict=True))
        self.s = csr_array((values * self.scale[columns], (rows, columns)), shape=(len(found), len(stems)))

    def rows(self, chosen: Any) -> Matrix:
        part = object.__new__(Matrix)
        part.features, part.stems, part.scale = self.features, self.stems, self.scale
        part.rules, part.f, part.s = self.rules[chosen], self.f[chosen], self.s[chosen]
        return part


def fit(matrix: Matrix, labels: Any, weights: Any, bounds: Sequence[tuple[float | None, float | None]]) -> Any:
    """The best (bias, features…, stems…) under the penalties; `bounds` are those of the features' weights."""
    wanted = np.where(labels, 1.0, -1.0)
    size = len(matrix.features)

    def loss(at: Any) -> tuple[float, Any]:
        f, s = at[1 : 1 + size], at[1 + size :]
        odds = at[0] + RULES * matrix.rules + matrix.f @ f + matrix.s @ s
        slope = -wanted * expit(-wanted * odds) * weights
        value = (np.logaddexp(0, -wanted * odds) * weights).sum() + (FEATURE_PENALTY * f @ f + STEM_PENALTY * s @ s) / 2
        return value, np.concatenate(
            [[slope.sum()], matrix.f.T @ slope + FEATURE_PENALTY * f, matrix.s.T @ slope + STEM_PENALTY * s]
        )

    bounds = [(None, None), *bounds, *[(None, None)] * len(matrix.stems)]
    start = np.zeros(1 + size + len(matrix.stems))
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000}).x


def predict(matrix: Matrix, at: Any) -> Any:
    size = len(matrix.features)
    return expit(at[0] + RULES * matrix.rules + matrix.f @ at[1 : 1 + size] + matrix.s @ at[1 + size :])


def own(feature: str, topic: Topic) -> float:
    """What a feature counts in the topic's own score."""
    name, _, zone = feature.partition(":")
    if zone:
        return (
            weight_of(name, 1.0, topic)
            * {"title": topic.decide.title, "lead": topic.decide.lead_factor, "text": topic.decide.text}[zone]
        )
    return next(rule.weight for rule in (*topic.pairs, *topic.withouts) if rule.id == name)


def bound(feature: str, topic: Topic) -> tuple[float | None, float | None]:
    """Between what the learned weight of a feature lies."""
    counts = own(feature, topic)
    if counts > 0:
        return -RULES * counts, None
    firm = any(rule.id == feature and rule.weight <= FIRM for rule in topic.withouts)
    return None, 0.0 if firm else -RULES * counts


def main(name: str) -> None:
    topic = load_topic(name)
    topic = replace(topic, model=Model())
    texts = read(HERE / "topics" / name)
    found = [gather(one.title, one.text, topic, every_stem=True) for one in texts]
    stop = {stem(word) for word in STOP_WORDS.split()}
    seen = Counter(key for one, text in zip(found, texts, strict=True) if text.weight == 1 for key in one.stems)
    stems = sorted(key for key, count in seen.items() if count >= FEWEST_TEXTS and key not in stop and len(key) > 2)
    features = sorted({key for one in found for key in one.features})
    rarity = 1 + np.log(sum(text.weight == 1 for text in texts) / np.array([seen[key] for key in stems]))
    matrix = Matrix(found, features, stems, rarity)
    labels = np.array([text.relevant for text in texts])
    met = np.array([not one.missing for one in found])
    weights = np.array([text.weight for text in texts]) * np.where(met, 1.0, LACKING) * np.where(labels, RELEVANT, 1.0)
    bounds = [bound(feature, topic) for feature in features]

    odds = np.zeros(len(texts))
    groups = np.array([text.group for text in texts])
    for train, test in GroupKFold(8, shuffle=True, random_state=1).split(labels, labels, groups):
        odds[test] = predict(matrix.rows(test), fit(matrix.rows(train), labels[train], weights[train], bounds))
    whole = np.array([text.weight == 1 for text in texts])
    kept = (odds > 0.5) & met
    print(f"{whole.sum()} texts, {(whole & labels).sum()} relevant; cross-validated over files:")
    print(f"recall {kept[whole & labels].mean():.3f}, refused {1 - kept[whole & ~labels].mean():.3f}")

    at = fit(matrix, labels, weights, bounds)
    target = TOPICS / f"{name}.weights.tsv"
    target.write_text(_weights(name, at, matrix), encoding="utf-8")
    print(f"written: {target.name}")


def _weights(name: str, at: Any, matrix: Matrix) -> str:
    size = len(matrix.features)
    lines = [
        f"# Weights of the topic {name}, learned by tests/quality/train_topic.py from tests/quality/topics/{name}: do not edit.",
        "# Log-odds = bias + rules x the topic's own score + features (group:zone, pairs) + stems (unit length).",
        f"bias\t\t{at[0]:.4f}",
        f"rules\t\t{RULES}",
    ]
    named = zip(matrix.features, at[1 : 1 + size], strict=True)
    lines += [f"feature\t{key}\t{value:.3f}" for key, value in named if abs(value) >= SMALLEST / 5]
    named = zip(matrix.stems, at[1 + size :] * matrix.scale, strict=True)
    lines += [f"stem\t{key}\t{value:.2f}" for key, value in sorted(named, key=lambda item: -item[1]) if abs(value) >= SMALLEST]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "automotive-clusters")
