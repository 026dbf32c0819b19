"""Imported by nobody but the fork server of `crawler.workers`: reads one small page, so that workers are born with everything
loaded and warm, in memory that they share."""

import gc
from datetime import UTC, datetime

from crawler.items import Hints
from crawler.processing import process_gated
from storage.derived import derive

_TEXT = "<p>Городская библиотека открыла выставку старых карт и пригласила всех жителей на встречу с краеведами.</p>" * 12
_PAGE = (
    f"<html><head><title>Выставка карт</title></head><body><h1>Выставка карт</h1><b>12 мая 2025, 10:00</b>{_TEXT}</body></html>"
)

process_gated(
    _PAGE.encode(),
    "https://site.example/news/1/",
    Hints(first_seen=datetime(2025, 6, 1, tzinfo=UTC)),
    "automotive-clusters",
)
derive("", _TEXT)
gc.freeze()
