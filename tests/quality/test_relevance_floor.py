"""The shipped topic decides at least as well as before, and the gate refuses nothing that the verdict keeps."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.quality import relevance
from tests.quality.labelled import read_file

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))["relevance"]
ID = re.compile(r"# (?P<id>b3-\d{3}): \S.*")


def test_the_texts_on_real_events() -> None:
    row = relevance.labelled()
    for name in ("recall", "refused", "hard_refused", "region"):
        assert row[name] >= FLOORS[name], name


@pytest.mark.parametrize("prefix", [prefix for prefix in relevance.BLIND if f"{prefix}_recall" in FLOORS])
def test_texts_that_were_never_trained_on(prefix: str) -> None:
    for name, value in relevance.blind(prefix).items():
        assert value >= FLOORS[name], name


def test_each_text_of_the_third_blind_set_has_an_id_of_its_own_and_a_reason() -> None:
    """Loads it and judges nothing: the set is for scoring once."""
    file = relevance.BLIND_TEXTS / relevance.BLIND["blind_3"]
    texts = read_file(file)
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("# ") or ID.match(line)]
    ids = [
        found["id"]
        for above, below in zip(lines[::2], lines[1::2], strict=True)
        if (found := ID.match(above)) and below[0] in "+-"
    ]
    assert len(set(ids)) == len(texts) == len(lines) / 2 == 160
    assert len({one.text for one in texts}) == 160
    assert sum(one.relevant for one in texts) == 80
    assert sum(not one.relevant and one.kind != "news" for one in texts) >= 60
    assert all(one.kind and len(one.text) > 100 for one in texts)


@pytest.mark.slow
def test_general_news_is_not_kept() -> None:
    row = relevance.general()
    assert row["kept"] <= FLOORS["general_kept_at_most"]
    assert row["errors"] <= FLOORS["general_errors_at_most"]
    assert row["gated"] >= FLOORS["general_gated"]
