"""Connections of a store's own that wait for their next transaction, so that most begin without asking the pool.

Invariant: a connection is held by one transaction or waits here, never both; those of another process are let go of.

>>> idle = Idle()
>>> idle.give("connection")
>>> idle.take(), idle.take()
('connection', None)
"""

from __future__ import annotations

import os
from collections import deque
from typing import Any

__all__ = ["Idle"]


class Idle:
    """A stack that threads may share: the connection used last is used next."""

    def __init__(self) -> None:
        self._waiting: deque[Any] = deque()
        self._process = os.getpid()

    def take(self) -> Any:
        """A connection that waits, or ``None``."""
        if self._process != os.getpid():
            self._waiting = deque()
            self._process = os.getpid()
        try:
            return self._waiting.pop()
        except IndexError:
            return None

    def give(self, connection: Any) -> None:
        """Let it wait; it is in no transaction."""
        self._waiting.append(connection)

    def drop(self) -> None:
        """Give all that wait back to the pool."""
        while (connection := self.take()) is not None:
            connection.close()
