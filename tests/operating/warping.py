"""A `datetime` whose `now` is another clock's; imports nothing of the project, so that it can be there before all of it."""

from __future__ import annotations

import datetime as module
from collections.abc import Callable
from datetime import datetime
from typing import Any


def warp(clock: Callable[[], datetime]) -> type[datetime]:
    """A class that stands where `datetime` stood, whose `now` is that of `clock`."""

    class Meta(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, datetime)

    class Warped(datetime, metaclass=Meta):
        @classmethod
        def now(cls, tz: module.tzinfo | None = None) -> Any:
            return clock().astimezone(tz) if tz is not None else clock().astimezone().replace(tzinfo=None)

        @classmethod
        def utcnow(cls) -> Any:
            return clock().replace(tzinfo=None)

    return Warped
