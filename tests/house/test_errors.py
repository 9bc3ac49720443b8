"""Every code that an error can carry is one word for one thing, and a page tells what to do about it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict

import pytest

from tests.house.source import ROOT, Module, modules

PAGE = ROOT / "docs" / "errors.md"
ENTRY = re.compile(r"^(?:\| *|#+ |[-*] )`([a-z][a-z0-9_]*)`", re.MULTILINE)
"""A code opens a row of a table, a heading or an item of a list."""


def codes_in(found: tuple[Module, ...]) -> dict[str, dict[str, list[str]]]:
    """Code -> kind of error or problem -> the places that make one; only codes that are written out are seen."""
    codes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for module in found:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call):
                continue
            kind = ast.unparse(node.func).rsplit(".", 1)[-1]
            if not re.fullmatch(r"\w*(Error|Problem|problem)", kind):
                continue
            named = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            for value in [*node.args[:1], *named]:
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    codes[value.value][kind].append(module.at(node, kind))
    return codes


def test_a_code_means_one_kind_of_error() -> None:
    torn = {
        code: places
        for code, kinds in codes_in(modules()).items()
        if len(places := {kind: where for kind, where in kinds.items() if kind.endswith("Error")}) > 1
    }
    assert not torn


def test_every_code_is_on_the_page_and_no_other() -> None:
    if not PAGE.is_file():
        pytest.skip("docs/errors.md is not written yet")
    listed = ENTRY.findall(PAGE.read_text("utf-8"))
    made = codes_in(modules())
    assert sorted(set(made) - set(listed)) == [], "raised, but not on the page"
    assert sorted({code for code in listed if listed.count(code) > 1}) == [], "on the page twice"
    text = "\n".join(module.text for module in modules())
    assert [code for code in listed if f'"{code}"' not in text] == [], "on the page, but nowhere in the source"


def test_codes_are_seen() -> None:
    text = 'raise StockError("shortage", "x")\nadd(Problem(code="missing_cost"))\nValue("other")\n'
    seen = codes_in((Module("jxc/kernel/sample.py", text, ast.parse(text)),))
    assert sorted(seen) == ["missing_cost", "shortage"]
    assert ENTRY.findall("| `one` | x |\n## `two`\n- `three`: x\ntext `four`\n") == ["one", "two", "three"]
