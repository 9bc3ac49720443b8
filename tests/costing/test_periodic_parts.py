from __future__ import annotations

from jxc.costing.engine import replay
from jxc.costing.events import Details, Event
from jxc.costing.periodic import PeriodicEngine
from jxc.costing.periodic_parts import parts
from jxc.costing.periodic_pools import Month
from jxc.costing.periodic_rows import Line
from jxc.costing.policy import Policy
from jxc.errors import StockError


def rows_of(*events: Event) -> list[list[int]]:
    return [[event.row for event in part] for part in parts({event.row: event for event in events}, list(events))]


def test_a_charge_without_an_item_joins_the_receipts_that_it_names() -> None:
    events = [Event(row, "receipt", 1, item, 1, 100) for row, item in enumerate(("A", "B", "C", "D"))]
    first = Event(4, "landed_cost", 2, "", amount=10, refs=(0, 1))
    second = Event(5, "landed_cost", 2, "", amount=10, refs=(2,))
    assert rows_of(*events, first, second) == [[0, 1, 4], [2, 5], [3]]


def test_a_refund_joins_the_receipts_of_its_bill() -> None:
    receipt, sale = Event(0, "receipt", 1, "A", 1, 100), Event(1, "issue", 1, "B", 1)
    bill = Event(2, "invoice_price_change", 2, "", 1, 110, refs=(0,))
    refund = Event(3, "invoice_price_change", 3, "", 1, 5, refs=(2,))
    assert rows_of(receipt, sale, bill, refund) == [[0, 2, 3], [1]]


def test_what_is_refused_in_one_part_does_not_read_the_others_again() -> None:
    """A hundred items, each with a chain of refusals: what is read grows with the rows, not with their square."""
    read: list[int] = []

    class Counting(PeriodicEngine):
        def _read(self, month: Month, events: list[Event], problems: dict[int, StockError]) -> dict[int, list[Line]]:
            read.append(len(events))
            return super()._read(month, events, problems)

    rows: list[Event] = []
    for item in range(100):
        for step in range(5):  # nothing at A, so nothing at B, ...
            place, target = "ABCDEF"[step], "ABCDEF"[step + 1]
            rows.append(Event(len(rows), "transfer", 1, f"item-{item}", 2, place=place, to_place=target))
    engine = Counting(Policy(method="periodic_average"))
    engine.run(rows)
    assert len(engine.problems) == len(rows)
    assert sum(read) <= 7 * len(rows)


def test_goods_made_of_other_items_are_costed_with_them() -> None:
    made = Event(2, "assembly", 2, "BOX", 1, details=Details(cost_from=(1,)))
    rows = [Event(0, "receipt", 1, "TEA", 2, 100), Event(1, "issue", 2, "TEA", 1), made]
    engine = PeriodicEngine(Policy(method="periodic_average"))
    engine.run(rows)
    assert engine.state.outcomes[2].cost == 50


def test_a_refused_row_leaves_no_pool_behind() -> None:
    rows = [Event(row, "issue", 1, f"item-{row}", 1) for row in range(3)]
    for method in ("periodic_average", "fifo"):
        state = replay(rows, Policy(method=method)).state
        assert {outcome.status for outcome in state.outcomes.values()} == {"refused"}
        assert not state.pools
        assert not any(state.pools_of.values())
