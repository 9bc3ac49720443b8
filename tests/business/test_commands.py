"""Commands one by one: what they answer and refuse; a refusal, a preview or a failure changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

import jxc
from jxc.api.business.opening import open_book
from jxc.errors import FieldError, LedgerError, NotFoundError, PolicyError, StockError, StoreError
from jxc.ports import Changes
from jxc.reports import trial_balance
from jxc.stores.memory import MemoryStore
from tests.business.worlds import Counting, Ticking, held, opened, standing

TEA = {"type": "receipt", "item": "TEA", "qty": "10", "unit_cost": "2.00", "date": "2026-01-05", "place": "WH"}


def bought(shop: jxc.Business, **more: Any) -> Any:
    return shop.post({**TEA, "party": "S-01", **more})


def everything(shop: jxc.Business) -> list[dict[str, Any]]:
    """All that the store holds of the book."""
    return list(shop.moving.export())


# -- a command ---------------------------------------------------------------------------------------------------------


def test_a_receipt_is_a_fact_a_cost_and_an_entry() -> None:
    shop = opened()
    done = bought(shop, id="GR-1", doc="PO-7", reason="weekly")

    assert done.facts == ("GR-1",)
    assert (done.cost, done.preview, done.replayed) == (Decimal("20.00"), False, False)
    [entry] = done.entries
    assert (entry.label, entry.lines) == ("2026-01 记-1", (("1210", Decimal("20.00")), ("2020", Decimal("-20.00"))))
    kept = shop.entries.get("2026-01 记-1")
    assert (kept.memo, kept.draft.sources, kept.draft.module) == ("receipt PO-7", ("GR-1",), "stock")
    assert dict(kept.lines[0].dimensions) == {"item": "TEA", "place": "WH"}
    assert kept.lines[1].party == "S-01"
    assert shop.verify().clean


def test_a_preview_tells_the_same_and_changes_nothing() -> None:
    shop = opened()
    bought(shop, id="GR-1")
    before = everything(shop)
    told = shop.stock.issue("TEA", "4", date="2026-01-06", place="WH", preview=True)

    assert everything(shop) == before
    assert (told.preview, told.cost, told.entries[0].label) == (True, Decimal("8.00"), None)
    assert shop.stock.issue("TEA", "4", date="2026-01-06", place="WH").cost == told.cost


@pytest.mark.parametrize(
    ("row", "kind", "code"),
    [
        ({"type": "issue", "qty": "11"}, StockError, "insufficient_stock"),
        ({"type": "issue", "qty": 1.5}, FieldError, "float_refused"),
        ({"type": "issue", "qty": "-1"}, FieldError, "negative_quantity"),
        ({"type": "issue", "qty": "0.0000001"}, FieldError, "too_many_places"),
        ({"type": "issue", "qty": "1", "colour": "red"}, FieldError, "unknown_field"),
        ({"type": "sales_return", "qty": "1", "refs": ["SO-9"]}, FieldError, "unknown_reference"),
        ({"type": "receipt", "qty": "1", "amount": "1.00"}, LedgerError, "attribute_missing"),
        ({"type": "receipt", "qty": "1", "amount": "1.00", "party": "S-01", "id": "GR-1"}, FieldError, "duplicate_id"),
        ({"type": "method_change", "method": "fifo", "item": None, "place": None}, FieldError, "missing_field"),
        ({"type": "nonsense", "qty": "1"}, FieldError, "unknown_type"),
        ({"do": "dance"}, FieldError, "unknown_command"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_and_changes_nothing(row: dict[str, Any], kind: type[Exception], code: str) -> None:
    shop = opened()
    bought(shop, id="GR-1")
    before = everything(shop)
    base = {} if "do" in row else {"item": "TEA", "date": "2026-01-06", "place": "WH"}
    with pytest.raises(jxc.JxcError) as refused:
        shop.post({**base, **row})

    assert refused.value.code == code
    assert isinstance(refused.value, kind) or issubclass(type(refused.value), ValueError)
    assert everything(shop) == before
    assert shop.verify().clean


def test_an_id_of_another_item_is_a_duplicate_too() -> None:
    shop = opened()
    bought(shop, id="GR-1")
    with pytest.raises(FieldError) as refused:
        bought(shop, id="GR-1", item="CUP")
    assert refused.value.code == "duplicate_id"


def test_words_may_be_those_of_tables() -> None:
    shop = opened()
    row = {"类型": "入库", "商品": "TEA", "数量": 10, "单价": Decimal("2.00"), "日期": "2026-01-05", "仓库": "WH"}
    assert shop.post({**row, "party": "S-01"}).cost == 20
    assert held(shop) == {("TEA", "WH"): (10, 20)}


def test_a_fact_without_a_day_is_of_today_in_the_book() -> None:
    clock = Ticking(datetime(2026, 1, 5, 18, 30, tzinfo=UTC))  # 02:30 on the 6th in Shanghai
    for starts, day in ((0, "2026-01-06"), (3, "2026-01-05")):
        shop = opened(book=f"acme/b{starts}", zone="Asia/Shanghai", day_starts=starts, clock=clock)
        row = {name: value for name, value in TEA.items() if name != "date"}
        assert str(shop.post({**row, "party": "S-01"}).costs[0].date) == day


# -- the same request again --------------------------------------------------------------------------------------------


def test_the_same_key_is_answered_the_same_and_done_once() -> None:
    shop = opened()
    first = bought(shop, key="GR-1")
    before = everything(shop)
    again = bought(shop, key="GR-1")

    assert everything(shop) == before
    assert again.replayed
    assert (again.command, again.facts, again.costs, again.entries) == (
        first.command,
        first.facts,
        first.costs,
        first.entries,
    )


def test_another_request_under_a_key_is_refused() -> None:
    shop = opened()
    bought(shop, key="GR-1")
    with pytest.raises(FieldError) as refused:
        bought(shop, key="GR-1", qty="11")
    assert refused.value.code == "key_reused"


def test_a_refused_request_does_not_burn_its_key() -> None:
    shop = opened()
    sale = {"type": "issue", "item": "TEA", "qty": "4", "date": "2026-01-06", "place": "WH", "key": "SO-1"}
    with pytest.raises(StockError):
        shop.post(sale)
    bought(shop)
    assert not shop.post(sale).replayed


def test_duplicates_in_a_batch_are_one_request() -> None:
    shop = opened()
    row = {**TEA, "party": "S-01", "key": "GR-1"}
    batch = shop.post_many([row, row, {**row, "qty": "11"}], on_error="each")

    assert [done is not None for done in batch.results] == [True, True, False]
    assert batch.results[1] is not None
    assert batch.results[1].replayed
    assert [(problem.row, problem.code) for problem in batch.problems] == [(3, "key_reused")]
    assert held(shop) == {("TEA", "WH"): (10, 20)}


# -- many commands -----------------------------------------------------------------------------------------------------


def rows(*quantities: str) -> list[dict[str, Any]]:
    return [{"type": "issue", "item": "TEA", "qty": qty, "date": "2026-01-06", "place": "WH"} for qty in quantities]


def test_a_batch_is_whole_or_each_on_its_own() -> None:
    shop = opened()
    bought(shop)
    before = everything(shop)
    whole = shop.post_many(rows("3", "30", "4"))
    assert whole.results == (None, None, None)
    assert [(problem.row, problem.code) for problem in whole.problems] == [(2, "insufficient_stock")]
    assert everything(shop) == before

    each = shop.post_many(rows("3", "30", "4"), on_error="each")
    assert [None if done is None else done.cost for done in each.results] == [Decimal("6.00"), None, Decimal("8.00")]
    assert shop.verify().clean


def test_a_row_that_cannot_be_read_is_listed_at_its_place() -> None:
    shop = opened()
    bought(shop)
    batch = shop.post_many([*rows("3"), {"type": "issue", "qty": 1.5}, *rows("4")], on_error="each")
    assert [done is not None for done in batch.results] == [True, False, True]
    assert [problem.row for problem in batch.problems] == [2]


def test_numbers_have_no_gaps_whatever_is_refused() -> None:
    shop = opened()
    bought(shop)
    shop.post_many(rows("1", "100", "1"), on_error="each")
    shop.post_many(rows("1", "100", "1"))
    shop.stock.issue("TEA", "1", date="2026-02-01", place="WH")
    shop.stock.issue("TEA", "1", date="2026-01-07", place="WH")
    assert [entry.label for entry in shop.entries.each("2026-01")] == [f"2026-01 记-{n}" for n in range(1, 5)]
    assert [entry.label for entry in shop.entries.each("2026-02")] == ["2026-02 记-1"]


def test_facts_of_one_command_come_all_or_none() -> None:
    shop = opened()
    with pytest.raises(StockError):
        shop.stock.insert([{**TEA, "party": "S-01"}, *rows("11")])
    assert held(shop) == {}
    done = shop.stock.insert([{**TEA, "party": "S-01", "id": "GR-1"}, *rows("4")])
    assert len(done.facts) == 2
    assert held(shop) == {("TEA", "WH"): (6, 12)}


# -- conflicts and failures --------------------------------------------------------------------------------------------


class Faulty:
    """A store that fails: before, or after, the commit, as often as it is told to."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.faults: list[tuple[str, str]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    @contextmanager
    def begin(self, scope: Any, **how: Any) -> Iterator[Any]:
        with self.store.begin(scope, **how) as tx:
            yield _FaultyTx(tx, self.faults)


class _FaultyTx:
    def __init__(self, tx: Any, faults: list[tuple[str, str]]) -> None:
        self._tx = tx
        self._faults = faults

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def commit(self, changes: Changes) -> None:
        when, code = self._faults.pop(0) if self._faults else ("", "")
        if when == "before":
            raise StoreError(code, "told to fail")
        self._tx.commit(changes)
        if when == "after":
            raise StoreError(code, "told to fail")


class Watching:
    def __init__(self) -> None:
        self.commands: list[str] = []
        self.retries: list[str] = []

    def committed(self, scope: Any, command: Any, events: Sequence[Any]) -> None:
        self.commands.append(f"{scope} {command.verb} {len(events)}")

    def retried(self, scope: Any, verb: str, attempt: int, error: Exception) -> None:
        self.retries.append(f"{verb} {attempt} {error.code}")  # type: ignore[attr-defined]


def faulty() -> tuple[jxc.Business, Faulty, Watching]:
    store = Faulty(MemoryStore())
    shop = opened(store)  # type: ignore[arg-type]
    shop._runner.around.pause = lambda attempt: None
    watching = Watching()
    shop.observe(watching)
    return shop, store, watching


def test_a_conflict_is_run_again_and_the_observer_hears_of_it() -> None:
    shop, store, watching = faulty()
    store.faults = [("before", "retry"), ("before", "version_conflict")]
    assert bought(shop).cost == 20
    assert watching.retries == ["insert 1 retry", "insert 2 version_conflict"]
    assert watching.commands == ["acme/main insert 1"]
    assert shop.verify().clean


@pytest.mark.parametrize("code", ["outcome_unknown", "connection_lost"])
def test_a_commit_of_unknown_fate_is_settled_by_the_next_attempt(code: str) -> None:
    shop, store, _ = faulty()
    store.faults = [("after", code)]
    if code == "outcome_unknown":
        assert bought(shop, id="GR-1").replayed
    else:
        with pytest.raises(StoreError):
            bought(shop, id="GR-1", key="GR-1")
        assert bought(shop, id="GR-1", key="GR-1").replayed
    assert held(shop) == {("TEA", "WH"): (10, 20)}
    assert shop.verify().clean


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("code", ["store_full", "connection_lost"])
def test_a_failure_leaves_nothing_at_hand_that_is_not_committed(when: str, code: str) -> None:
    shop, store, _ = faulty()
    bought(shop, id="GR-1")
    store.faults = [(when, code)]
    with pytest.raises(StoreError) as failed:
        shop.stock.issue("TEA", "10", date="2026-01-06", place="WH", key="SO-1")
    assert failed.value.code == code
    again = shop.stock.issue("TEA", "10", date="2026-01-06", place="WH", key="SO-1")
    assert again.replayed == (when == "after")
    assert held(shop) == {}
    assert shop.verify().clean


def test_a_store_that_always_conflicts_is_given_up() -> None:
    shop, store, watching = faulty()
    store.faults = [("before", "retry")] * 100
    with pytest.raises(StoreError):
        bought(shop)
    assert len(watching.retries) == shop._runner.around.attempts - 1


def test_what_a_host_rolls_back_is_forgotten() -> None:
    """A host that joins its own transaction may undo what was committed to it; another program may go on meanwhile."""
    shop, store, _ = faulty()
    bought(shop, id="GR-1")
    tx_commit = _FaultyTx.commit
    try:
        _FaultyTx.commit = lambda self, changes: None  # type: ignore[method-assign] # the host rolls back
        shop.stock.issue("TEA", "10", date="2026-01-06", place="WH")
    finally:
        _FaultyTx.commit = tx_commit  # type: ignore[method-assign]
    other = opened(store.store)
    assert other.stock.issue("TEA", "3", date="2026-01-07", place="WH").cost == 6
    assert shop.stock.issue("TEA", "7", date="2026-01-08", place="WH").cost == 14
    assert held(shop) == {}
    assert shop.verify().clean


def test_threads_share_a_business() -> None:
    shop = opened()
    bought(shop, qty="100")
    with ThreadPoolExecutor(4) as pool:
        sold = [pool.submit(shop.stock.issue, "TEA", "1", date="2026-01-06", place="WH") for _ in range(40)]
        asked = [pool.submit(shop.ask.layers, "TEA") for _ in range(10)]
        assert {done.result().cost for done in sold} == {Decimal("2.00")}
        assert all(sum(layer.qty for layer in each.result()) >= 60 for each in asked)
    assert held(shop) == {("TEA", "WH"): (60, 120)}
    assert shop.verify().clean


# -- late facts and closing --------------------------------------------------------------------------------------------


def test_closed_days_are_left_alone_or_booked_forward() -> None:
    shop = opened()
    bought(shop, id="GR-1", date="2026-01-10")
    shop.stock.issue("TEA", "5", date="2026-01-20", place="WH", id="SO-1")
    shop.close("2026-01")
    january = shop.ask.value("2026-01-31")
    late = {"qty": "10", "unit_cost": "3.00", "date": "2026-01-02", "place": "WH", "party": "S-01"}
    with pytest.raises(StockError) as refused:
        shop.stock.receive("TEA", **late)
    assert refused.value.code == "closed_period"

    done = shop.stock.receive("TEA", **late, closed="forward")
    assert [str(entry.date) for entry in done.entries] == ["2026-02-01"]
    assert shop.ask.value("2026-01-31").value == january.value
    assert shop.ask.value("2026-01-31").roles == january.roles
    assert shop.ask.value("2026-02-28").value == Decimal("35.00")  # 50 less 5 at 3.00
    assert shop.verify().clean

    with pytest.raises(LedgerError) as refused_entry:
        shop.entries.post("2026-01-31", [{"account": "1010", "debit": "1"}, {"account": "3010", "credit": "1"}])
    assert refused_entry.value.code == "period_closed"
    shop.reopen("2026-01", reason="the auditor asked")
    assert shop.closed_until is None
    assert shop.entries.post("2026-01-31", [{"account": "1010", "debit": "1"}, {"account": "3010", "credit": "1"}])


def test_months_are_closed_and_opened_in_order() -> None:
    shop = opened()
    shop.close("2026-01")
    shop.close("2026-02")
    for do, code in (
        (lambda: shop.close("2026-02"), "already_closed"),
        (lambda: shop.reopen("2026-01", reason="x"), "later_period_closed"),
        (lambda: shop.reopen("2026-03", reason="x"), "not_closed"),
        (lambda: shop.reopen("2026-02", reason=""), "empty_text"),
    ):
        with pytest.raises(jxc.JxcError) as refused:
            do()
        assert refused.value.code == code
    shop.reopen("2026-02", reason="x")
    assert str(shop.closed_until) == "2026-01-31"


def test_a_draft_of_the_period_stands_in_the_way_of_closing() -> None:
    shop = opened()
    draft = shop.drafts.save("delivery", rows("1"), until="2026-01-31")
    with pytest.raises(LedgerError) as refused:
        shop.close("2026-01")
    assert refused.value.code == "not_ready_to_close"
    assert refused.value.params["blockers"] == [f"draft {draft.id} is not posted"]
    shop.drafts.throw_away(draft.id, version=1)
    shop.close("2026-01")


def test_a_cancelled_fact_is_gone_and_cannot_be_named() -> None:
    shop = opened()
    bought(shop, id="GR-1")
    shop.stock.cancel("GR-1", reason="typed twice")
    assert held(shop) == {}
    assert shop.entries.ledger().balance("1210") == 0
    for name in ("GR-1", "GR-9"):
        with pytest.raises(NotFoundError) as refused:
            shop.stock.cancel(name)
        assert refused.value.code == "no_such_fact"
    with pytest.raises(FieldError):
        bought(shop, id="GR-1")


# -- entries -----------------------------------------------------------------------------------------------------------


def test_free_entries_keep_off_the_goods_and_are_reversed_once() -> None:
    shop = opened()
    lines = [{"account": "1010", "debit": "100"}, {"account": "3010", "credit": "100"}]
    first = shop.entries.post("2026-01-05", lines, memo="capital", prepared_by="li", reviewed_by="wang")
    back = shop.entries.reverse("2026-01 记-1")
    assert (first.entries[0].label, back.entries[0].label) == ("2026-01 记-1", "2026-01 记-2")
    assert shop.entries.get("2026-01 记-2").lines[0].red
    for entry, code in (("2026-01 记-1", "entry_reversed_twice"), ("2026-01 记-2", "reversal_of_a_reversal")):
        with pytest.raises(LedgerError) as refused:
            shop.entries.reverse(entry)
        assert refused.value.code == code
    bought(shop)
    with pytest.raises(LedgerError) as refused:
        shop.entries.reverse("2026-01 记-3")
    assert refused.value.code == "entry_of_stock"
    with pytest.raises(LedgerError) as refused:
        shop.entries.post("2026-01-05", [{"account": "1210", "debit": "1"}, {"account": "3010", "credit": "1"}])
    assert refused.value.code == "account_of_goods"
    assert shop.verify().clean


# -- who may, and who hears --------------------------------------------------------------------------------------------


def test_an_approval_guard_sees_what_a_command_would_do() -> None:
    shop = opened()

    def small_only(request: Any, done: Any) -> None:
        if done.cost > 100:
            raise StockError("approval_needed", "more than 100.00", field="amount", value=done.cost)

    shop.require_approval(small_only)
    bought(shop)
    before = everything(shop)
    with pytest.raises(StockError) as refused:
        bought(shop, qty="100")
    assert refused.value.code == "approval_needed"
    assert everything(shop) == before
    assert shop.verify().clean


def test_events_are_numbered_once_and_read_on() -> None:
    shop = opened()
    bought(shop)
    shop.post_many(rows("1", "1"))
    first = shop.events(limit=2)
    rest = shop.events(after=2)
    assert [(event.position, event.topic) for event in (*first, *rest)] == [(1, "insert"), (2, "insert"), (3, "insert")]
    assert shop.events(after=3) == []
    shop.items.put("TEA", name="Tea")
    assert [(event.position, event.topic) for event in shop.events(after=3)] == [(4, "state")]


def test_views_without_cost_show_none() -> None:
    shop = opened()
    bought(shop, id="GR-1")
    shop.stock.issue("TEA", "4", date="2026-01-06", place="WH", sale_price="5.00", party="C-01")
    view = shop.ask.without_cost()
    shown = [
        *view.positions(),
        view.value(),
        view.stock_card("TEA"),
        *view.stock_summary(),
        *view.margin(),
        *view.slow_stock("2026-02-01"),
        *view.layers("TEA"),
    ]
    assert not [one for one in shown if "2.00" in repr(one) or "8.00" in repr(one) or "12.00" in repr(one)]
    assert [one.unit_cost for one in view.positions()] == [None]
    assert next(iter(view.margin())).revenue == 20
    with pytest.raises(NotFoundError):
        view.explain("GR-1")


# -- terms and choices -------------------------------------------------------------------------------------------------


def test_the_terms_of_a_book_stay() -> None:
    store = MemoryStore()
    opened(store, costing="lifo")
    assert open_book(store, book="acme/main").terms.policy.method == "lifo"
    assert opened(store, costing="lifo").terms.currency.code == "CNY"
    for terms in ({"costing": "fifo"}, {"currency": "USD"}, {"chart": "us-trading"}, {"qty_places": 3}):
        with pytest.raises(PolicyError) as refused:
            open_book(store, book="acme/main", **terms)
        assert refused.value.code == "terms_differ"
    with pytest.raises(FieldError):
        open_book(store, book="acme/other", currency="CNY")
    with pytest.raises(PolicyError):
        opened(MemoryStore(), costing="retail")
    with pytest.raises(FieldError):
        open_book("oracle://x", book="acme/main")


def test_choices_of_an_item_are_pinned_with_its_first_fact() -> None:
    shop = opened()
    shop.items.put("TEA", policy={"method": "moving_average"})
    bought(shop, id="GR-1")
    bought(shop, id="GR-2", unit_cost="4.00")
    with pytest.raises(PolicyError) as refused:
        shop.items.put("TEA", policy={"method": "moving_average", "negative_stock": "current_cost"})
    assert refused.value.code == "policy_pinned"
    with pytest.raises(PolicyError):
        shop.items.put("TEA", policy={"method": "fifo"})
    done = shop.items.put("TEA", policy={"method": "fifo"}, valid_from="2026-02-01")
    assert len(done.facts) == 1
    assert shop.stock.issue("TEA", "2", date="2026-01-20", place="WH").cost == 6
    bought(shop, id="GR-3", date="2026-02-05", unit_cost="9.00")
    assert shop.stock.issue("TEA", "19", date="2026-02-10", place="WH").cost == Decimal("63.00")
    assert shop.verify().clean
    again = open_book(shop.store, book="acme/main")
    assert again.verify().clean
    assert again.items.get("TEA", on="2026-03-01")["policy"]["method"] == "fifo"


def test_a_choice_of_the_company_reaches_items_that_say_nothing_themselves() -> None:
    shop = opened()
    shop.items.put("CUP", policy={"method": "lifo"})
    bought(shop)
    bought(shop, item="CUP")
    done = shop.company.put(policy={"method": "moving_average"}, valid_from="2026-02-01")
    assert len(done.facts) == 1
    assert shop.post({**TEA, "item": "NEW", "party": "S-01"}).cost == 20
    assert shop.verify().clean


def test_only_listed_items_where_master_data_says_so() -> None:
    shop = opened(master_data="listed")
    with pytest.raises(FieldError) as refused:
        bought(shop)
    assert refused.value.code == "item_not_stated"
    shop.items.put("TEA", units={"box": "24"})
    assert bought(shop, uom="box", qty="1", unit_cost="48").cost == 48
    assert held(shop) == {("TEA", "WH"): (24, 48)}


def test_goods_on_the_way_stand_on_their_own_account() -> None:
    shop = opened()
    shop.places.put("ROAD", kind="transit")
    bought(shop)
    sent = shop.stock.transfer("TEA", "4", from_="WH", to="SHOP", via="ROAD", date="2026-01-06")
    assert shop.entries.ledger().balance("1230") == 8
    shop.stock.arrive("TEA", "4", via="ROAD", to="SHOP", date="2026-01-08", refs=sent.facts)
    assert shop.entries.ledger().balance("1230") == 0
    assert held(shop) == {("TEA", "SHOP"): (4, 8), ("TEA", "WH"): (6, 12)}
    assert shop.verify().clean


# -- apart -------------------------------------------------------------------------------------------------------------


def test_two_tenants_and_two_books_see_nothing_of_each_other() -> None:
    store = MemoryStore()
    shops = [opened(store, book) for book in ("acme/main", "acme/other", "zen/main")]
    for shop in shops:
        bought(shop, id="GR-1", key="GR-1")
    shops[0].stock.issue("TEA", "10", date="2026-01-06", place="WH")
    shops[0].stock.cancel(shops[0].ask.stock_card("TEA").lines[-1].fact)
    shops[0].moving.purge("acme/main")
    for shop in shops[1:]:
        assert held(shop) == {("TEA", "WH"): (10, 20)}
        assert [event.position for event in shop.events()] == [1]
        assert shop.verify().clean
        with pytest.raises(FieldError):
            shop.moving.purge("acme/main")
    assert [str(scope) for scope in store.scopes()] == ["acme/other", "zen/main"]


def test_an_export_is_read_into_another_store() -> None:
    shop = opened(clock=Ticking(), ids=Counting())
    bought(shop, id="GR-1")
    shop.post_many(rows("1", "1"))
    records = everything(shop)
    store = MemoryStore()
    assert jxc.load_book(store, "zen/main", records) == len(records)
    copy = open_book(store, book="zen/main")
    assert everything(copy) == records
    assert copy.verify().clean
    assert copy.stock.issue("TEA", "1", date="2026-01-07", place="WH").entries[0].label == "2026-01 记-4"
    with pytest.raises(StoreError):
        jxc.load_book(store, "zen/main", records)


def test_go_live_has_to_tie() -> None:
    shop = opened(chart="cn-small-business")
    layers: list[Mapping[str, Any]] = [
        {"item": "TEA", "qty": "60", "amount": "120.00", "place": "WH", "lot": "L1", "lot_date": "2026-03-01"},
        {"item": "TEA", "qty": "40", "amount": "90.00", "place": "WH", "lot": "L2", "lot_date": "2026-05-01"},
        {"item": "CUP", "qty": "5", "unit_cost": "3", "place": "WH", "estimated": True, "party": "S-01"},
    ]
    owed = [{"account": "220201", "party": "S-01", "credit": "50", "doc": "I-1", "due": "2026-07-30"}]
    spent = [
        {"period": "2026-05", "account": "5602", "debit": "10"},
        {"period": "2026-05", "account": "1002", "credit": "10"},
    ]
    with pytest.raises(LedgerError) as refused:
        shop.moving.go_live("2026-06-30", layers=layers, balances=[{"account": "1002", "debit": "1000"}])
    assert refused.value.code == "opening_not_balanced"
    assert held(shop) == {}
    balances = [{"account": "1002", "debit": "1000"}, {"account": "3001", "credit": "1160"}]
    begin = {"layers": layers, "balances": balances, "open_items": owed, "turnovers": spent}
    assert len(shop.moving.go_live("2026-06-30", **begin).results) == 5
    assert all(done is not None and done.replayed for done in shop.moving.go_live("2026-06-30", **begin).results)

    ledger = shop.entries.ledger()
    assert [str(ledger.balance(code)) for code in ("1405", "1002", "3001", "5602", "220202")] == [
        "225.00", "990.00", "-1160.00", "10.00", "-15.00"
    ]  # fmt: skip
    assert [(str(one.date), str(one.value)) for one in shop.ask.layers("TEA")] == [
        ("2026-03-01", "120.00"), ("2026-05-01", "90.00")
    ]  # fmt: skip
    assert shop.ask.value().status == "provisional"
    assert shop.verify().clean


# -- every kind of fact ------------------------------------------------------------------------------------------------


def test_every_command_on_stock_ties() -> None:
    shop = opened()
    stock = shop.stock
    stock.opening("TEA", "10", "1.00", date="2026-01-01", place="WH")
    stock.receive("TEA", "20", "2.00", date="2026-01-02", place="WH", party="S-01", id="GR-1")
    stock.receive("CUP", "10", amount="30.00", date="2026-01-02", place="WH", party="S-01", id="GR-2")
    stock.adjust("TEA", "5", "1.50", date="2026-01-03", place="WH")
    stock.adjust("TEA", "-2", date="2026-01-03", place="WH")
    stock.scrap("TEA", "1", date="2026-01-04", place="WH")
    stock.count("TEA", "30", date="2026-01-05", place="WH")
    parts = [("TEA", "4"), {"item": "CUP", "qty": "2"}]
    stock.assemble("SET", 2, parts, date="2026-01-06", place="WH", extra_cost="3.00")
    stock.disassemble("SET", 1, [("TEA", "2"), ("CUP", "1")], date="2026-01-07", place="WH")
    stock.issue("TEA", "6", date="2026-01-08", place="WH", id="SO-1", party="C-01", sale_price="5.00")
    stock.issue("TEA", "1", date="2026-01-08", place="WH", reason="赠品")
    stock.take_back("TEA", "2", of="SO-1", date="2026-01-09", place="WH", party="C-01", sale_price="5.00")
    stock.send_back("TEA", "3", of="GR-1", date="2026-01-10", place="WH", party="S-01")
    stock.landed_cost("4.00", of=["GR-1", "GR-2"], date="2026-01-11", party="F-01", allocate_by="qty")
    stock.price_difference(of="GR-2", amount="33.00", date="2026-01-12", party="S-01")
    stock.revalue("CUP", "2.00", date="2026-01-13", place="WH")
    stock.write_down("CUP", amount="5.00", date="2026-01-14", place="WH")
    stock.reverse_write_down("CUP", amount="1.00", date="2026-01-15", place="WH")
    check = shop.verify(limit=3)
    assert check.clean, check.differences
    assert shop.entries.ledger().balance("1210") == shop.ask.value().value
    assert {row.type for row in shop.ask.stock_card("TEA").lines} >= {"opening", "receipt", "issue", "sales_return"}
    for name in reversed(list(standing(shop))):
        explained = shop.ask.explain(name)
        assert sum((source.amount for source in explained.sources), Decimal(0)) in (explained.cost, Decimal(0))
    shop.stock.cancel(*reversed(list(standing(shop))), reason="all of it")
    assert held(shop) == {}
    assert shop.verify().clean
    balances = {one.account: one.closing for one in trial_balance(shop.entries.ledger()).rows}
    assert set(balances.values()) == {Decimal("0.00")}
