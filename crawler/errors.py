"""Every error this project raises on purpose, and how the command line ends on it.

AvtoklasterError
├── UsageError                  wrong use or configuration              exit 2
│   ├── ConfigError             avtoklaster.toml, with file, key and what is allowed
│   │   ├── SourceError         an entry of the catalogue
│   │   └── TopicError          a topic file
│   └── UnknownSource           a name that the catalogue does not have
├── FetchError                  a page could not be had; typed for `pages.outcome`
│   ├── Blocked                 refused by the site: 401, 403, 429, challenge, CAPTCHA
│   ├── OffLimits               an address we do not go to
│   ├── RobotsForbidden         robots.txt says no
│   ├── Gone                    404, 410
│   ├── Unreachable             no answer at all: DNS, TCP, TLS, timeout
│   └── NoBrowser               the source needs its pages rendered, and nothing here can do that
├── ReadingFailed               a page that could not be read to the end: too long, too much memory, a crash
└── ParseError                  a feed, sitemap, listing or API answer that is not one

Errors of the archive are `storage.errors.ArchiveError` and its children (exit 3): `storage` imports nothing of us.
"""

from __future__ import annotations


class AvtoklasterError(Exception):
    """The root: whatever is raised on purpose outside `storage`."""

    exit_code = 1


class UsageError(AvtoklasterError):
    """The user asked for something that cannot be: the message is one line that says what is allowed."""

    exit_code = 2


class ConfigError(UsageError):
    """A mistake in a configuration file; the message names file, key and what is allowed."""


class SourceError(ConfigError):
    """A mistake in an entry of the catalogue."""


class TopicError(ConfigError):
    """A mistake in a topic file."""


class UnknownSource(UsageError):
    """No such source; the message suggests the nearest names."""


class FetchError(AvtoklasterError):
    """A page could not be had. ``reason`` goes to ``pages.reason`` as it stands.

    ``wait`` is how many seconds the site asked to be left alone (Retry-After), None if it did not say.
    """

    outcome = "failed"

    def __init__(self, reason: str, *, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class Blocked(FetchError):
    """The site refused us (401/403/429, challenge, CAPTCHA): never stored, never evaded."""

    outcome = "blocked"


class OffLimits(FetchError):
    """Loopback, private ranges, ``file:`` and other schemes, reached from a page or a feed."""

    outcome = "off_limits"


class RobotsForbidden(FetchError):
    """robots.txt of the host does not allow this address."""

    outcome = "robots"


class Gone(FetchError):
    """The site says that there is no such page (404, 410)."""

    outcome = "gone"


class Unreachable(FetchError):
    """The site did not answer at all: its name, its port or its certificate is wrong, or it is silent."""


class NoBrowser(FetchError):
    """The source asks for pages to be rendered, and the extra or the browser is missing: says which."""


class ReadingFailed(AvtoklasterError):
    """A page that could not be read to the end: it took too long or too much memory, or brought its reader down."""


class ParseError(AvtoklasterError):
    """An answer that should have listed links but is not a feed, sitemap, listing or JSON answer."""
