"""A forward proxy on loopback that knows where names lead which do not exist."""

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """What a running proxy was asked for, and by whom; `hosts` says where a name leads."""

    address: str = ""
    hosts: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    credentials: set[str] = field(default_factory=set)


@contextmanager
def forward(*, needs: str = "") -> Iterator[Proxy]:
    """A forward proxy: absolute addresses, and CONNECT for https. With `needs` («user:password») 407 for everybody else."""
    proxy = Proxy()

    class Handler(BaseHTTPRequestHandler):
        def _may(self) -> bool:
            given = self.headers.get("Proxy-Authorization", "")
            told = base64.b64decode(given.removeprefix("Basic ")).decode() if given else ""
            proxy.asked.append(f"{self.command} {self.path}")
            proxy.credentials.add(told)
            if needs and told != needs:
                self.send_response_only(407)
                self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return False
            return True

        def _there(self, host: str) -> socket.socket:
            return socket.create_connection(("127.0.0.1", proxy.hosts[host]), timeout=20)

        def do_GET(self) -> None:
            self.close_connection = True
            if not self._may():
                return
            parts = urlsplit(self.path)
            with self._there(parts.hostname or "") as site:
                where = parts.path + (f"?{parts.query}" if parts.query else "")
                site.sendall(f"GET {where} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n".encode())
                while piece := site.recv(1 << 16):
                    self.wfile.write(piece)

        def do_CONNECT(self) -> None:
            self.close_connection = True
            if not self._may():
                return
            with self._there(self.path.partition(":")[0]) as site:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(site, self.connection), daemon=True)
                back.start()
                _pump(self.connection, site)
                back.join(20)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    proxy.address = f"127.0.0.1:{server.server_port}"
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


def _pump(one: socket.socket, other: socket.socket) -> None:
    try:
        while piece := one.recv(1 << 16):
            other.sendall(piece)
        other.shutdown(socket.SHUT_WR)
    except OSError:
        return
