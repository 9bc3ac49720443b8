"""The bar on standard error while long input is worked on; nothing at all where that is no terminal.

A thread draws it four times a second, beginning after half a second, so that short work stays quiet; it is wiped away
before anything else is written.  Nothing that is computed depends on it.
"""

from __future__ import annotations

import os
import sys
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

__all__ = ["Progress", "bar"]

_WIDTH = 30
_WIPE = "\r\x1b[K"


def bar(stage: str, done: int, total: int, seconds: int) -> str:
    """One line: the stage, how far it is where that is known, and the seconds so far.

    >>> bar("valuing", 50, 200, 3)
    'valuing [#######                       ]  25 %  50 of 200  3 s'
    >>> bar("reading sales.csv", 0, 0, 12)
    'reading sales.csv  12 s'
    """
    if not total:
        return f"{stage}  {seconds} s"
    filled = "#" * (_WIDTH * done // total)
    return f"{stage} [{filled.ljust(_WIDTH)}] {100 * done // total:3} %  {done:,} of {total:,}  {seconds} s"


class Progress:
    """A context: ``stage`` names what is going on, ``tick`` says how far it is."""

    def __init__(self) -> None:
        self._stage, self._done, self._total = "", 0, 0
        self._over = Event()
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        if _is_terminal():
            self._thread = Thread(target=self._draw, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def stage(self, name: str) -> None:
        """What is going on now."""
        self._stage, self._done, self._total = name, 0, 0

    def tick(self, done: int, total: int) -> None:
        """How many rows of how many are done; what ``jxc.value`` calls."""
        self._done, self._total = done, total

    def _draw(self) -> None:
        begun, drawn = monotonic(), False
        self._over.wait(0.5)
        while not self._over.is_set():
            line = bar(self._stage, self._done, self._total, int(monotonic() - begun))
            sys.stderr.write(f"{_WIPE}{line[:200]}")
            sys.stderr.flush()
            drawn = True
            self._over.wait(0.25)
        if drawn:
            sys.stderr.write(_WIPE)
            sys.stderr.flush()


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
