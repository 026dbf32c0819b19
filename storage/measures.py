"""Figures of the archive for a monitoring system."""

from __future__ import annotations

from collections.abc import Iterator

from storage.connection import Archive

Rows = list[tuple[dict[str, str], float]]

_MEASURES = (
    ("articles", "gauge", "Articles in the archive.", "SELECT coalesce(sum(articles), 0) FROM month_counts", ()),
    ("stories", "gauge", "Stories in the archive.", "SELECT count(*) FROM stories WHERE articles > 0", ()),
    ("copies", "gauge", "Copies recorded on articles.", "SELECT count(*) FROM copies", ()),
    ("sources_enabled", "gauge", "Sources being watched.", "SELECT count(*) FROM sources WHERE enabled", ()),
    (
        "crawls_total",
        "counter",
        "Crawls ended, by outcome.",
        "SELECT count(*), outcome FROM crawls WHERE outcome IS NOT NULL GROUP BY 2",
        ("outcome",),
    ),
    ("crawls_running", "gauge", "Crawls that run now.", "SELECT count(*) FROM crawls WHERE finished IS NULL", ()),
    ("requests_total", "counter", "Requests made by crawls.", "SELECT coalesce(sum(requests), 0) FROM crawls", ()),
    ("bytes_total", "counter", "Bytes received by crawls.", "SELECT coalesce(sum(bytes), 0) FROM crawls", ()),
    (
        "alarms",
        "gauge",
        "Alarms that stand, by kind.",
        "SELECT count(*), a.kind FROM alarms AS a JOIN sources AS s ON s.id = a.source"
        " WHERE a.cleared IS NULL AND s.enabled GROUP BY 2",
        ("kind",),
    ),
    (
        "messages_refused",
        "gauge",
        "Messages that a recipient's service has refused for long.",
        "SELECT count(*) FROM undelivered WHERE raised IS NOT NULL AND ended IS NULL",
        (),
    ),
    (
        "archive_bytes",
        "gauge",
        "Size of the archive file.",
        "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
        (),
    ),
    (
        "source_last_success_timestamp_seconds",
        "gauge",
        "When a source was last crawled with success (Unix time).",
        "SELECT unixepoch(last_success), id FROM sources WHERE enabled AND last_success IS NOT NULL",
        ("source",),
    ),
    (
        "source_last_new_timestamp_seconds",
        "gauge",
        "When a source last brought a new article (Unix time).",
        "SELECT unixepoch(last_new), id FROM sources WHERE enabled AND last_new IS NOT NULL",
        ("source",),
    ),
)


def all_of(archive: Archive) -> Iterator[tuple[str, str, str, Rows]]:
    """Every measure as (name, type, help, rows of labels and value)."""
    for name, kind, help, sql, labels in _MEASURES:
        rows = [(dict(zip(labels, map(str, row[1:]), strict=True)), float(row[0])) for row in archive.conn.execute(sql)]
        yield name, kind, help, rows
