"""Crawls with a time limit that a test can wait for, by the command as it is."""

import os
import subprocess
import sys
from pathlib import Path

from tests.crawl.conftest import ROOT, Desk, Done

_IMPATIENT = """
import resource, sys
from crawler.cli import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    # not ru_maxrss: it begins with what the process had before exec, that is, with what pytest holds
    memory = next(int(line.split()[1]) >> 10 for line in open("/proc/self/status") if line.startswith("VmHWM"))
    open("used", "w").write(f"{memory} {used.ru_utime + used.ru_stime}")
"""


class Impatient(Desk):
    """Runs crawls with a download timeout of some seconds, and knows how much memory they needed."""

    timeout = 6.0

    def __init__(self, folder: Path, config: str) -> None:
        super().__init__(folder, config)
        self._config = config

    def start(self, *args: object, **environment: str) -> "subprocess.Popen[str]":
        limited = self._config.replace("[crawl]", f"[crawl]\ntimeout = {self.timeout}")
        (self.folder / "avtoklaster.toml").write_text(limited, encoding="utf-8")
        kept = {key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER_")}
        return subprocess.Popen(
            [sys.executable, "-c", _IMPATIENT, "crawl", *map(str, args)],
            cwd=self.folder,
            env=kept | {"PYTHONPATH": str(ROOT)} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def crawl(self, *args: object, code: int | None = None) -> Done:
        out, err = (process := self.start(*args)).communicate(timeout=280)
        assert "Traceback" not in err, err
        return Done(process.returncode, out, err)

    @property
    def memory(self) -> int:
        """Mebibytes that the last crawl needed at most."""
        return int((self.folder / "used").read_text().split()[0])

    @property
    def seconds(self) -> float:
        """Seconds of the processor that the last crawl needed: the same however busy the machine is."""
        return float((self.folder / "used").read_text().split()[1])
