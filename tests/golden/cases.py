"""A case that is good, to be spoilt in one place."""

from __future__ import annotations

import json

from jxc.golden.runner import run_lines

__all__ = ["CASE", "ISSUE", "RECEIPT", "TOO_MUCH", "events", "report", "shown"]

RECEIPT = {
    "id": "e1",
    "date": "2026-01-05",
    "type": "receipt",
    "item": "A",
    "location": "W",
    "qty": "5",
    "amount": "10",
}
ISSUE = {"id": "e2", "date": "2026-01-06", "type": "issue", "item": "A", "location": "W", "qty": "1"}
TOO_MUCH = {**ISSUE, "id": "e3", "date": "2026-01-07", "qty": "9"}
CASE: dict[str, object] = {
    "id": "mine",
    "kind": "valuation",
    "method": "fifo",
    "currency_places": 2,
    "events": [RECEIPT, ISSUE],
    "expect": {"cogs": "2"},
}


def events(*rows: object) -> dict[str, object]:
    return {**CASE, "events": list(rows)}


def report(case: object) -> str:
    return run_lines([json.dumps(case)], "file").summary


def shown(case: object) -> list[str]:
    return [str(failure) for failure in run_lines([json.dumps(case)], "file").failures]
