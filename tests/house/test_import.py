"""``import jxc`` is light and its namespace is what ``__all__`` says, each asked of a fresh interpreter."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.house.source import ROOT

HEAVY = [
    "alembic",
    "hypothesis",
    "matplotlib",
    "narwhals",
    "numpy",
    "pandas",
    "polars",
    "psycopg",
    "pyarrow",
    "rich",
    "sqlalchemy",
    "typer",
]


def ask(code: str) -> object:
    """What a fresh interpreter answers, as JSON, to the expression after these statements."""
    *statements, expression = code.split("; ")
    script = "; ".join(["import json, sys", *statements, f"sys.stdout.write(json.dumps({expression}))"])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def loaded_by(statement: str) -> set[str]:
    names = ask(f"before = set(sys.modules); {statement}; sorted(set(sys.modules) - before)")
    assert isinstance(names, list)
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("name", HEAVY)
def test_import_is_light(name: str) -> None:
    assert name not in loaded_by("import jxc")


def test_import_leaves_validation_for_later() -> None:
    assert "pydantic" not in loaded_by("import jxc")


def test_a_heavy_module_would_be_seen() -> None:
    assert "narwhals" in loaded_by("import narwhals")


def test_namespace_is_what_it_says() -> None:
    shown, said = ask("import jxc; [[n for n in dir(jxc) if not n.startswith('__')], list(jxc.__all__)]")  # type: ignore[misc]
    assert shown == sorted(name for name in said if not name.startswith("__"))


def test_every_public_name_is_there() -> None:
    assert ask("import jxc; [name for name in jxc.__all__ if not hasattr(jxc, name)]") == []


def test_version_has_one_source() -> None:
    import importlib.metadata

    assert ask("import jxc; jxc.__version__") == importlib.metadata.version("jxc")
