"""The notify protocol of systemd, sd_notify(3): datagrams to the socket that NOTIFY_SOCKET names; without it, nothing is sent."""

from __future__ import annotations

import os
import socket


class Notifier:
    """Says READY, STATUS, WATCHDOG, RELOADING and STOPPING to the service manager, if there is one."""

    def __init__(self, address: str | None = None) -> None:
        """`address` is NOTIFY_SOCKET; "@…" is an abstract socket."""
        self._address = os.environ.get("NOTIFY_SOCKET", "") if address is None else address

    def send(self, **fields: str) -> bool:
        """Sends the fields in upper case, one a line; False if nobody listens. A lost message is never an error."""
        if not self._address:
            return False
        name = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        message = "\n".join(f"{key.upper()}={value}" for key, value in fields.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                # the manager may be busy and its queue full (ten messages): nobody waits for it with the whole daemon
                sender.settimeout(1.0)
                sender.connect(name)
                sender.sendall(message.encode())
        except OSError:
            return False
        return True


def watchdog_seconds() -> float | None:
    """How often the watchdog wants to be fed: half of WATCHDOG_USEC, if it is meant for this process."""
    microseconds, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdigit() or (pid and pid != str(os.getpid())):
        return None
    return int(microseconds) / 2_000_000
