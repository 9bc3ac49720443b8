from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jxc._version import __version__
from jxc.cli import value as value_command
from tests.cli.running import ROOT, SAMPLE, jxc, process

ENV = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
START = [sys.executable, "-m", "jxc"]


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"], ["help"]])
def test_help_names_every_command(words: list[str]) -> None:
    ran = jxc(*words)
    assert (ran.status, ran.err) == (0, "")
    for command in ("value", "compare", "golden", "demo"):
        assert f"\n  {command} " in ran.out
        assert jxc(command, "--help").out.startswith(f"usage: python -m jxc {command}")


def test_version() -> None:
    assert jxc("--version").out == f"jxc {__version__}\n"


def test_an_unknown_command_gets_a_hint() -> None:
    ran = jxc("vlaue")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("error [unknown_command]: there is no such command (command: vlaue); did you mean value?")


def test_a_defect_of_ours_is_one_line_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(options: object) -> object:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(value_command, "valued", broken)
    ran = jxc("value", "any.csv")
    assert ran.status == 2
    assert ran.err.startswith(
        "error [internal_error]: this is a defect of jxc, not of your input: ZeroDivisionError: oops"
    )
    assert ran.err.count("\n") == 1
    monkeypatch.setenv("JXC_TRACEBACK", "1")
    assert "Traceback" in jxc("value", "any.csv").err


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "gbk:strict"},
    ],
)
def test_the_output_is_utf8_whatever_the_locale(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "moves.csv"
    path.write_text("date,type,item,qty,amount\n2026-01-01,receipt,西湖龙井,1,2\n2026-01-02,收货,茶,1,\n", "utf-8")
    ran = process("value", path, **environment)
    assert (ran.status, ran.err) == (1, "")
    assert "西湖龙井" in ran.out
    assert "'收货'" in ran.out


def test_a_reader_that_goes_away_leaves_no_traceback() -> None:
    words = ["value", SAMPLE / "warehouse.csv", "--json"]
    with subprocess.Popen([*START, *words], env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_a_typed_error() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*START, "--help"], env=ENV, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error [system_error]: cannot read or write: No space left on device")
    assert done.stderr.count(b"\n") == 1


def test_control_c_is_one_line(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with subprocess.Popen([*START, "value", pipe], env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        writer = os.open(pipe, os.O_WRONLY)  # returns once the command has opened the pipe to read it
        time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
        os.close(writer)
    assert (running.returncode, out, err) == (130, b"", b"interrupted\n")


def on_a_terminal(*words: object, stdin: int) -> bytes:
    """What stands on standard error, a terminal, of a command that waits for its input."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*START, *map(str, words)], env=ENV, stdin=stdin, stdout=subprocess.DEVNULL, stderr=slave
    ) as running:
        os.close(slave)
        shown, sent = b"", False
        while True:
            try:
                block = os.read(master, 4096)
            except OSError:
                break
            if not block:
                break
            shown += block
            if b" s" in shown and not sent:
                running.send_signal(signal.SIGINT)
                sent = True
    os.close(master)
    return shown


def test_long_work_shows_on_a_terminal_and_only_there() -> None:
    reader, writer = os.pipe()
    shown = on_a_terminal("value", "-", stdin=reader)
    os.close(writer)
    os.close(reader)
    assert b"reading -" in shown
    assert shown.replace(b"\r", b"").endswith(b"\x1b[Kinterrupted\n")
