"""`avtoklaster diff`: the wordings of an article side by side."""

from __future__ import annotations

import difflib
import itertools
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from crawler.cli.articles import named
from crawler.cli.common import Settings, json_option, pass_settings, say
from crawler.cli.output import emphasis, plain, to_json

if TYPE_CHECKING:
    from storage.wordings import Wording

_SENTENCE = re.compile(r"[^\n]*?(?:[.!?…]+[»\"')]*(?=\s)|(?=\n)|\Z)\s*")


@click.command(short_help="Shows what was removed from and added to an article between its wordings.")
@click.argument("article", metavar="ARTICLE")
@click.option("--full", is_flag=True, help="Print the whole text around the changes, not only the changed sentences.")
@json_option
@pass_settings
def command(settings: Settings, article: str, full: bool, as_json: bool) -> None:
    """Shows how the wording of an ARTICLE, named by its id or address, changed from revision to revision.

    Sentences that were removed begin with -, those that were added with +; within a changed sentence the words that differ are
    marked [-so-] and {+so+}. --json prints one object a change with the keys from, to, title, removed and added; each sentence is
    given whole.
    """
    from storage import wordings

    with settings.open(read_only=True) as archive:
        row = named(archive, article)
        found = wordings.wordings(archive, row["id"])
    pairs = list(itertools.pairwise(found))
    if as_json:
        for old, new in pairs:
            click.echo(to_json(_as_object(old, new)))
        return
    say(f"{row['id']}  {row['title']}")
    if not pairs:
        say("Its wording has not changed since it was first seen.")
    for old, new in pairs:
        click.echo("")
        click.echo(emphasis(f"seen {_when(old.seen)}, changed by {_when(new.seen)}", sys.stdout))
        for line in _lines(old, new, full):
            click.echo(line)


def _when(stamp: str) -> str:
    return stamp[:16].replace("T", " ") + " UTC"


def sentences(text: str) -> list[str]:
    """The sentences of a text without the space between them, a line never running into the next."""
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


def _changes(old: Wording, new: Wording) -> Iterator[tuple[list[str], list[str]]]:
    """(removed, added) sentences in order; equal ones as (same, same)."""
    before, after = sentences(old.text), sentences(new.text)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "replace" and b - a == d - c:
            yield from (([one], [other]) for one, other in zip(before[a:b], after[c:d], strict=True))
        else:
            yield before[a:b], after[c:d]


def _as_object(old: Wording, new: Wording) -> dict[str, object]:
    changed = [(removed, added) for removed, added in _changes(old, new) if removed != added]
    return {
        "from": old.seen,
        "to": new.seen,
        "title": [old.title, new.title] if old.title != new.title else None,
        "removed": [sentence for removed, _ in changed for sentence in removed],
        "added": [sentence for _, added in changed for sentence in added],
    }


def _lines(old: Wording, new: Wording, full: bool) -> Iterator[str]:
    if old.title != new.title:
        yield f"  title: {words_changed(old.title, new.title)}"
    for removed, added in _changes(old, new):
        if removed == added:
            yield from (f"    {plain(sentence)}" for sentence in removed if full)
        elif len(removed) == len(added) == 1 and _alike(removed[0], added[0]):
            yield f"  ± {words_changed(removed[0], added[0])}"
        else:
            yield from (f"  - {plain(sentence)}" for sentence in removed)
            yield from (f"  + {plain(sentence)}" for sentence in added)


def _alike(one: str, other: str) -> bool:
    return difflib.SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio() >= 0.5


def words_changed(old: str, new: str) -> str:
    """One sentence with what was removed as [-words-] and what was added as {+words+}."""
    before, after = plain(old).split(), plain(new).split()
    parts = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(" ".join(before[a:b]))
            continue
        if b > a:
            parts.append(f"[-{' '.join(before[a:b])}-]")
        if d > c:
            parts.append(f"{{+{' '.join(after[c:d])}+}}")
    return " ".join(parts)
