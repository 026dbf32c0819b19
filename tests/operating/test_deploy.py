"""The unit and the container file, as far as they can be tried without installing them."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).resolve().parents[2] / "crawler" / "deploy"


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("there is no systemd-analyze here")
    unit = (DEPLOY / "avtoklaster.service").read_text(encoding="utf-8")
    # only the program's place is another one
    there = tmp_path / "avtoklaster.service"
    there.write_text(unit.replace("/opt/avtoklaster/bin/avtoklaster", sys.executable), encoding="utf-8")
    done = subprocess.run([analyze, "verify", "--man=no", str(there)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    wrong = tmp_path / "wrong.service"
    wrong.write_text(there.read_text(encoding="utf-8").replace("ProtectHome=yes", "ProtectHome=perhaps"), encoding="utf-8")
    done = subprocess.run([analyze, "verify", "--man=no", str(wrong)], capture_output=True, text=True, check=False)
    assert "protect home" in done.stderr, "this test can fail"


def test_the_unit_stops_and_watches_as_the_daemon_does() -> None:
    unit = (DEPLOY / "avtoklaster.service").read_text(encoding="utf-8")
    values = dict(line.split("=", 1) for line in unit.splitlines() if re.match(r"\w+=", line))
    assert values["Type"] == "notify"
    assert int(values["TimeoutStopSec"]) > 10
    assert int(values["WatchdogSec"]) >= 60
    assert values["ExecReload"].startswith("/bin/kill -HUP")


def test_the_container_file_is_made_of_known_steps_and_names_what_there_is() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#")]
    steps = [line.split(None, 1) for line in lines]
    known = {"FROM", "RUN", "COPY", "USER", "WORKDIR", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert steps[0][0] == "FROM"
    assert {step for step, _ in steps} <= known
    for step, rest in steps:
        if step == "RUN":
            assert shlex.split(rest), rest
    order = [step for step, _ in steps]
    making = next(rest for step, rest in steps if step == "RUN" and "useradd" in rest)
    assert "install -d -o avtoklaster -g avtoklaster /data" in making, "WORKDIR alone makes the folder root's"
    assert order.index("USER") < order.index("ENTRYPOINT"), "it does not run as root"
    assert "/healthz" in text
    assert re.search(r'CMD \["daemon", "--listen", "(\d+)"\]', text)
    assert re.search(r"127\.0\.0\.1:(\d+)/healthz", text)[1] == re.search(r'"--listen", "(\d+)"', text)[1]  # type: ignore[index]
