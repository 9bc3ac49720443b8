"""Random months: places that send to each other in chains and circles, goods made of others, returns, counts."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from jxc.costing.engine import replay
from jxc.costing.events import Details, Event
from jxc.costing.periodic import PeriodicEngine
from jxc.costing.policy import Policy

JANUARY = 739_252
"""2025-01-01 as an ordinal."""

POLICY = Policy(method="periodic_average", zero_quantity="ignore")

_ITEMS = ("BOX", "LEAF", "TEA")
_PLACES = ("A", "B", "C")


@st.composite
def months(draw: st.DrawFn, months: int = 2) -> list[Event]:
    """A history over a few months; some rows go beyond stock, some circles have no value."""
    events: list[Event] = []
    count = draw(st.integers(1, 14))
    for _ in range(count):
        events += draw(_rows(len(events), events, months))
    return events


@st.composite
def _rows(draw: st.DrawFn, row: int, before: list[Event], months: int) -> list[Event]:
    kind = draw(
        st.sampled_from(("receipt", "receipt", "transfer", "transfer", "issue", "made", "sales_return", "other"))
    )
    day = JANUARY + draw(st.integers(0, 30 * months - 1))
    item, place = draw(st.sampled_from(_ITEMS)), draw(st.sampled_from(_PLACES))
    qty = draw(st.integers(1, 12))
    amount = draw(st.integers(0, 2000))
    if kind == "receipt":
        return [Event(row, "receipt", day, item, qty + 10, amount, place=place)]
    if kind == "transfer":
        other = draw(st.sampled_from([p for p in _PLACES if p != place]))
        return [Event(row, "transfer", day, item, qty, place=place, to_place=other)]
    if kind == "made":
        made = draw(st.sampled_from(_ITEMS))
        details = Details(cost_from=(row,), add_amount=draw(st.integers(0, 50)))
        return [
            Event(row, "issue", day, item, qty, place=place),
            Event(row + 1, "assembly", day, made, draw(st.integers(1, 9)), place=place, details=details),
        ]
    if kind == "sales_return":
        issues = [event for event in before if event.type == "issue"]
        if issues:
            source = draw(st.sampled_from(issues))
            back = draw(st.integers(1, int(source.qty)))
            return [
                Event(row, "sales_return", max(day, source.date), source.item, back, place=place, refs=(source.row,))
            ]
    if kind == "other":
        receipts = [event for event in before if event.type == "receipt"]
        if receipts:
            source = draw(st.sampled_from(receipts))
            kinds = ("purchase_return", "landed_cost", "count", "adjust_in", "revalue")
            other = draw(st.sampled_from(kinds))
            details = Event(row, other, day, source.item, qty, place=source.place)
            if other in ("purchase_return", "landed_cost"):
                details.refs, details.date = (source.row,), max(day, source.date)
            if other in ("landed_cost", "revalue"):
                details.qty, details.amount = 0, amount
            return [details]
    return [Event(row, "issue", day, item, qty, place=place)]


def value(events: list[Event], policy: Policy = POLICY) -> PeriodicEngine:
    engine = replay(events, policy)
    assert isinstance(engine, PeriodicEngine)
    return engine


def unit(engine: PeriodicEngine, item: str, place: str) -> Fraction | None:
    return engine.state.pool(item, place, None).last_rate
