"""The archive in a browser: Datasette over the file, read-only, with pages of ours in front of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawler.errors import UsageError
from crawler.reporting.serve.plugin import Pages

FOLDER = Path(__file__).parent

_LARGE = 5_000
"""Articles from which Datasette's tables are shown without counting and without facets, which read every row."""


def application(archive: Path, *, sql_time_limit_ms: int = 5000) -> Any:
    """A Datasette of `archive`, which must exist: tables, views and SQL of its own, our pages at /, nothing from other hosts.

    Raises storage.errors.* if the archive cannot be opened.
    """
    from datasette.app import Datasette
    from datasette.plugins import pm

    from crawler.reporting.serve.about import metadata
    from storage import browse, open_archive

    with open_archive(archive, read_only=True, current=True) as opened:
        immutable = opened.immutable
        large = browse.figures(opened, "9999")["all_articles"] >= _LARGE
    # where rich happens to be installed, Datasette prints each 404 with all its local variables: a second, and 100 lines
    pm.get_plugin("datasette.handle_exception").rich = None
    pages = Pages(archive, large=large)
    if not pm.has_plugin("avtoklaster"):
        pm.register(pages, name="avtoklaster")
    else:  # one process serves one archive; tests serve several one after the other
        pm.unregister(name="avtoklaster")
        pm.register(pages, name="avtoklaster")
    return Datasette(
        files=[] if immutable else [str(archive)],
        immutables=[str(archive)] if immutable else [],
        metadata=metadata(archive.stem, large=large),
        template_dir=str(FOLDER / "templates"),
        # no archive is called so: by their own name these files would hide the tables of an archive avtoklaster.db
        static_mounts=[("-avtoklaster", str(FOLDER / "static"))],
        settings={
            "sql_time_limit_ms": sql_time_limit_ms,
            "default_page_size": 30,
            "max_returned_rows": 5000,
            "allow_download": False,
            "suggest_facets": False,
            "truncate_cells_html": 300,
            "facet_time_limit_ms": 500,
            "force_https_urls": False,
        },
    )


def settle() -> None:
    """Tells Python's collector of garbage that what is loaded by now stays: looking through it all took 45 ms of a request."""
    import gc

    gc.collect()
    gc.freeze()


def run(
    archive: Path,
    host: str,
    port: int,
    on_ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serves until SIGINT or SIGTERM; `on_ready` is told the address once it is listened at. Raises UsageError if it is taken."""
    import socket

    import uvicorn

    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise UsageError(f"cannot listen at {host}:{port}: {error.strerror or error}") from None
    with listening:
        app = application(archive).app()
        settle()
        on_ready(f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/")
        uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on")).run(sockets=[listening])
