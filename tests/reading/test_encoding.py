"""Letters: the order BOM, UTF-8, what the document says, the header, the letters themselves; and what sites stored wrongly."""

import pytest

from crawler.reading.encoding import decode
from crawler.reading.mojibake import mended, repaired
from tests.reading.pages import PARAGRAPHS, article, page, reading

TEXT = PARAGRAPHS[0]
SIMPLE = TEXT.replace("«", '"').replace("»", '"').replace("—", "-")


def test_a_byte_order_mark_is_stronger_than_what_document_and_header_say() -> None:
    body = b"\xef\xbb\xbf" + f'<meta charset="windows-1251"><p>{TEXT}</p>'.encode()
    found = decode(body, {"content-type": "text/html; charset=koi8-r"})
    assert (TEXT in found.text, found.encoding) == (True, "utf-8")


def test_valid_utf8_is_stronger_than_what_the_document_says() -> None:
    found = decode(f'<meta charset="windows-1251"><p>{TEXT}</p>'.encode(), {})
    assert (TEXT in found.text, found.encoding) == (True, "utf-8")


@pytest.mark.parametrize("real", ["cp1251", "koi8-r", "cp866", "iso8859-5"])
@pytest.mark.parametrize("told", ["windows-1251", "koi8-r", "utf-8", "ibm866", "iso-8859-1", ""])
def test_a_wrong_declaration_loses_against_the_letters(real: str, told: str) -> None:
    body = f'<html><head><meta charset="{told}"></head><body><p>{SIMPLE}</p></body></html>'.encode(real)
    assert SIMPLE in decode(body, {"content-type": f"text/html; charset={told}" if told else "text/html"}).text


def test_the_document_is_believed_before_the_header_when_both_could_be_right() -> None:
    short = "<html><head><meta charset='windows-1251'></head><body>ОАО</body></html>".encode("cp1251")
    assert "ОАО" in decode(short, {"content-type": "text/html; charset=koi8-r"}).text


def test_a_page_glued_of_two_tables_is_read_piece_by_piece() -> None:
    body = f"<p>{TEXT}</p>".encode() + f"<p>{SIMPLE}</p>".encode("cp1251") + f"<p>{TEXT}</p>".encode()
    found = decode(body, {})
    assert found.text.count(TEXT) >= 2
    assert SIMPLE in found.text


# what a database keeps when a site read its own pages by the wrong table
STORED = {
    "UTF-8 read as Latin-1": ("utf-8", "latin-1"),
    "windows-1251 read as Latin-1": ("cp1251", "latin-1"),
    "UTF-8 read as windows-1251": ("utf-8", "cp1251"),
}


@pytest.mark.parametrize("name", STORED)
def test_what_the_site_itself_stored_wrongly_is_recognised(name: str) -> None:
    right, wrong = STORED[name]
    stored = SIMPLE.encode(right).decode(wrong)
    assert SIMPLE in (repaired(stored), mended(stored))
    read = reading(page(f"<h1>Завод</h1><p>{stored}</p><p>{stored}</p><p>{PARAGRAPHS[1]}</p>", title="Завод"))
    assert SIMPLE in read.text


def test_utf8_stored_as_windows_1252_is_undone_with_the_controls_that_this_table_lacks() -> None:
    stored = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in SIMPLE.encode())
    assert mended(f'<p title="{stored}">{stored}</p>') == f'<p title="{SIMPLE}">{SIMPLE}</p>'


def test_what_is_right_stays_as_it_is() -> None:
    for text in (TEXT, SIMPLE, "Der Präsident eröffnet das Werk – «größer»", "Société Générale à Kalouga", "Привет, Ñandú!", ""):
        assert repaired(text) == mended(text) == text
    assert reading(article()).encoding == "utf-8"
