"""A certificate about to expire is an alarm from the crawl that meets it on, and the crawl after its renewal clears it."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from tests.crawl.conftest import Desk


class _Listing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = (
            b""
            if self.path == "/robots.txt"
            else b'<html><body><ul><li><a href="/news/1/">News of today</a></li></ul></body></html>'
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.mark.slow
def test_a_certificate_about_to_expire_is_told_and_its_renewal_too(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Listing)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", not_after=datetime.now(UTC) + timedelta(days=9)).configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    source = f'tls = "ru-ca"\nlistings = ["https://localhost:{server.server_port}/news/"]\narticle = \'/news/\\d+/$\''
    desk = Desk(tmp_path, f'catalogue = false\n[crawl]\ndelay = 0.0\nca_file = "ca.pem"\n[sources.one]\n{source}\n')
    try:
        desk.crawl("one")
        ((message,),) = desk.rows("SELECT message FROM alarms WHERE kind = 'certificate' AND cleared IS NULL")
        assert f"localhost:{server.server_port}" in message
        assert "trustme" in message, "who signed it"
        authority.issue_cert("localhost").configure_cert(context)
        desk.crawl("one")
        assert desk.one("SELECT count(*) FROM alarms WHERE cleared IS NULL") == 0
        assert desk.one("SELECT count(*) FROM alarms") == 1
    finally:
        server.shutdown()
        server.server_close()
