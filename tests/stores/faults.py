"""Faults at chosen places of a SQL store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from unittest import mock

from jxc.testing.store_base import InjectedError


@contextmanager
def failing_at(store: Any, step: int) -> Iterator[None]:
    """Fail before the ``step``-th statement that a commit sends."""
    wire = store._kind.wire
    name = "_say" if hasattr(wire, "_say") else "send"
    plain, steps = getattr(wire, name), count()

    def send(self: Any, *arguments: Any) -> None:
        if next(steps) == step:
            raise InjectedError
        plain(self, *arguments)

    with mock.patch.object(wire, name, send):
        yield
