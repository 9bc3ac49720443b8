"""The shipped sample, checked without jxc: it is what its generator makes, it refers only to what exists, and stock
never runs below zero in effective order but for the faults that are in it on purpose.

Effective order, as the documentation of the sample states it: date, time (none: start of the day), what comes in, what
moves inside, what goes out, changes of value, counts; then the order of the files and rows.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from tools import make_sample

SAMPLE = Path(__file__).resolve().parents[2] / "src" / "jxc" / "cli" / "sample"
Row = dict[str, str]
IN = {"opening", "receipt", "adjust_in", "sales_return"}
OUT = {"issue", "scrap", "adjust_out", "purchase_return"}
VALUE = {"landed_cost", "invoice_price_change"}


def read(name: str) -> list[Row]:
    with (SAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def book() -> list[Row]:
    return [row for name in make_sample.FILES for row in read(f"{name}.csv")]


def in_effective_order(book: list[Row]) -> list[Row]:
    rank = dict.fromkeys(IN, 0) | dict.fromkeys(OUT, 2) | dict.fromkeys(VALUE, 3)
    rank |= {"transfer": 1, "assembly": 1, "count": 4}

    def key(row: Row) -> tuple[str, str, int]:
        inside = row["type"] == "issue" and row["reason"] == "assembly"
        return row["date"], row["time"] or "00:00", 1 if inside else rank[row["type"]]

    return sorted(book, key=key)


def run(book: list[Row], *, refuse: bool) -> tuple[dict[tuple[str, str], Decimal], list[str]]:
    """Stock by item and place at the end, and the ids of the rows that asked for more than there was."""
    stock: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    short: list[str] = []
    for row in in_effective_order(book):
        if row["type"] in VALUE:
            continue
        key, qty = (row["item"], row["place"]), Decimal(row["qty"])
        if row["type"] == "count":
            stock[key] = qty
        elif row["type"] in IN or row["type"] == "assembly":
            stock[key] += qty
        else:
            if stock[key] < qty:
                short.append(row["id"])
                if refuse:
                    continue
            stock[key] -= qty
            if row["type"] == "transfer":
                stock[row["item"], row["to_place"]] += qty
    return stock, short


def faulty_sales(book: list[Row]) -> list[str]:
    """The largest sale of the item at the place on the day, for each of the two."""
    found: list[str] = []
    for name in ("never", "late"):
        wanted = tuple(str(part) for part in make_sample.FAULTS[name])
        sales = [row for row in book if row["type"] == "issue" and (row["item"], row["place"], row["date"]) == wanted]
        found.append(max(sales, key=lambda row: Decimal(row["qty"]))["id"])
    return found


@pytest.mark.parametrize("name", ["items.csv", *(f"{name}.csv" for name in make_sample.FILES)])
def test_the_sample_is_what_its_generator_makes(name: str) -> None:
    assert (SAMPLE / name).read_bytes() == make_sample.make()[name].encode("utf-8")


def test_only_the_two_faulty_sales_go_beyond_stock(book: list[Row]) -> None:
    _, short = run(book, refuse=True)
    assert short == faulty_sales(book)


def test_the_faulty_sales_pull_no_others_with_them(book: list[Row]) -> None:
    _, short = run(book, refuse=False)
    assert short == faulty_sales(book)


def test_the_receipt_without_a_cost_is_not_needed_later(book: list[Row]) -> None:
    bare = [row for row in book if row["type"] == "receipt" and not row["unit_cost"] and not row["amount"]]
    assert [(row["item"], row["place"], row["date"]) for row in bare] == [
        tuple(str(part) for part in make_sample.FAULTS["no_cost"])
    ]
    _, short = run([row for row in book if row is not bare[0]], refuse=True)
    assert short == faulty_sales(book)


def test_ids_are_unique_and_refs_name_earlier_rows_of_a_fitting_kind(book: list[Row]) -> None:
    place = {row["id"]: (at, row) for at, row in enumerate(in_effective_order(book))}
    assert len(place) == len(book)
    fitting = {"sales_return": "issue", "assembly": "issue"}
    for row in book:
        for ref in filter(None, row["ref"].split(";")):
            at, source = place[ref]
            assert at < place[row["id"]][0], row["id"]
            assert source["type"] == fitting.get(row["type"], "receipt"), row["id"]
            if row["type"] != "landed_cost" and row["type"] != "assembly":
                assert (source["item"], source["place"]) == (row["item"], row["place"]), row["id"]
                assert source["lot"] == (row["lot"] or source["lot"]), row["id"]


def test_a_lot_never_runs_below_zero(book: list[Row]) -> None:
    faults = {(item, place) for item, place, _ in make_sample.FAULTS.values()}
    stock: dict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    for row in in_effective_order(book):
        if row["type"] in VALUE or row["type"] == "count" or not row["lot"]:
            continue
        key, qty = (row["item"], row["place"], row["lot"]), Decimal(row["qty"])
        stock[key] += qty if row["type"] in IN else -qty
        if row["type"] == "transfer":
            stock[row["item"], row["to_place"], row["lot"]] += qty
        assert stock[key] >= 0 or key[:2] in faults, row["id"]
        assert row["expiry"] >= row["date"] or row["reason"] == "expired", row["id"]


def test_lots_are_kept_for_all_rows_of_an_item_or_none(book: list[Row]) -> None:
    kept: dict[str, set[bool]] = defaultdict(set)
    for row in book:
        if row["type"] not in VALUE:
            kept[row["item"]].add(bool(row["lot"]))
    assert all(len(both) == 1 for both in kept.values())


def test_every_kind_of_row_a_trader_has_is_there(book: list[Row]) -> None:
    kinds = Counter(row["type"] for row in book)
    assert set(kinds) == IN - {"adjust_in"} | OUT | VALUE | {"transfer", "assembly", "count"}
    assert 3500 <= len(book) <= 4500
    assert {row["reason"] for row in book if row["type"] == "issue"} == {"", "assembly", "gift", "sample"}
    assert {row["reason"] for row in book if row["type"] == "landed_cost"} == {"freight", "customs duty", "rebate"}
    assert any(row["type"] == "landed_cost" and row["amount"].startswith("-") for row in book)
    assert {row["currency"] for row in book} == {"", "USD"}


def test_every_item_has_its_names(book: list[Row]) -> None:
    items = read("items.csv")
    assert list(items[0]) == ["item", "name_zh", "name_en", "unit", "group"]
    assert {row["item"] for row in items} == {row["item"] for row in book if row["item"]}
    assert {row["uom"] for row in book} == {"", *(row["unit"] for row in items)}
