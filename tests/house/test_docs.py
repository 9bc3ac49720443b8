"""What the README and the pages promise: the quickstart is the shipped example, and no choice or name goes unsaid."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import fields

import jxc
from jxc.costing.policy import _WORDS, CostRounding, Policy, RoundingRule
from tests.house.source import ROOT

README = (ROOT / "README.md").read_text("utf-8")
POLICIES = (ROOT / "docs" / "concepts" / "policies.md").read_text("utf-8")
API = (ROOT / "docs" / "reference" / "python-api.md").read_text("utf-8")


def block(language: str) -> str:
    """The first block of this language in the README."""
    found = re.search(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def test_the_quickstart_is_the_shipped_example() -> None:
    assert block("python") == (ROOT / "examples" / "quickstart.py").read_text("utf-8")


def test_the_quickstart_prints_what_the_readme_says() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    example = ROOT / "examples" / "quickstart.py"
    done = subprocess.run([sys.executable, str(example)], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == block("text")


def rows() -> dict[str, list[str]]:
    """Field of the policy -> the words that its row names, the default first."""
    found = re.findall(r"^\| `(\w+)` \| ([^|]*) \|", POLICIES, re.MULTILINE)
    return {name: re.findall(r"`([^`]+)`", words) for name, words in found}


def test_every_choice_is_on_the_page_with_all_its_words() -> None:
    page = rows()
    for each in fields(Policy):
        if each.name == "rounding":
            assert "`rounding`" in POLICIES
            continue
        assert each.name in page, each.name
        words = {word for word in _WORDS.get(each.name, ()) if word is not None}
        assert words <= set(page[each.name]), each.name
        default = getattr(Policy(), each.name)
        if isinstance(default, str):
            assert page[each.name][0] == default, each.name


def test_every_rule_of_rounding_is_on_the_page() -> None:
    for rule in RoundingRule.__args__:  # type: ignore[attr-defined]
        assert f"| `{rule}` |" in POLICIES, rule
    for each in fields(CostRounding):
        assert f"`{each.name}`" in POLICIES, each.name


def test_every_public_name_is_in_the_reference() -> None:
    named = set(re.findall(r"^::: jxc\.(\w+)$", API, re.MULTILINE))
    assert sorted(set(jxc.__all__) - {"__version__"} - named) == []
