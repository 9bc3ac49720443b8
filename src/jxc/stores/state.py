"""Whether a transaction may still be asked, and the numbers that a series gives.

Invariant: what was ended or begun read-only refuses, with the same codes in every store.

>>> state = Open(read_only=True)
>>> state.check()
>>> state.check_writing()
Traceback (most recent call last):
...
jxc.errors.StoreError: the transaction only reads
"""

from __future__ import annotations

from jxc.errors import StoreError
from jxc.stores.rows import WIDTH

__all__ = ["EVENTS", "Open", "check_draw"]

EVENTS = ""
"""The series that numbers events; no other has so short a name."""


class Open:
    """Open until ended; ``read_only`` ones write nothing, not even locks."""

    __slots__ = ("_ended", "_read_only")

    def __init__(self, read_only: bool) -> None:
        self._read_only = read_only
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self._ended

    def end(self) -> None:
        """From now on every check refuses."""
        self._ended = True

    def check(self) -> None:
        """``StoreError`` ``transaction_ended``."""
        if self._ended:
            raise StoreError("transaction_ended", "the transaction has ended")

    def check_writing(self) -> None:
        """``StoreError`` ``transaction_ended``, ``read_only``."""
        self.check()
        if self._read_only:
            raise StoreError("read_only", "the transaction only reads")


def check_draw(series: str, count: int) -> None:
    """``StoreError`` ``bad_series`` unless the series is a name and the count is above zero."""
    if type(series) is not str or not 0 < len(series) <= WIDTH:
        raise StoreError("bad_series", f"a series has a name of 1 to {WIDTH} characters", field="series", value=series)
    if type(count) is not int or count < 1:
        raise StoreError("bad_series", "numbers are drawn from one on", field="count", value=count)
