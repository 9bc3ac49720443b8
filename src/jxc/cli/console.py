"""Standard output and standard error: UTF-8 always, one line an error, and quiet when the reader goes away.

Invariant: what stands on standard output is UTF-8 whatever the locale says; a character that UTF-8 cannot hold (half a
surrogate, from a file name that is no UTF-8) is written as an escape.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from io import TextIOWrapper, UnsupportedOperation
from typing import TextIO, cast

from jxc.errors import JxcError

__all__ = ["drop_output", "flush", "prepare", "say", "say_error", "write"]


def prepare() -> None:
    """Make both streams UTF-8 with plain line ends."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def say(*lines: str) -> None:
    """Lines on standard output."""
    write(f"{line}\n" for line in lines)


def write(pieces: Iterable[str]) -> None:
    """Pieces of text on standard output, as they come."""
    out = cast("TextIO | None", sys.stdout)  # None where it was closed before the start
    if out is not None:
        for piece in pieces:
            out.write(piece)


def flush() -> None:
    """Hand over what was written, so that a failure shows here and not when the program ends."""
    if sys.stdout is not None:
        sys.stdout.flush()


def drop_output() -> None:
    """Send what is still unwritten nowhere: the reader has closed the pipe, or the disk is full."""
    out = cast("TextIO | None", sys.stdout)
    if out is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        with suppress(UnsupportedOperation):  # a stream in memory has no descriptor
            os.dup2(nowhere, out.fileno())
        os.close(nowhere)


def say_error(error: JxcError, *, as_json: bool) -> None:
    """One line on standard error; with ``--json`` also ``{"error": {...}}`` on standard output."""
    line = " ".join(f"error [{error.code}]: {error}".split())
    if sys.stderr is not None:
        sys.stderr.write(f"{line}\n")
    if as_json:
        import json

        say(json.dumps({"error": error.to_dict()}, ensure_ascii=False))
        flush()
