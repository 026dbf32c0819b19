"""Are region and companies those that a text is about: `python -m tests.quality.about` prints what is wrong and the shares."""

from __future__ import annotations

from pathlib import Path

from crawler.judging import judge, load_topic
from tests.quality.labelled import read_file

HERE = Path(__file__).parent / "topics"


def labels() -> list[tuple[str, str, set[str], set[str]]]:
    """(title, text, regions of which the first found must be one, all companies)"""
    found = []
    position: dict[str, int] = {}
    for line in (HERE / "about.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        file, *cells = line.split("\t")
        texts = read_file(HERE / "automotive-clusters" / f"{file}.txt")
        for region, companies in zip(cells[::2], cells[1::2], strict=True):
            one = texts[position.get(file, 0)]
            position[file] = position.get(file, 0) + 1
            regions = set() if region == "-" else {f"RU-{code}" for code in region.split(",")}
            found.append((one.title, one.text, regions, set() if companies == "-" else set(companies.split(","))))
    return found


def measure(*, tell: bool = False) -> dict[str, float]:
    """Shares of texts with the right region first, and with exactly the right companies."""
    topic = load_topic("automotive-clusters")
    places = makers = 0
    rows = labels()
    for title, text, regions, companies in rows:
        verdict = judge(title, text, topic)
        placed = verdict.regions[0] in regions if verdict.regions else not regions
        made = set(verdict.companies) == companies
        places += placed
        makers += made
        if tell and not (placed and made):
            print(f"{title or text[:60]}: {verdict.regions} {verdict.companies}, labelled {regions} {companies}")
    return {"regions": places / len(rows), "companies": makers / len(rows)}


if __name__ == "__main__":
    print(measure(tell=True))
