"""What an export costs: `python -m tests.benchmarks.export [--rows N]`. Every format from a query of so many invented articles.

Prints seconds of the processor, the size of the file and the peak memory of each, in a process of its own. The rows are made by
the query itself, 600 characters of text each, so no archive of that size is needed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from crawler.cli import main as avtoklaster
from storage import open_archive

_SQL = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
SELECT i AS id, 'https://s' || i % 250 || '.example/news/' || i AS url, 'Завод автокомпонентов номер ' || i AS title,
    date('2000-01-01', i % 9000 || ' days') AS day, substr(hex(zeroblob(300)), 1, 580) || i AS text, i / 7.0 AS score FROM n
"""


def measure(folder: Path, fmt: str, rows: int) -> tuple[float, int, float]:
    """Seconds of the processor, bytes of the file, and peak memory in MB of one export."""
    file = folder / f"export.{fmt}"
    pid = os.fork()
    if pid == 0:
        sql = _SQL.format(rows=rows)
        try:
            avtoklaster(["--archive", str(folder / "a.db"), "export", "--format", fmt, "-o", str(file), "--query", sql])
        except SystemExit as done:
            os._exit(int(done.code or 0))
        os._exit(0)
    _, status, used = os.wait4(pid, 0)
    if status:
        sys.exit(f"{fmt} failed")
    size = file.stat().st_size
    file.unlink()
    return used.ru_utime + used.ru_stime, size, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows
    print(f"{rows:,} rows\n{'format':<10}{'CPU s':>8}{'file MB':>10}{'peak MB':>10}")
    with tempfile.TemporaryDirectory() as name:
        open_archive(Path(name) / "a.db").close()
        for fmt in ("csv", "jsonl", "parquet", "xlsx"):
            seconds, size, peak = measure(Path(name), fmt, rows)
            print(f"{fmt:<10}{seconds:>8.1f}{size / 1e6:>10.1f}{peak:>10.0f}", flush=True)


if __name__ == "__main__":
    main()
