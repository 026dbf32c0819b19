"""Labelled texts of a topic, one a line: `+` or `-` and a class; title (may be empty); text; " :: " between them; # a comment.

Apart from the training, so that a test reads them without numpy, scipy and scikit-learn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Text:
    """One labelled text; `group` numbers the file that it is from."""

    relevant: bool
    kind: str
    title: str
    text: str
    weight: float
    group: int


def read(folder: Path) -> list[Text]:
    """The labelled texts of a folder, each followed by its variants."""
    texts = []
    for number, file in enumerate(sorted(folder.glob("*.txt"))):
        for labelled in read_file(file):
            one = replace(labelled, group=number)
            texts.append(one)
            if one.title and one.text:
                texts += [replace(one, title="", weight=0.5), replace(one, text="", weight=0.5)]
    return texts


def read_file(file: Path) -> list[Text]:
    """The labelled texts of one file, in order, as they stand."""
    texts = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            head, title, text = (part.strip() for part in re.split(r"\s*::\s*", line, maxsplit=2))
            assert head[:2] in {"+ ", "- "}, line
            texts.append(Text(head[0] == "+", head[2:], title, text, 1.0, 0))
    return texts
