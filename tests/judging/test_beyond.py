"""What stands behind more words of plain paragraphs than the verdict looks at does not count; whatever is less certain does."""

import gzip
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Hints
from crawler.judging import gate, judge, load_topic
from crawler.judging.beyond import Beyond
from crawler.judging.markup import parts
from crawler.reading import read
from tests.shared import shared

TOPIC = load_topic("automotive-clusters")
OTHER = "В селе открыли клуб, жители пришли с цветами и песнями, а вечером долго гуляли у реки под гармонь."
ABOUT = "Завод в Калуге запустил производство электромобилей, автокомпоненты поставят соседние предприятия."
LONG = f"<p>{OTHER}</p>" * 50
PAGE = "<html><title>Праздник</title><body><main><div class='text'>{}</div></main></body></html>"


def _is_refused(inside: str, encoding: str = "utf-8") -> bool:
    return gate(PAGE.format(inside).encode(encoding), TOPIC) != ""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r"])
@pytest.mark.parametrize(
    "end",
    [
        f"<p>{ABOUT}</p>",
        f"<p style='text-align: justify'>{ABOUT}</p><p>{ABOUT}</p>",
        f"<ul><li>{ABOUT}</li><li>{ABOUT}</li></ul>",
        f"<figure><img alt='гости'></figure><p><b>{ABOUT}</b></p>",
        f"<div class='pic'><p>Гости праздника</p></div><!-- <div> --><p>{ABOUT}</p>",
    ],
)
def test_what_the_verdict_does_not_look_at_does_not_count(end: str, encoding: str) -> None:
    assert not judge("Праздник", re.sub("<[^>]*>", " ", LONG + end), TOPIC).relevant
    assert _is_refused(LONG + end, encoding)


@pytest.mark.parametrize(
    "inside",
    [
        f"<p>{OTHER}</p><p>{ABOUT}</p>{LONG}",
        f"{LONG}<h2>Другая новость</h2><p>{ABOUT}</p>",
        f"{LONG}<hr><p>{ABOUT}</p>",
        f"{LONG}</div><div class='text'><p>{ABOUT}</p>",
        f"<div>{LONG}</div><p>{ABOUT}</p>",
        f"{LONG}<table><tr><td>{ABOUT}</td></tr></table>",
        f"<!-- {LONG} --><p>{ABOUT}</p>",
        LONG.replace("<p>", "<p class='hidden'>") + f"<p>{ABOUT}</p>",
        LONG.replace("<p>", "<p style='display:none'>") + f"<p>{ABOUT}</p>",
        LONG.replace("клуб", "<a href='/club'>клуб</a>") + f"<p>{ABOUT}</p>",
        "<p>Село, весна, река.</p>" * 300 + f"<p>{ABOUT}</p>",
        LONG.replace("<p>", "").replace("</p>", "<br>") + ABOUT,
    ],
)
def test_what_may_begin_anew_or_be_left_out_does_not_hide_what_follows(inside: str) -> None:
    assert not _is_refused(inside)


def test_signs_and_parts_of_words_are_no_words() -> None:
    signs = "<p>" + "жи&shy;тели при\u00adшли &#8212; с цветами &nbsp; — … " * 100 + "</p>"
    plain = "<p>" + "жители пришли с цветами " * 100 + "</p>"
    text = PAGE.format(signs + f"<p>{ABOUT}</p>")
    assert not Beyond(text.encode(), "utf-8", 400).holds(text.encode().find("Завод".encode()))
    text = PAGE.format(plain + f"<p>{OTHER * 2}</p><p>{ABOUT}</p>")
    assert Beyond(text.encode(), "utf-8", 400).holds(text.encode().find("Завод".encode()))


def test_data_that_scripts_draw_have_no_order() -> None:
    texts = ",".join(f'{{"text":"{OTHER}"}}' for _ in range(50))
    data = f'<script id="__NEXT_DATA__" type="application/json">{{"feed":[{texts}],"article":{{"text":"{ABOUT}"}}}}</script>'
    assert gate(f"<html><body><div id='__next'></div>{data}</body></html>".encode(), TOPIC) == ""


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(["<p>{}</p>", "<div><p>{}</p></div>", "<blockquote>{}</blockquote>", "<h3>{}</h3>", "<p><i>{}</i></p>"])
    ),
    st.data(),
)
def test_however_an_article_is_built_what_is_kept_passes(blocks: list[str], data: st.DataObject) -> None:
    texts = [OTHER for _ in blocks] + [OTHER] * data.draw(st.integers(0, 40))
    blocks = blocks + ["<p>{}</p>"] * (len(texts) - len(blocks))
    at = data.draw(st.integers(0, len(texts)))
    texts[at:at], blocks[at:at] = [ABOUT], [data.draw(st.sampled_from(["<p>{}</p>", "<div>{}</div>", "<li>{}</li>"]))]
    relevant = judge("", "\n".join(texts), TOPIC).relevant
    assert not (relevant and _is_refused("".join(block.format(text) for block, text in zip(blocks, texts, strict=True))))


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["altai-pages", "ru-pages"])
@pytest.mark.parametrize("words", [100, 600])
def test_readers_do_not_begin_so_late(folder: str, words: int) -> None:
    """Of real pages no paragraph that stands beyond so many words begins earlier in what is read."""
    beyond = 0
    for file in sorted(Path(shared("data", folder)).rglob("*.html*")):
        body = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        shown = parts(body).shown
        page = Beyond(shown, "utf-8", words)
        places = [found.end() for found in re.finditer(rb"<p>", shown) if page.holds(found.end())]
        text = (
            _plain(read(body, "https://site.example/1/", Hints(first_seen=datetime(2026, 11, 1, tzinfo=UTC))).text)
            if places
            else ""
        )
        for at in places:
            paragraph = _plain(re.sub("<[^>]*>", " ", shown[at : shown.find(b"</p", at)].decode("utf-8", "ignore")))[:80]
            if len(paragraph) == 80 and text.count(paragraph) == 1:
                beyond += 1
                assert len(text.partition(paragraph)[0].split()) >= words, (file.name, paragraph)
    assert beyond > 0 or folder == "ru-pages"


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", unescape(text)))
