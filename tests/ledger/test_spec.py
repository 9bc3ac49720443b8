"""The page of rules and the tests name the same rules."""

from __future__ import annotations

import re

from tests.house.source import ROOT

FOLDERS = ("ledger", "reports", "tax")


def test_every_rule_is_proved_and_every_proof_has_a_rule() -> None:
    page = (ROOT / "docs" / "spec" / "ledger.md").read_text("utf-8")
    rules = set(re.findall(r"^\*\*([LT]\d+)\.\*\*", page, re.MULTILINE))
    named = {
        rule
        for folder in FOLDERS
        for path in (ROOT / "tests" / folder).glob("test_*.py")
        for comment in re.findall(r"# ([LT]\d+(?: [LT]\d+)*)$", path.read_text("utf-8"), re.MULTILINE)
        for rule in comment.split()
    }
    assert named == rules
    assert {f"L{number}" for number in range(1, 27)} | {f"T{number}" for number in range(1, 7)} == rules
