"""Verify finds whatever is not as the facts say, and names it; rebuild mends what follows from facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import jxc
from jxc.stores.memory import MemoryStore
from tests.business.worlds import opened, standing, valued

Tamper = Callable[[dict[str, Any]], dict[str, Any]]


def story(store: MemoryStore) -> jxc.Business:
    shop = opened(store)
    shop.stock.receive("TEA", "10", "2.00", date="2026-01-05", place="WH", party="S-01", id="GR-1")
    shop.stock.issue("TEA", "4", date="2026-01-10", place="WH", party="C-01", sale_price="5.00", id="SO-1")
    shop.stock.landed_cost("3.00", of="GR-1", date="2026-01-12", party="F-01")
    shop.entries.post("2026-01-31", [{"account": "1010", "debit": "5"}, {"account": "3010", "credit": "5"}])
    return shop


def tampered(kind: str, tamper: Callable[[dict[str, Any]], dict[str, Any] | None]) -> jxc.Business:
    """The story, with one record of a kind changed or taken out."""
    records = list(story(MemoryStore()).moving.export())
    at = next(at for at, one in reversed(list(enumerate(records))) if one["kind"] == kind)
    changed = tamper(records[at])
    records[at : at + 1] = [] if changed is None else [changed]
    store = MemoryStore()
    jxc.load_book(store, "acme/main", records)
    return jxc.open(store, book="acme/main")


def test_a_book_that_is_not_tampered_with_is_clean() -> None:
    shop = tampered("position", dict)
    assert shop.verify().clean
    assert shop.rebuild() == 0


@pytest.mark.parametrize(
    ("kind", "tamper", "what"),
    [
        ("position", lambda one: {**one, "quantity": one["quantity"] + 1}, "position"),
        ("position", lambda one: {**one, "value": one["value"] - 1}, "position"),
        ("position", lambda one: None, "position"),
        ("cost_chunk", lambda one: None, "cost"),
        ("cost_change", lambda one: {**one, "body": {**one["body"], "new": 1}}, "latest cost"),
        ("fact", lambda one: None, "cost"),
        ("fact", lambda one: {**one, "body": {**one["body"], "qty": "5"}}, "cost"),
        ("fact", lambda one: {**one, "body": {**one["body"], "sale_price": "5.01"}}, "cost"),
        ("fact", lambda one: {**one, "body": {**one["body"], "qty": "500"}}, "facts"),
        ("fact", lambda one: {**one, "body": {**one["body"], "colour": "red"}}, "facts"),
        ("fact", lambda one: {**one, "ordinal": 7}, "order"),
        ("command", lambda one: None, "command"),
        ("item_head", lambda one: {**one, "version": one["version"] + 1}, "version"),
        ("entry", lambda one: {**one, "number": one["number"] + 1}, "digest"),
        ("entry", lambda one: {**one, "body": {**one["body"], "memo": "other"}}, "digest"),
        ("entry", lambda one: None, "entry"),
        ("line", lambda one: {**one, "base": one["base"] + 1}, "digest"),
        ("line", lambda one: {**one, "place": "SHOP"}, "line"),
        ("line", lambda one: None, "digest"),
    ],
)  # fmt: skip
def test_what_is_tampered_with_is_found(
    kind: str, tamper: Callable[[dict[str, Any]], dict[str, Any] | None], what: str
) -> None:
    check = tampered(kind, tamper).verify()
    assert check.first is not None
    assert check.first.what == what


@pytest.mark.parametrize("kind", ["position", "cost_chunk"])
def test_rebuild_mends_projections(kind: str) -> None:
    def tamper(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "value": 1} if kind == "position" else {**one, "body": {**one["body"], "rows": []}}

    shop = tampered(kind, tamper)
    assert not shop.verify().clean
    assert shop.rebuild() == 1
    assert shop.verify().clean
    assert shop.rebuild() == 0


def test_as_many_differences_as_asked_for() -> None:
    shop = tampered("position", lambda one: {**one, "value": 1, "quantity": 1})
    assert len(shop.verify(limit=10).differences) == 1
    records = [
        {**one, "base": one["base"] + 1} if one["kind"] == "line" else one
        for one in story(MemoryStore()).moving.export()
    ]
    store = MemoryStore()
    jxc.load_book(store, "acme/main", records)
    check = jxc.open(store, book="acme/main").verify(limit=3)
    assert len(check.differences) == 3
    assert str(check).endswith(str(check.first))


def test_a_policy_with_another_default_would_not_move_a_book() -> None:
    """The terms are pinned whole: every choice is named, those at their default too."""
    shop = story(MemoryStore())
    with shop.store.begin(shop.scope, read_only=True) as tx:
        [record] = tx.get("setting", [("book", "terms", 1)])
    assert set(record.body["policy"]) == set(shop.terms.policy.__slots__)
    assert record.body["posting"]["rules"]
    assert record.body["chart"]["accounts"]
    assert len(standing(shop)) == 3
    assert not valued(shop).problems
