"""Random stories of commands by two programs at one store: the book is always what one valuation of its facts says."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

import jxc
from jxc.errors import FieldError, LedgerError, NotFoundError, StockError
from jxc.ledger.ledger import Ledger
from jxc.reports import trial_balance
from jxc.stores.memory import MemoryStore
from tests.business.worlds import held, opened, standing, valued

ITEMS = ("TEA", "CUP", "SET")
PLACES = ("WH", "SHOP")
DAYS = st.integers(0, 59).map(lambda n: (date(2026, 1, 1) + timedelta(n)).isoformat())
QTY = st.integers(1, 40).map(str)
PRICE = st.integers(1, 999).map(lambda cents: str(Decimal(cents) / 100))
REFUSED = (StockError, FieldError, LedgerError, NotFoundError)


class Story(RuleBasedStateMachine):
    """Two programs, A and B, post to one book in turn."""

    facts: Bundle[str] = Bundle("facts")
    receipts: Bundle[str] = Bundle("receipts")
    issues: Bundle[str] = Bundle("issues")
    method = "fifo"

    def __init__(self) -> None:
        super().__init__()
        store = MemoryStore()
        self.shops = [opened(store, costing=self.method), opened(store, costing=self.method)]
        self.count = 0
        self.closed: str | None = None

    def post(self, who: int, row: dict[str, Any]) -> str | None:
        """Post a fact; its id, or None where it was refused, which must have changed nothing."""
        self.count += 1
        name = f"F{self.count}"
        shop = self.shops[who]
        before = held(shop)
        try:
            told = shop.post({**row, "id": name}, preview=True)
            assert held(shop) == before
            done = shop.post({**row, "id": name})
        except REFUSED:
            assert held(shop) == before
            return None
        assert [(one.fact, one.old, one.new) for one in done.costs] == [(o.fact, o.old, o.new) for o in told.costs]
        return name

    @rule(
        target=receipts, who=st.integers(0, 1), item=st.sampled_from(ITEMS), place=st.sampled_from(PLACES), day=DAYS,
        qty=QTY, price=PRICE, closed=st.sampled_from(("restate", "forward")),
    )  # fmt: skip
    def receive(self, who: int, item: str, place: str, day: str, qty: str, price: str, closed: str) -> Any:
        row = {"type": "receipt", "item": item, "place": place, "date": day, "qty": qty, "unit_cost": price}
        name = self.post(who, {**row, "party": "S-01", "closed": closed})
        return multiple() if name is None else name

    @rule(
        target=issues, who=st.integers(0, 1), item=st.sampled_from(ITEMS), place=st.sampled_from(PLACES), day=DAYS,
        qty=QTY, closed=st.sampled_from(("restate", "forward")),
    )  # fmt: skip
    def issue(self, who: int, item: str, place: str, day: str, qty: str, closed: str) -> Any:
        row = {"type": "issue", "item": item, "place": place, "date": day, "qty": qty, "closed": closed}
        name = self.post(who, {**row, "party": "C-01", "sale_price": "3.00"})
        return multiple() if name is None else name

    @rule(target=facts, who=st.integers(0, 1), item=st.sampled_from(ITEMS), day=DAYS, qty=QTY)
    def transfer(self, who: int, item: str, day: str, qty: str) -> Any:
        row = {"type": "transfer", "item": item, "place": "WH", "to_place": "SHOP", "date": day, "qty": qty}
        name = self.post(who, row)
        return multiple() if name is None else name

    @rule(target=facts, who=st.integers(0, 1), of=receipts, day=DAYS, amount=PRICE)
    def charge(self, who: int, of: str, day: str, amount: str) -> Any:
        row = {"type": "landed_cost", "refs": [of], "amount": amount, "date": day, "party": "F-01"}
        name = self.post(who, row)
        return multiple() if name is None else name

    @rule(target=facts, who=st.integers(0, 1), of=issues, day=DAYS, qty=QTY)
    def take_back(self, who: int, of: str, day: str, qty: str) -> Any:
        shop = self.shops[who]
        with shop.store.begin(shop.scope, read_only=True) as tx:
            [record] = tx.get("fact", [(of,)])
        row = {"type": "sales_return", "item": record.body["item"], "place": "WH", "date": day, "qty": qty}
        name = self.post(who, {**row, "refs": [of], "party": "C-01"})
        return multiple() if name is None else name

    @rule(target=facts, who=st.integers(0, 1), day=DAYS, qty=st.integers(1, 5).map(str))
    def assemble(self, who: int, day: str, qty: str) -> Any:
        parts = [{"item": "TEA", "qty": qty}, {"item": "CUP", "qty": "1"}]
        name = self.post(
            who, {"type": "assembly", "item": "SET", "place": "WH", "date": day, "qty": "1", "components": parts}
        )
        return multiple() if name is None else name

    @rule(who=st.integers(0, 1), name=st.one_of(consumes(facts), consumes(receipts), consumes(issues)))
    def cancel(self, who: int, name: str) -> None:
        before = held(self.shops[who])
        try:
            self.shops[who].stock.cancel(name, reason="typed twice")
        except REFUSED:
            assert held(self.shops[1 - who]) == before

    @rule(who=st.integers(0, 1), name=receipts, qty=QTY, closed=st.sampled_from(("restate", "forward")))
    def change(self, who: int, name: str, qty: str, closed: str) -> None:
        before = held(self.shops[who])
        try:
            self.shops[who].stock.change(name, {"qty": qty}, closed=closed)
        except REFUSED:
            assert held(self.shops[1 - who]) == before

    @rule(who=st.integers(0, 1))
    def close(self, who: int) -> None:
        if self.closed is None:
            self.shops[who].close("2026-01")
            self.closed = "2026-01"

    @rule(who=st.integers(0, 1))
    def reopen(self, who: int) -> None:
        if self.closed is not None:
            self.shops[who].reopen("2026-01", reason="a paper was found")
            self.closed = None

    @invariant()
    def the_book_is_what_its_facts_say(self) -> None:
        shop = self.shops[0]
        check = shop.verify(limit=3)
        assert check.clean, check.differences

    def teardown(self) -> None:
        shop = self.shops[1]
        if not self.count:
            return
        whole = valued(shop)
        assert not whole.problems
        assert {(one.item, one.place): (one.qty.normalize(), one.value) for one in whole.on_hand} == held(shop)
        ledger = shop.entries.ledger()
        assert ledger.verify().changed is None
        assert ledger.balance("1210") == whole.on_hand_value
        self.every_answer_is_what_the_ledger_says(shop, ledger)
        # what was posted less what was cancelled: taking everything back leaves nothing on hand
        names = list(reversed(list(standing(shop))))
        if names:
            shop.stock.cancel(*names, closed="forward", reason="all of it")
        assert held(shop) == {}
        assert shop.verify().clean
        assert {row.closing for row in trial_balance(shop.entries.ledger()).rows} <= {Decimal("0.00")}

    def every_answer_is_what_the_ledger_says(self, shop: jxc.Business, ledger: Ledger) -> None:
        moments = [None, *(entry.recorded_at for entry in ledger.entries[:: max(1, len(ledger.entries) // 4)])]
        for day in (None, date(2026, 1, 15), date(2026, 1, 31), date(2026, 2, 10)):
            for moment in moments:
                told = shop.ask.value(day, known_at=moment)
                assert told.value == ledger.balance("1210", on=day, known_at=moment), (day, moment)
                assert sum(one.value for one in told.on_hand) == told.value
                cogs = told.roles.get("cogs", Decimal(0))
                assert cogs == ledger.balance("5010", on=day, known_at=moment), (day, moment)
        first, last = date(2026, 1, 16), date(2026, 2, 10)
        opening, closing = shop.ask.value(date(2026, 1, 15)).value, shop.ask.value(last).value
        for by in (("item",), ("item", "place"), ("place",), ("group",)):
            rows = shop.ask.stock_summary(first, last, by=by)
            assert sum(row.opening.value for row in rows) == opening
            assert sum(row.closing.value for row in rows) == closing
            for row in rows:
                came = sum((one.value for one in row.into.values()), row.opening.value)
                assert came - sum(one.value for one in row.out.values()) == row.closing.value
        cost = ledger.balance("5010", on=last) - ledger.balance("5010", on=date(2026, 1, 15))
        for by in ("item", "party", "salesman", "document"):
            assert sum((row.cost for row in shop.ask.margin(by, first=first, last=last)), Decimal(0)) == cost
        for item in ITEMS:
            self.cards_and_ages_tie(shop, item)

    def cards_and_ages_tie(self, shop: jxc.Business, item: str) -> None:
        kept = list(shop.ask.positions(item))
        worth = sum((one.value for one in kept), Decimal(0))
        if item in {head for head, _ in held(shop)}:
            card = shop.ask.stock_card(item)
            assert (card.closing_value, card.closing_qty) == (worth, sum(one.qty for one in kept))
            assert sum(layer.value for layer in shop.ask.layers(item)) == worth
        old = [row for row in shop.ask.slow_stock("2026-12-31") if row.item == item]
        assert sum((row.value for row in old), Decimal(0)) == worth
        for row in old:
            assert sum(age.qty for age in row.ages) == row.qty
            assert sum(age.value for age in row.ages) == row.value


class MovingAverageStory(Story):
    method = "moving_average"


class LifoStory(Story):
    method = "lifo"


QUICK = settings(max_examples=6, stateful_step_count=25, deadline=None)
LONG = settings(max_examples=100, stateful_step_count=40, deadline=None)


@pytest.mark.parametrize("story", [Story, MovingAverageStory, LifoStory])
def test_a_story(story: type[RuleBasedStateMachine]) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(story, settings=QUICK)


@pytest.mark.soak
@pytest.mark.parametrize("story", [Story, MovingAverageStory, LifoStory])
def test_a_long_story(story: type[RuleBasedStateMachine]) -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(story, settings=LONG)
