"""The invented publishers, one file a platform."""

from crawler.simulator.sites.base import Site, Surroundings
from crawler.simulator.sites.bitrix import Bitrix
from crawler.simulator.sites.fund import Fund
from crawler.simulator.sites.mirror import Mirror
from crawler.simulator.sites.nasty import Nasty
from crawler.simulator.sites.presscenter import Presscenter
from crawler.simulator.sites.tatarstan import Tatarstan
from crawler.simulator.sites.telegram import Telegram
from crawler.simulator.sites.trade import Trade
from crawler.simulator.sites.traps import Closed, Traps
from crawler.simulator.sites.wordpress import WordPress

SITES: tuple[type[Site], ...] = (*(Bitrix, Tatarstan, Presscenter, WordPress, Trade, Fund, Telegram, Nasty, Closed, Traps),)
"""In the order of their loopback addresses."""

__all__ = ["SITES", "Mirror", "Site", "Surroundings"]
