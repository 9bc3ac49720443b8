"""Golden stories of other systems, command by command through a book: valued as by one valuation, and tied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jxc
from jxc.api.business.stating import fact_of
from jxc.app.policies import check_keepable
from jxc.golden.case import parse_case
from tests.business.worlds import opened, standing

FILES = ("valuation_erp.jsonl", "textbook.jsonl", "valuation_lots.jsonl")
PARTIES = {"receipt": "S-01", "landed_cost": "F-01", "invoice_price_change": "S-01", "purchase_return": "S-01"}
NOT_FACTS = ("expect", "expect_final", "location", "to_location")


def stories(shared: Path) -> Iterator[tuple[str, jxc.Policy, list[dict[str, Any]]]]:
    """Cases whose events are facts, under policies that a book can be kept by."""
    for name in FILES:
        for line in (shared / "golden" / name).read_text("utf-8").splitlines():
            raw = json.loads(line)
            if "events" in raw and raw.get("currency_places") == 2:
                rows = [_row(event) for event in raw["events"]]
                policy = parse_case(raw).policy
                if _is_kept(policy) and _are_facts(rows):
                    yield raw["id"], policy, rows


def _is_kept(policy: jxc.Policy) -> bool:
    try:
        check_keepable(policy, 2)
    except jxc.PolicyError:
        return False
    return True


def _row(event: dict[str, Any]) -> dict[str, Any]:
    row = {name: value for name, value in event.items() if name not in NOT_FACTS}
    places = {"place": event.get("location"), "to_place": event.get("to_location"), "party": PARTIES.get(event["type"])}
    return row | {name: value for name, value in places.items() if value is not None}


def _are_facts(rows: list[dict[str, Any]]) -> bool:
    try:
        for row in rows:
            fact_of({name: value for name, value in row.items() if name != "party"})
    except jxc.JxcError:
        return False
    return True


def check(policy: jxc.Policy, rows: list[dict[str, Any]]) -> None:
    shop = opened(costing=policy, qty_places=9)
    for row in rows:
        shop.post_many([row], on_error="each")
    checked = shop.verify()
    assert checked.clean, checked
    facts = [fact_of({**body, "id": name}) for name, body in standing(shop).items()]
    whole = jxc.value(facts, policy=policy, currency="CNY")
    told = {(one.item, one.place): (one.qty.normalize(), one.value) for one in shop.ask.positions()}
    assert told == {(one.item, one.place): (one.qty.normalize(), one.value) for one in whole.on_hand}
    worth = shop.ask.value().value
    assert worth == whole.on_hand_value
    ledger = shop.entries.ledger()
    assert ledger.verify().changed is None
    assert ledger.balance("1210") == worth


def test_golden_stories(shared: Path) -> None:
    chosen = list(stories(shared))
    assert len(chosen) > 150
    for _, policy, rows in chosen:
        check(policy, rows)
