"""The page of rules and the tests name the same rules."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "spec" / "kernel.md"


def test_every_rule_is_proved_and_every_proof_has_a_rule() -> None:
    rules = re.findall(r"^\*\*(K\d+)\.", PAGE.read_text("utf-8"), re.MULTILINE)
    assert rules == [f"K{number}" for number in range(1, len(rules) + 1)]
    named = {
        rule
        for path in HERE.glob("test_*.py")
        for line in path.read_text("utf-8").splitlines()
        if (comment := re.search(r"# (K\d+.*)$", line))
        for rule in re.findall(r"K\d+", comment[1])
    }
    assert named == set(rules)
