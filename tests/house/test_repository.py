"""What the files of the repository may not hold, and what must agree between them."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.source import BELOW_PORTS, ROOT, modules

# put together from pieces, so that this file may be searched too
INDEXES = ["pypi" + ".org", "files." + "pythonhosted", "registry." + "npmjs", "deb." + "debian", "proxy." + "golang"]
PLACES = ["work", "farm", "root", "opt", "tmp/venv", "tmp/bash", "home/[a-z]", "Users/[A-Za-z]"]
FORBIDDEN = re.compile("|".join([*map(re.escape, INDEXES), r"(?:^|[^\w.~/])/(?:" + "|".join(PLACES) + r")(?:/|\b)"]))
LOCKS = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pixi.lock", "conda-lock.yml", "package-lock.json"}
SKIPPED = {"__pycache__", "build", "dist", "site", "local"}


def repository_files() -> list[Path]:
    """What is tracked or about to be; where there is no git (an unpacked sdist), what is there."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    except FileNotFoundError:
        done = None
    if done is not None and done.returncode == 0 and done.stdout:
        return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in SKIPPED and (name == ".ci" or not name.startswith("."))]
        found += [Path(folder) / name for name in names]
    return found


def test_no_address_of_an_index_and_no_path_of_a_machine() -> None:
    found = []
    for path in repository_files():
        data = path.read_bytes()
        if b"\0" not in data:
            lines = enumerate(data.decode("utf-8", "replace").splitlines(), 1)
            found += [f"{path.relative_to(ROOT)}:{at}: {line[:120]}" for at, line in lines if FORBIDDEN.search(line)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("text", ["see https://" + INDEXES[0] + "/x", "cd /" + "work/x", "'/" + "root/.cache'"])
def test_an_address_would_be_seen(text: str) -> None:
    assert FORBIDDEN.search(text)


@pytest.mark.parametrize("text", ["../shared/golden", "src/work/x", "and/or", "https://example.com/work/x"])
def test_what_is_harmless_stays(text: str) -> None:
    assert not FORBIDDEN.search(text)


def test_there_is_no_lock_file() -> None:
    assert not [path for path in repository_files() if path.name in LOCKS]


def test_the_contract_of_purity_names_every_engine() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    pure = next(contract for contract in config["contracts"] if contract["id"] == "pure")
    present = {f"jxc.{module.layer}" for module in modules() if module.layer in BELOW_PORTS}
    assert sorted(present) == sorted(pure["source_modules"])


def pins() -> dict[str, str]:
    lines = [line for path in sorted((ROOT / "constraints").glob("*.txt")) for line in path.read_text().splitlines()]
    pairs = [tuple(line.split("==")) for line in lines if line and not line.startswith("#")]
    assert len({name for name, _ in pairs}) == len(pairs), "a package is pinned twice"
    return dict(pairs)


def test_the_environment_is_what_the_pins_say() -> None:
    if Path(sys.prefix).parent != ROOT:
        pytest.skip("not run in an environment that dev.py made")
    wanted = pins()
    ours = {"jxc", "pip", "setuptools"}
    there = {re.sub(r"[-_.]+", "-", found.name).lower(): found.version for found in importlib.metadata.distributions()}
    assert {name: version for name, version in there.items() if name not in ours and wanted.get(name) != version} == {}
