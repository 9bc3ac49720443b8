"""The page of rules and the tests name the same rules."""

from __future__ import annotations

import re

from tests.house.source import ROOT


def test_every_rule_is_proved_and_every_proof_has_a_rule() -> None:
    page = (ROOT / "docs" / "spec" / "posting.md").read_text("utf-8")
    rules = set(re.findall(r"^\*\*(B\d+)\.\*\*", page, re.MULTILINE))
    named = {
        rule
        for path in (ROOT / "tests" / "posting").glob("test_*.py")
        for comment in re.findall(r"# (B\d+(?: B\d+)*)$", path.read_text("utf-8"), re.MULTILINE)
        for rule in comment.split()
    }
    assert named == rules == {f"B{number}" for number in range(1, 29)}
