"""Revenue points (B19): cost waits for its revenue, parts come to the whole, what is not invoiced is listed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jxc
from jxc.ledger import Ledger
from jxc.posting.events import BusinessEvent
from jxc.posting.journal import Journal
from jxc.posting.sales import Shipment, not_invoiced
from tests.posting.books import NOW, poster_of

POINTS = ("delivery", "acceptance", "instalment", "agent_list", "invoice")


def posted(*events: BusinessEvent) -> Ledger:
    poster = poster_of("cn-small-business")
    ledger = Ledger(poster.book)
    ledger.post_all(Journal.of(events, poster).drafts, at=NOW)
    return ledger


def delivery(point: str, cost: int = 6000) -> BusinessEvent:
    return BusinessEvent.of(
        "issue", "2026-01-05", {"cost": cost}, source="SO-1", reason="sale", revenue_point=point, party="C"
    )


def test_consignment_goes_as_practice_has_it() -> None:  # B19
    """委托代销: 1406 / 1405 when sent, revenue and 5401 / 1406 by the agent's list, the fee against the claim."""
    sent = Shipment("SO-1", Fraction(100), 600000, "agent_list", attributes={"party": "AGENT"})
    listed = sent.recognise("2026-01-20", Fraction(100), net=1000000, tax=130000, doc="L-1")
    fee = BusinessEvent.of("agent_fee", "2026-01-20", {"net": 100000}, party="AGENT", source="L-1/fee")
    ledger = posted(delivery("agent_list", 600000), *listed.events, fee)
    assert [str(ledger.balance("1406", on=day)) for day in ("2026-01-10", "2026-01-31")] == ["6000.00", "0.00"]
    assert str(ledger.balance("5401")) == "6000.00"
    assert str(ledger.balance("1122")) == "10300.00"
    assert str(ledger.balance("5601")) == "1000.00"


def test_revenue_at_delivery_and_the_invoice_later() -> None:  # B19
    sent = Shipment("SO-1", Fraction(10), 6000, attributes={"party": "C"})
    assert not_invoiced([sent]) == (sent,)
    revenue = sent.recognise("2026-01-05", Fraction(10), net=10000, tax=1300, invoiced=False)
    assert (not_invoiced([revenue.shipment]), revenue.shipment.awaiting_tax) == ((revenue.shipment,), 1300)
    invoice = revenue.shipment.invoice("2026-02-03", Fraction(10), tax=1300, doc="V-1")
    assert (not_invoiced([invoice.shipment]), invoice.shipment.awaiting_tax) == ((), 0)
    ledger = posted(delivery("delivery"), *revenue.events, *invoice.events)
    assert [str(ledger.balance("222105", on=day)) for day in ("2026-01-31", "2026-02-28")] == ["-13.00", "0.00"]
    assert str(ledger.balance("22210102")) == "-13.00"
    assert [str(ledger.balance(code)) for code in ("5401", "1406")] == ["60.00", "0.00"]


@given(
    st.sampled_from(POINTS),
    st.integers(0, 10_000),
    st.lists(st.integers(1, 4), min_size=1, max_size=8),
    st.integers(0, 10_000),
    st.integers(0, 8),
)
def test_parts_come_to_the_whole_at_any_later_cost(
    point: Any, cost: int, parts: list[int], later: int, when: int
) -> None:  # B19
    shipment, total = Shipment("S", Fraction(sum(parts)), cost, point), 0
    for at, qty in enumerate(parts):
        step = shipment.recognise("2026-01-20", Fraction(qty), net=100)
        steps = [step] if at != when else [step, step.shipment.recost("2026-01-21", later)]
        for one in steps:
            total += sum(event.total("cost") for event in one.events)
            shipment = one.shipment
        assert total == (0 if point == "delivery" else shipment.recognised_cost)
        assert shipment.waiting_cost == (0 if point == "delivery" else shipment.cost - total)
    assert shipment.waiting_cost == 0


def test_what_comes_back_before_its_revenue_leaves_the_goods_shipped() -> None:  # B19
    sent = Shipment("SO-1", Fraction(10), 6000, "acceptance", attributes={"party": "C"})
    back = BusinessEvent.of(
        "sales_return", "2026-01-08", {"cost": 2400}, source="R-1", reason="sale", revenue_point="acceptance"
    )
    rest = sent.send_back(Fraction(4), 2400)
    accepted = rest.recognise("2026-01-20", Fraction(6), net=9000, tax=1170)
    ledger = posted(delivery("acceptance"), back, *accepted.events)
    assert [str(ledger.balance(code)) for code in ("1406", "5401", "1405")] == ["0.00", "36.00", "-36.00"]


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("recognised_beyond_shipment", lambda one: one.recognise("2026-01-20", Fraction(11), net=1)),
        ("recognised_beyond_shipment", lambda one: one.recognise("2026-01-20", Fraction(0), net=1)),
        ("recognised_beyond_shipment", lambda one: one.invoice("2026-01-20", Fraction(1), tax=1)),
        ("recognised_beyond_shipment", lambda one: one.send_back(Fraction(11), 1)),
        ("unknown_choice", lambda _: Shipment("S", Fraction(1), 1, "someday")),  # type: ignore[arg-type]
    ],
)
def test_refusals(code: str, act: Any) -> None:
    with pytest.raises(jxc.JxcError) as refused:
        act(Shipment("SO-1", Fraction(10), 6000))
    assert refused.value.code == code
