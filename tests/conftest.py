"""The order of all tests."""

from pathlib import Path

import pytest

_DEAR = {Path(__file__).parent / name for name in ("test_style.py", "test_main_job.py", "judging/test_robustness.py")}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The dearest files first: with `--dist loadfile` nobody then waits at the end for a worker that has just begun one."""
    dear = _DEAR | {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in dear)
