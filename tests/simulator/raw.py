"""An HTTP client that shows bytes: nothing is followed, decoded or repaired."""

import socket
from urllib.parse import urlsplit


def exchange(url: str, *, headers: str = "", seconds: float = 10.0, limit: int = 1 << 24) -> bytes:
    """Everything the server sends for one GET until it closes, `limit` bytes came, or `seconds` of silence pass."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=seconds) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n{headers}\r\n".encode())
        got = b""
        try:
            while len(got) < limit and (part := connection.recv(1 << 16)):
                got += part
                if _complete(got):
                    break
        except TimeoutError:
            pass
        except ConnectionResetError:
            got += b"<reset>"
        return got


def _complete(got: bytes) -> bool:
    """A kept-alive connection: the announced length is there."""
    top, gap, body = got.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in top.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    if b" 304 " in top[:20]:
        return bool(gap)
    return bool(gap and len(lengths) == 1 and len(body) >= int(lengths[0]))


def split(got: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in lower case (the last of each name), body."""
    top, _, body = got.partition(b"\r\n\r\n")
    first, *rest = top.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return int(first.split()[1]), headers, body
