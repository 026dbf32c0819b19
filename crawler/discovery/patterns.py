"""The pattern that the addresses of a site's articles share, learned from examples and from addresses that are no articles. Pure.

Addresses of articles differ in one step of their path (a number, a slug, a date and a slug), or in one number of their query;
what is the same in all examples stays as it is. Patterns are tried from wide to narrow: the first that takes the examples and
none of the other addresses is the one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

_EXTENSION = re.compile(r"\.(?:html?|shtml|php|aspx?|jsp|xhtml)$")
_IDENTITY_KEYS = re.compile(r"(?i)^(?:element_id|id|nid|p|news_?id|item|article|post)$")
_WORD = r"[a-zA-Z0-9_-]+"
_SLUG = r"[^/?#]+"
_NAMED_SLUG = r"(?!(?:rss|feed|page|tags?|category|author|archive|search)(?:/|$))[^/?#]+"
_LONG_SLUG = r"(?=[^/?#]*(?:\d|[-_][^/?#]*[-_]))[^/?#]+"
"""A digit or three words: sections («about», «press-center») have neither."""

_SHAPES = (
    ("date", re.compile(r"(?:19|20)\d\d-\d\d-\d\d"), r"\d{4}-\d{2}-\d{2}"),
    ("date", re.compile(r"\d\d-\d\d-(?:19|20)\d\d"), r"\d{2}-\d{2}-\d{4}"),
    ("date", re.compile(r"(?:19|20)\d\d[01]\d[0-3]\d"), r"\d{8}"),
    ("year", re.compile(r"(?:19|20)\d\d"), r"\d{4}"),
    ("day", re.compile(r"\d{1,2}"), r"\d{1,2}"),
    ("number", re.compile(r"\d+"), r"\d+"),
    ("hex", re.compile(r"[0-9a-f]{16,40}"), r"[0-9a-f]{16,40}"),
)
_NAMED = (r"\d{4}-\d{2}-\d{2}-[^/?#]+", r"\d{2}-\d{2}-\d{4}-[^/?#]+", r"\d+[-_][^/?#]+", r"[^/?#]*[-_]\d+")
_YEAR = re.compile(r"20[0-4]\d")
_FEW = 4
"""So many different sections are told apart; more are rubrics of one."""
_USUAL = 0.8
_ENOUGH = 0.8
"""Share of the examples that a pattern must take: feeds carry a few links to special pages and other sites."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """An address in parts: host with port, the steps above the last, the last without its extension, and what follows."""

    host: str
    above: tuple[str, ...]
    last: str
    extension: str
    key: str

    @property
    def frame(self) -> tuple[object, ...]:
        """What addresses of one form have in common: depth, kinds of the steps above, extension, key of the query."""
        return (self.host, tuple(_kind(step) for step in self.above), self.extension, self.key, bool(self.last))


def learn(examples: Sequence[str], others: Collection[str] = ()) -> str:
    """A regular expression for canonical addresses like the examples, "" when nothing takes most of them and none of the others.

    `examples` are canonical addresses of articles, `others` of sections, listings, pages of lists, feeds.
    """
    parts = [_split(url) for url in examples]
    hosts = Counter(part.host for part in parts)
    if not hosts:
        return ""
    host = hosts.most_common(1)[0][0]
    forms: dict[tuple[object, ...], list[_Parts]] = defaultdict(list)
    for part in parts:
        if part.host == host:
            forms[part.frame].append(part)
    usual = sorted((form for form in forms.values() if not _is_section(form)), key=len, reverse=True)
    least = _least(len(parts))
    chosen = [pattern for form in usual if len(form) >= least and (pattern := _form(_without_strays(form), others))]
    chosen = list(dict.fromkeys(chosen))
    if not chosen:
        return ""
    start = r"^https?://(?:www\.)?" + _plain(host)
    whole = start + (chosen[0] if len(chosen) == 1 else f"(?:{'|'.join(chosen)})") + "$"
    kept = {part for form in usual for part in form}
    own = [url for url, part in zip(examples, parts, strict=True) if part in kept]
    taken = sum(bool(re.search(whole, url)) for url in own)
    return whole if taken >= _ENOUGH * len(own) else ""


def groups(examples: Sequence[str]) -> list[list[str]]:
    """The examples by their form, largest group first, strays left out: «/news/zavod-otkryt/» apart from «/theme/545/».

    Sections with few different names are groups of their own when each has enough addresses; rubrics in great number are one.
    """
    forms: dict[tuple[object, ...], list[tuple[_Parts, str]]] = defaultdict(list)
    for url in examples:
        part = _split(url)
        forms[part.frame].append((part, url))
    found: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for frame, members in forms.items():
        if _is_section([part for part, _ in members]):
            continue
        places = Counter(part.above for part, _ in members)
        common = {place: count for place, count in places.items() if count >= 2}
        apart = len(common) <= _FEW and 2 * sum(common.values()) >= len(members)
        for part, url in members:
            found[(frame, part.above) if apart else (frame,)].append(url)
    least = _least(len(examples))
    return sorted((group for group in found.values() if len(group) >= least), key=len, reverse=True)


def _is_section(form: Sequence[_Parts]) -> bool:
    """Is it the front page, or sections by year: «/news/2024/», «/news/2025/»?"""
    return not form[0].key and all(not part.last or _YEAR.fullmatch(part.last) for part in form)


def _least(count: int) -> int:
    """How many addresses of a form are more than strays: a tenth of all, and two at least when there are some to choose from."""
    return max(2, count // 10) if count >= 5 else 1


def _split(url: str) -> _Parts:
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step]
    keys = [key for key, value in parse_qsl(parts.query) if _IDENTITY_KEYS.match(key) and value.isdigit()]
    key = keys[0] if keys else ""
    last = steps.pop() if steps and not (key and parts.path.endswith("/")) else ""
    found = _EXTENSION.search(last)
    extension = found[0] if found else ""
    return _Parts(parts.netloc.removeprefix("www."), tuple(steps), last.removesuffix(extension), extension, key)


def _kind(step: str) -> str:
    return next((kind for kind, shape, _ in _SHAPES if shape.fullmatch(step)), "word")


def _without_strays(form: list[_Parts]) -> list[_Parts]:
    """A form without the few addresses that lie elsewhere or are named otherwise than four fifths of it."""
    if len(form) < 5:
        return form
    places = Counter(part.above for part in form)
    near = [part for part in form if places[part.above] > max(1, len(form) // 20)]
    form = near if len(near) >= _USUAL * len(form) else form
    for shape in (*(shape for _, shape, _ in _SHAPES), *map(re.compile, _NAMED)):
        alike = [part for part in form if shape.fullmatch(part.last)]
        if len(alike) >= _USUAL * len(form):
            return alike
    return form


def _form(form: Sequence[_Parts], others: Collection[str]) -> str:
    """The widest pattern for addresses of one form that takes none of the others; "" when there is none."""
    start = r"^https?://(?:www\.)?" + _plain(form[0].host)
    for pattern in _candidates(form):
        wanted = re.compile(start + pattern + "$")
        if not any(wanted.search(url) for url in others):
            return pattern
    return ""


def _candidates(form: Sequence[_Parts]) -> Iterator[str]:
    """Patterns of a form, from wide to narrow; the steps above stay as they are before the last one does."""
    tail = _plain(form[0].extension)
    if form[0].key:
        tail += rf"\?(?:[^#]*&)?{_plain(form[0].key)}=\d+(?:&[^#]*)?"
    elif not form[0].extension:
        tail += "/?"
    for last in _last(form):
        for above in _above(form):
            yield above + last + tail


def _above(form: Sequence[_Parts]) -> Iterator[str]:
    """The steps above the last: rubrics that differ as any word first, then as those that were seen."""
    for listed in (False, True):
        steps = []
        for seen in zip(*(part.above for part in form), strict=True):
            values = sorted(set(seen))
            shape = next((pattern for kind, _, pattern in _SHAPES if kind == _kind(values[0])), "")
            if shape and _kind(values[0]) != "word":
                fitting = [pattern for _, wanted, pattern in _SHAPES if all(wanted.fullmatch(value) for value in values)]
                steps.append(fitting[0])
            elif len(values) == 1:
                steps.append(_plain(values[0]))
            elif listed:
                steps.append(f"(?:{'|'.join(map(_plain, values))})")
            else:
                steps.append(_WORD)
        yield "/" + "".join(f"{step}/" for step in steps)


def _last(form: Sequence[_Parts]) -> Iterator[str]:
    """The last step: by what is common to all examples."""
    names = {part.last for part in form}
    if names == {""}:
        yield ""
        return
    if form[0].key and len(names) == 1:
        yield _plain(next(iter(names)))
        return
    if all(name.isdigit() for name in names):
        # a day or a year that differs in every example is a number; where years are sections, they are left out
        yield from (r"\d+", r"(?!(?:19|20)\d\d/?$)\d+")
        return
    for _, shape, pattern in _SHAPES:
        if all(shape.fullmatch(name) for name in names):
            yield pattern
            return
    for wanted in _NAMED:
        if all(re.fullmatch(wanted, name) for name in names):
            yield wanted
            return
    prefix = _common_prefix(names)
    numbered = prefix and all(name.removeprefix(prefix).isdigit() for name in names)
    if numbered:
        yield _plain(prefix) + r"\d+"
    yield from (_SLUG, _NAMED_SLUG)
    if all(re.fullmatch(_LONG_SLUG, name) for name in names) or len(names) >= 5:
        yield _LONG_SLUG
    if prefix and not numbered:  # last: the news of one plant begin alike until they do not
        yield _plain(prefix) + _SLUG


def _common_prefix(names: Collection[str]) -> str:
    """What all names begin with, up to a separator: "news_" of news_1, news_2."""
    first, last = min(names), max(names)
    length = next((index for index, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), 0)
    return first[: max(first.rfind("-", 0, length), first.rfind("_", 0, length)) + 1] if len(names) >= 3 else ""


def _plain(text: str) -> str:
    """The text as a pattern, hyphens as they are: they mean nothing outside brackets, and addresses are full of them."""
    return re.escape(text).replace("\\-", "-")
