"""Everything a person runs in this repository, with the standard library alone: ``make X`` is ``python dev.py X``.

Environments: ``.venv`` for the Python that runs this file, ``.venv-3.12`` and so on for the others.  An environment
grows by level, each with the versions pinned in ``constraints/``::

    core   the bare install of jxc          (make demo)
    test   + the extra "test"               (make test)
    dev    + the extras "dev" and "docs"    (make lint, types, imports, docs, check)

Invariant: a level is there when its stamp holds the digest of what it was made from (pyproject.toml, constraints,
place, interpreter); the stamp is written last, so an interrupted set-up is done again and a finished one is skipped.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[[list[str]], None]

ROOT = Path(__file__).resolve().parent
MINIMUM = (3, 11)
OWN = "{}.{}".format(*sys.version_info)
VERSIONS = ("3.11", "3.12", "3.13")
EXTRAS = {"core": "", "test": "[test]", "dev": "[test,dev,docs]"}
BUILD_BACKEND = ("hatchling", "editables")

COMMANDS: dict[str, Command] = {}


class StepError(Exception):
    """A step failed: the message says which; the step's own output stands above it."""


def command(name: str) -> Callable[[Command], Command]:
    """Register a function as ``dev.py name``; the first line of its docstring is its help."""

    def register(function: Command) -> Command:
        COMMANDS[name] = function
        return function

    return register


# ------------------------------------------------------------------------------------------------------ processes


def say(text: str) -> None:
    print(f"-- {text}", file=sys.stderr, flush=True)


def child_environment(**extra: str) -> dict[str, str]:
    """The environment of child processes: nothing of the caller's Python leaks into ours."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "PYTHONPATH")}
    return {**kept, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **extra}


def run(*words: str | Path, what: str, accept: tuple[int, ...] = (0,), **extra: str) -> int:
    """Run a step with its output shown as it is; raise ``StepError`` on an exit status that is not accepted."""
    status = subprocess.call([str(word) for word in words], cwd=ROOT, env=child_environment(**extra))
    if status not in accept:
        raise StepError(f"{what} failed (exit status {status})")
    return status


def run_each(*steps: Callable[[], object]) -> None:
    """Run every step, also after one has failed; then raise ``StepError`` naming all that failed."""
    failures = []
    for step in steps:
        try:
            step()
        except StepError as problem:
            failures.append(str(problem))
    if failures:
        raise StepError("; ".join(failures))


def version_of(python: str | Path) -> str | None:
    """The version ("3.12") that an interpreter really runs, or None where it does not run at all."""
    try:
        answer = subprocess.run(
            [str(python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            cwd=ROOT,
            env=child_environment(),
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None if answer.returncode == 0 else None


def find_python(version: str) -> str | None:
    """An interpreter of that version: this one, one on the path, or one that pyenv holds."""
    if version == OWN:
        return sys.executable
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [shutil.which(f"python{version}"), *sorted(map(str, pyenv.glob(f"{version}.*/bin/python")))]
    return next((found for found in candidates if found and version_of(found) == version), None)


# --------------------------------------------------------------------------------------------------- environments


def place_of(version: str) -> Path:
    return ROOT / (".venv" if version == OWN else f".venv-{version}")


def python_in(place: Path) -> Path:
    return place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def digest(interpreter: str, level: str) -> str:
    """What an environment is made from: pins, pyproject, this file's place, the interpreter."""
    files = [ROOT / "pyproject.toml", *sorted((ROOT / "constraints").glob("*.txt"))]
    parts = [str(ROOT), interpreter, EXTRAS[level], *(path.read_text("utf-8") for path in files)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_ready(place: Path, interpreter: str, level: str) -> bool:
    """Whether this level, or one that holds it, was finished from the same files."""
    levels = list(EXTRAS)
    stamps = [(place / f"jxc-{name}.stamp", name) for name in levels[levels.index(level) :]]
    made = any(stamp.is_file() and stamp.read_text("utf-8") == digest(interpreter, name) for stamp, name in stamps)
    return made and python_in(place).exists()


def make_venv(place: Path, interpreter: str, version: str) -> None:
    """A virtual environment at ``place``; one that is broken or of another version is made anew."""
    if (place / "pyvenv.cfg").is_file():
        if version_of(python_in(place)) == version:
            return
        shutil.rmtree(place)
    run(interpreter, "-m", "venv", place, what=f"making {place.name} (does this Python have venv and pip?)")


def install(place: Path, *requirements: str) -> None:
    """Install with pinned versions: by uv where it is on the path and works, else by the environment's own pip."""
    pins = [word for path in sorted((ROOT / "constraints").glob("*.txt")) for word in ("--constraint", str(path))]
    words = ["-qq", "--no-build-isolation", *pins, *requirements]
    python = python_in(place)
    uv = shutil.which("uv")
    if uv:
        try:
            run(uv, "pip", "install", "--python", python, *words, what="uv")
        except StepError as problem:
            say(f"{problem}; trying pip")
        else:
            return
    run(python, "-m", "pip", "install", *words, what=f"installing into {place.name}")


def setup(level: str, version: str = OWN) -> Path:
    """The Python of an environment that holds at least ``level``, made or brought up to date where needed."""
    interpreter = find_python(version)
    if interpreter is None:
        raise StepError(f"no Python {version} was found")
    place = place_of(version)
    if not is_ready(place, interpreter, level):
        say(f"setting up {place.name} ({level}), once")
        make_venv(place, interpreter, version)
        install(place, *BUILD_BACKEND)
        install(place, "--editable", f".{EXTRAS[level]}")
        (place / f"jxc-{level}.stamp").write_text(digest(interpreter, level), "utf-8")
    return python_in(place)


# ------------------------------------------------------------------------------------------------------- commands


@command("demo")
def demo(arguments: list[str]) -> None:
    """Value a trading company's year by several methods and show what a person wants to see."""
    run(setup("core"), "examples/demo.py", *arguments, what="the demo")


def pytest(python: Path, arguments: list[str], profile: str = "ci", accept: tuple[int, ...] = (0,)) -> int:
    """Run pytest on all cores but show its own output, summary line included, as it is."""
    cores = min(os.cpu_count() or 1, 8)
    parallel = [f"-n{cores}", "--dist=worksteal"] if cores > 1 and "-n0" not in arguments else []
    profile = os.environ.get("HYPOTHESIS_PROFILE", profile)
    words = ["-m", "pytest", *parallel, *arguments]
    return run(python, *words, what="the tests", accept=accept, HYPOTHESIS_PROFILE=profile)


@command("test")
def test(arguments: list[str]) -> None:
    """Run all tests: unit, properties, doctests, the code in README and docs (ARGS="-k fifo" to choose)."""
    pytest(setup("test"), arguments)


@command("test-all")
def test_all(arguments: list[str]) -> None:
    """Run the tests on every Python from 3.11 to 3.13 that is found (--others: without this one), each by itself."""
    others = "--others" in arguments
    rest = [word for word in arguments if word != "--others"]
    wanted = [version for version in VERSIONS if not (others and version == OWN)]
    run_each(*(partial(test_on, version, rest) for version in wanted))


def test_on(version: str, arguments: list[str]) -> None:
    """Run the tests on one Python, fewer examples where it is not the main one; say so where it is absent."""
    if find_python(version) is None:
        say(f"SKIPPED: no Python {version} was found here")
        return
    say(f"Python {version}")
    pytest(setup("test", version), arguments, "ci" if version == OWN else "quick")


@command("soak")
def soak(arguments: list[str]) -> None:
    """Run the long tests only: many examples, long histories."""
    if pytest(setup("test"), ["-m", "soak", *arguments], "soak", (0, 5)) == 5:
        say("no test is marked soak")


@command("lint")
def lint(_: list[str]) -> None:
    """Check style and formatting (ruff)."""
    python = setup("dev")
    run_each(
        lambda: run(python, "-m", "ruff", "check", ".", what="ruff check"),
        lambda: run(python, "-m", "ruff", "format", "--check", ".", what="ruff format (make fmt mends it)"),
    )


@command("fmt")
def fmt(_: list[str]) -> None:
    """Format the code and mend what ruff can mend."""
    python = setup("dev")
    run(python, "-m", "ruff", "check", "--fix-only", "--exit-zero", ".", what="ruff check --fix-only")
    run(python, "-m", "ruff", "format", ".", what="ruff format")


@command("types")
def types(_: list[str]) -> None:
    """Check types (mypy and pyright, both strict)."""
    python = setup("dev")
    words = ["-m", "pyright", "--pythonpath", str(python)]
    run_each(
        lambda: run(python, "-m", "mypy", what="mypy"),
        # without this variable pyright asks the network for a newer version of itself
        lambda: run(python, *words, what="pyright", PYRIGHT_PYTHON_IGNORE_WARNINGS="1"),
    )


@command("imports")
def imports(_: list[str]) -> None:
    """Check the layers: who may import whom (import-linter)."""
    program = setup("dev").parent / "lint-imports"
    run(program, what="the layers")


@command("docs")
def docs(arguments: list[str]) -> None:
    """Build the documentation into site/, strictly (ARGS=serve to read it while writing)."""
    words = arguments or ["build", "--strict", "--quiet"]
    run(setup("dev"), "-m", "mkdocs", *words, what="the documentation", NO_MKDOCS_2_WARNING="1")


@command("bench")
def bench(arguments: list[str]) -> None:
    """Run the benchmarks; they print ratios taken in one run, not times."""
    if not (ROOT / "benchmarks" / "__main__.py").is_file():
        raise StepError("benchmarks/__main__.py is missing")
    run(setup("test"), "-m", "benchmarks", *arguments, what="the benchmarks")


@command("check")
def check(_: list[str]) -> None:
    """Run lint, types, imports, docs and test, all of them even after a failure."""
    run_each(lambda: lint([]), lambda: types([]), lambda: imports([]), lambda: docs([]), lambda: test([]))


@command("setup")
def set_up(_: list[str]) -> None:
    """Make the whole development environment at once."""
    setup("dev")


@command("clean")
def clean(_: list[str]) -> None:
    """Remove everything that was made here: environments, caches, built files."""
    made = [
        ".hypothesis",
        ".import_linter_cache",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        "build",
        "dist",
        "site",
    ]
    caches = [path for top in ("src", "tests", "benchmarks", "examples") for path in (ROOT / top).rglob("__pycache__")]
    for place in [*(ROOT / name for name in made), *ROOT.glob(".venv*"), *caches]:
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)


@command("help")
def show_help(_: list[str]) -> None:
    """Show this list."""
    print("make COMMAND, or python dev.py COMMAND; everything sets itself up on first use.\n")
    for name, function in COMMANDS.items():
        print(f"  {name:<9} {(function.__doc__ or '').splitlines()[0]}")


# ----------------------------------------------------------------------------------------------------------- start


def restart_with_a_newer_python(words: list[str]) -> int:
    """Where this interpreter is too old: hand the same words to a newer one, or say what is missing."""
    newer = next((found for version in reversed(VERSIONS) for found in [find_python(version)] if found), None)
    if newer is None:
        print(f"jxc needs Python {MINIMUM[0]}.{MINIMUM[1]} or later; this is {sys.version.split()[0]}", file=sys.stderr)
        return 1
    return subprocess.call([newer, __file__, *words])


def main(words: list[str]) -> int:
    if sys.version_info < MINIMUM:
        return restart_with_a_newer_python(words)
    name, *arguments = words or ["help"]
    if name not in COMMANDS:
        print(f"there is no command {name!r}; python dev.py help lists them", file=sys.stderr)
        return 2
    try:
        COMMANDS[name](arguments)
    except StepError as problem:
        print(f"FAILED: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
