"""A `datetime` whose `now` is another clock's; imports nothing of the project, so that it can be there before all of it."""

from __future__ import annotations

import copyreg
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

    for kind in (datetime, Warped):  # pickle looks a class up by its name, where now another one stands
        copyreg.pickle(kind, _reduce)  # type: ignore[type-var]
    return Warped


def _reduce(moment: datetime) -> tuple[Callable[[str], datetime], tuple[str]]:
    return restore, (moment.isoformat(),)


def restore(text: str) -> datetime:
    """A moment that came from another process."""
    return datetime.fromisoformat(text)
