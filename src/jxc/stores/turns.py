"""Turns at writing within a process: who asks first is served first.

SQLite lets one writer in at a time and wakes those who wait in no order, so that some of many threads wait long.

Invariant: between ``take`` and ``give`` no other thread holds the turn; those who wait get it in the order they came.

>>> turns = Turns(timeout=1)
>>> with turns.held():
...     turns.is_mine()
True
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager

from jxc.errors import StoreError

__all__ = ["Turns"]


class Turns:
    """A lock that serves in order; ``timeout`` in seconds."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._owner: int | None = None

    @contextmanager
    def held(self) -> Generator[None]:
        """Hold the turn; ``StoreError`` ``store_locked`` when it did not come in time or this thread has it already."""
        self._take()
        try:
            yield
        finally:
            self._give()

    def is_mine(self) -> bool:
        """Whether this thread holds the turn."""
        return self._owner == threading.get_ident()

    def _take(self) -> None:
        if self.is_mine():
            raise StoreError("store_locked", "this thread is writing already", hint="end the transaction first")
        mine = threading.Event()
        with self._guard:
            if self._owner is None and not self._waiting:
                self._owner = threading.get_ident()
                return
            self._waiting.append(mine)
        if not mine.wait(self._timeout) and self._gives_up(mine):
            raise StoreError("store_locked", "another transaction did not end in time", field="timeout")
        self._owner = threading.get_ident()

    def _gives_up(self, mine: threading.Event) -> bool:
        """Leave the queue; false if the turn came at the last moment."""
        with self._guard:
            if mine.is_set():
                return False
            self._waiting.remove(mine)
            return True

    def _give(self) -> None:
        with self._guard:
            self._owner = None
            if self._waiting:
                self._owner = 0
                self._waiting.popleft().set()
