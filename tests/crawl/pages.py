"""A site on loopback whose every answer has validators, straight or as the proxy of names that no test can resolve."""

import hashlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Site:
    """A running site. `pages`: path with query -> (content type, text); `asked`: (host, path, status, was it conditional)."""

    base: str
    pages: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, int, bool]] = field(default_factory=list)

    def take(self) -> list[tuple[str, str, int, bool]]:
        """What was asked for since the last call, without robots.txt."""
        taken, self.asked[:] = [each for each in self.asked if each[1] != "/robots.txt"], []
        return taken


@contextmanager
def site(pages: Mapping[str, tuple[str, str]]) -> Iterator[Site]:
    """Serves these pages under every host name; `{base}` in them is its own address. Absolute targets make it a proxy."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            where = urlsplit(self.path)
            path = where.path + (f"?{where.query}" if where.query else "")
            kind, text = running.pages.get(path, ("text/html", ""))
            body = text.replace("{base}", running.base).encode()
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            condition = self.headers.get("If-None-Match")
            status = 404 if path not in running.pages else 304 if condition == tag else 200
            running.asked.append((where.netloc or self.headers["Host"], path, status, condition is not None))
            self.send_response(status)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", "0" if status == 304 else str(len(body)))
            self.end_headers()
            if status != 304:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Site(f"http://127.0.0.1:{server.server_port}/", dict(pages))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


def article(number: int, day: str = "2026-01-30") -> tuple[str, str]:
    """An invented release on topic."""
    told = (
        f"<p>Завод автокомпонентов в Калужской области запустил линию номер {number}: локализация производства узлов для"
        f" легковых автомобилей вырастет до {40 + number} процентов, вложения составили {300 + number} миллионов рублей.</p>"
        f"<p>Участник автомобильного кластера получил заем Фонда развития промышленности и создаст {50 + number} мест.</p>"
    )
    title = f"Завод автокомпонентов запустил линию номер {number}"
    head = f'<title>{title}</title><meta property="article:published_time" content="{day}T12:00:00+03:00">'
    return "text/html; charset=utf-8", f"<html><head><meta charset=utf-8>{head}</head><body><h1>{title}</h1>{told}</body></html>"
