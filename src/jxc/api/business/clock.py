"""The time, random bits and pauses of this machine: what a business asks of its surroundings unless it is given others.

Invariant: this is the only module of the facade that reads a clock or a random source.

>>> RandomIds().command_id(SystemClock().now())[14]
'7'
"""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime

from jxc.kernel.ids import RANDOM_BITS, time_id
from jxc.ports import Clock

__all__ = ["RandomIds", "SystemClock", "pause", "time_of"]


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)


class RandomIds:
    """Time-ordered ids with random bits of the operating system."""

    def command_id(self, now: datetime) -> str:
        """A new id, ordered by time."""
        return time_id(now, secrets.randbits(RANDOM_BITS))


def time_of(clock: Clock) -> datetime:
    """What a clock says: the one place where one is asked."""
    return clock.now()


def pause(attempt: int) -> None:
    """Wait a little, longer with each attempt, at random so that those who collided do not collide again."""
    most = min(500, 4 << min(attempt, 10))
    time.sleep(secrets.randbelow(most * 1000 + 1) / 1_000_000)
