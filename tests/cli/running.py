"""Runs the command line: in this process with streams of its own (fast), or as a process of its own (as users do)."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path

from jxc.__main__ import main

__all__ = ["ROOT", "SAMPLE", "Ran", "jxc", "process"]

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "src" / "jxc" / "cli" / "sample"


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.out.rstrip("\n").rsplit("\n", 1)[-1]


def jxc(*words: object) -> Ran:
    """Run a command in this process; the streams begin as ASCII, as under the C locale."""
    out, err = (TextIOWrapper(BytesIO(), encoding="ascii") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        status = main([str(word) for word in words])
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))
    return Ran(status, *texts)


def process(*words: object, stdin: bytes = b"", **environment: str) -> Ran:
    """Run ``python -m jxc`` as a process."""
    done = subprocess.run(
        [sys.executable, "-m", "jxc", *map(str, words)],
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
