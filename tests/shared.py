"""Where the measuring data is: beside the checkout, or where AVTOKLASTER_SHARED says. The project itself never needs it."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared(*parts: str) -> Path:
    """A path in the shared data; skips the test with a message where there is none."""
    base = Path(os.environ.get("AVTOKLASTER_SHARED") or ROOT.parent / "shared")
    path = base.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs the measuring data, not found beside the checkout: {'/'.join(parts)}")
    return path
