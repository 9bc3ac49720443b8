"""Which command, and what all commands have in common.

A command is a module with ``run(words) -> int``; it is imported when it is asked for.  Exit status:

    0    everything is in the figures, every case passed
    1    valued, but rows were left out; or a golden case failed
    2    the command or its input is wrong as a whole: one line ``error [code]: message; hint`` on standard error
    130  interrupted (Ctrl-C)         141  whoever read the output closed it

Invariant: no input and no option ends in a traceback.  An error that is not one of ours is a defect of jxc; it is
reported in one line, and with its traceback where JXC_TRACEBACK is set.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from jxc.cli.console import drop_output, flush, prepare, say, say_error
from jxc.errors import FieldError, JxcError

__all__ = ["run"]

_COMMANDS: Mapping[str, str] = MappingProxyType({
    "value": "what the movements in CSV files cost: cost of sales, stock on hand, problems",
    "compare": "the same movements under several methods, side by side",
    "verify": "compute the books in a store again from their facts, and compare",
    "golden": "run golden cases (JSON lines) and list every figure that differs",
    "store": "make, upgrade or check the tables of a store in a SQL database",
    "demo": "value the shipped sample of a trading company and show what comes out",
})  # fmt: skip
_INTERRUPTED, _PIPE_CLOSED = 130, 141


def run(words: list[str]) -> int:
    """Run one command line, without the name of the program; returns the exit status."""
    prepare()
    try:
        status = _guarded(words)
        flush()
    except BrokenPipeError:
        drop_output()
        return _PIPE_CLOSED
    except OSError as error:
        drop_output()
        hint = "is the disk full?"
        return _refused(JxcError("system_error", f"cannot read or write: {error.strerror}", hint=hint), words)
    return status


def _guarded(words: list[str]) -> int:
    try:
        return _dispatch(words)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C while we leave is no news
        sys.stderr.write("interrupted\n")
        return _INTERRUPTED
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0
    except JxcError as error:
        return _refused(error, words)
    except OSError:
        raise
    except MemoryError:
        return _refused(JxcError("out_of_memory", "there is not enough memory", hint="split the input"), words)
    except Exception as error:  # noqa: BLE001 - the last guard: a defect of ours is no traceback for the user
        return _defect(error, words)


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        say(_help())
        return 0
    if words[0] in ("-V", "--version"):
        from jxc._version import __version__

        say(f"jxc {__version__}")
        return 0
    if words[0] not in _COMMANDS:
        hint = _near(words[0])
        raise FieldError("unknown_command", "there is no such command", field="command", value=words[0], hint=hint)
    command = cast("Callable[[list[str]], int]", import_module(f"jxc.cli.{words[0]}").run)
    return command(words[1:])


def _near(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, list(_COMMANDS), n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"{meant}The commands are {', '.join(_COMMANDS)}; python -m jxc --help describes them"


def _help() -> str:
    lines = "\n".join(f"  {name:<9}{what}" for name, what in _COMMANDS.items())
    return (
        "jxc: what was bought, what was sold, what is left, and what it cost, to the cent (进销存)\n\n"
        f"usage: python -m jxc COMMAND ...\n\n{lines}\n\n"
        "  python -m jxc COMMAND --help   the options of a command\n"
        "  python -m jxc --version        the version\n\n"
        "Begin with: python -m jxc demo\n"
        "Exit status: 0 everything is in the figures, 1 rows were left out or cases failed, 2 refused as a whole."
    )


def _refused(error: JxcError, words: list[str]) -> int:
    try:
        say_error(error, as_json="--json" in words)
    except BrokenPipeError:
        drop_output()
    return 2


def _defect(error: Exception, words: list[str]) -> int:
    if os.environ.get("JXC_TRACEBACK"):
        from traceback import print_exc

        print_exc()
    said = f"{type(error).__name__}: {error}"[:200]
    return _refused(
        JxcError(
            "internal_error",
            f"this is a defect of jxc, not of your input: {said}",
            hint="please report it; JXC_TRACEBACK=1 shows where it happened",
        ),
        words,
    )
