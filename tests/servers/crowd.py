"""Many processes that write at once, some of which are killed; and what they were told before.

    crowd = Crowd(work, folder)
    crowd.start(8); crowd.kill_one(); crowd.wait()
    crowd.told()                       every line that a writer was told by its store, also one killed afterwards

``work`` is any object that can be pickled, with ``run(number, tell)``: it writes, and tells each answer as it gets it.
A line told survives the writer, for the system has it.

Invariant: only processes that this crowd started are ever signalled.
"""

from __future__ import annotations

import multiprocessing
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

__all__ = ["Crowd", "Work"]

Tell = Callable[[str], None]


class Work(Protocol):
    """What each writer does."""

    def run(self, number: int, tell: Tell) -> None: ...


def _main(work: Work, number: int, log: str) -> None:
    stream = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    work.run(number, lambda line: os.write(stream, f"{line}\n".encode()) and None)


class Crowd:
    """The writers of one test."""

    def __init__(self, work: Work, folder: Path) -> None:
        self._work = work
        self._folder = folder
        ways = multiprocessing.get_all_start_methods()
        self._context = multiprocessing.get_context("forkserver" if "forkserver" in ways else "spawn")
        if "forkserver" in ways:
            self._context.set_forkserver_preload([type(work).__module__])  # what the work needs is imported once
        self._writers: list[Any] = []
        self._started = 0

    def start(self, count: int) -> None:
        """So many more writers."""
        for _ in range(count):
            log = str(self._folder / f"told-{self._started}.log")
            writer = self._context.Process(target=_main, args=(self._work, self._started, log), daemon=True)
            writer.start()
            self._writers.append(writer)
            self._started += 1

    def kill_one(self, choice: random.Random) -> None:
        """Kill one that is still running, as if it had never been."""
        running = [writer for writer in self._writers if writer.is_alive()]
        if running:
            victim = choice.choice(running)
            victim.kill()
            victim.join()
            self._writers.remove(victim)

    def wait(self, seconds: float = 120) -> None:
        """Until all have ended; each has to end well."""
        for writer in self._writers:
            writer.join(seconds)
        ends = [writer.exitcode for writer in self._writers]
        for writer in self._writers:
            if writer.is_alive():
                writer.kill()
        assert ends == [0] * len(ends), f"how the writers ended: {ends}"
        self._writers.clear()

    def told(self) -> list[str]:
        """Every whole line."""
        text = [path.read_text() for path in sorted(self._folder.glob("told-*.log"))]
        return [line for each in text for line in each.split("\n")[:-1]]
