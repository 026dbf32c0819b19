"""Names to addresses: one answer for a name as long as the process lives, however the name is spelled."""

from __future__ import annotations

from collections.abc import Sequence

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred


class Resolver(CachingThreadedResolver):
    """Scrapy's, asked for `example.org` also when a redirect says `EXAMPLE.org.`.

    What was checked (`offlimits`) is then what is connected to: for another spelling Scrapy would ask the name's owner again, who
    could answer with an address of our own network this time (DNS rebinding).
    """

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        return super().getHostByName(name.lower().rstrip("."), timeout)
