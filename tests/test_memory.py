"""Memory that was freed goes back to the system, though small things stay between the large ones."""

import subprocess
import sys

import pytest

_WORK = """
import os, re, sys
from crawler.memory import give_back
if sys.argv[1] == "given":
    give_back()
held = lambda: int(re.search(r"Rss:\\s+(\\d+)", open("/proc/self/smaps_rollup").read())[1])
grow = [bytes(size) for size in range(100_000, 30_000_000, 3_000_000)]
del grow  # by now glibc takes whatever is below 30 MB from its heap
before, stay, pages = held(), [], []
for number in range(200):
    pages.append(bytes(b"page") * 100_000)
    stay.append(bytes(b"kept") * 300)
del pages
print(held() - before)
"""


def _kilobytes_held(how: str) -> int:
    done = subprocess.run([sys.executable, "-c", _WORK, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
def test_freed_pages_are_given_back_though_small_things_stay_between_them() -> None:
    if _kilobytes_held("as it is") < 20_000:
        pytest.skip("this C library gives back by itself")
    assert _kilobytes_held("given") < 5_000
