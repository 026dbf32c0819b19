"""The simulated press world: several invented sites on loopback, with invented texts and every way of misbehaving.

`from crawler.simulator import start`; `with start() as world:` gives `.sites`, `.sources`, `.config`, `.fault(…)`, `.log`,
`.advance()`, `.edit(…)`. It serves `avtoklaster demo` and all tests that cross HTTP. Each kind of page says in its file which
real page, thread or finding it imitates, so that simulator and parser do not merely agree with each other.
"""

from crawler.simulator.client import World, start

__all__ = ["World", "start"]
