"""Histories of stock movements and policies to value them by, for hypothesis.

    histories(Shape(...))  ->  [{"id": "r1", "date": "2026-01-05", "type": "receipt", "item": "TEA", ...}, ...]
    policies(...)          ->  Policy(method="lifo", negative_stock="last_rate_then_reset", ...)

A history is a list of dicts as ``jxc.value`` takes them.  Most rows can be valued; some go beyond stock, or come back
in greater number than they went, because a book must stand that too.  ``Shape`` says what a history may hold.

Invariant: ids are unique, a reference names an earlier row of the list, and no row holds a float.

>>> from hypothesis import find
>>> find(histories(Shape(kinds=("issue",))), lambda rows: len(rows) > 0)  # doctest: +NORMALIZE_WHITESPACE
[{'date': '2026-01-01', 'type': 'issue', 'item': 'TEA', 'place': 'WH', 'qty': '1', 'id': 'r1'}]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, TypeAlias

from hypothesis import strategies as st

from jxc.costing.policy import CostRounding, Policy

__all__ = ["ALL_KINDS", "METHODS", "PLAIN_KINDS", "Row", "Shape", "histories", "policies", "roundings"]

Row: TypeAlias = dict[str, object]
"""One movement as a dict, as ``jxc.value`` takes it."""

METHODS = ("fifo", "lifo", "hifo", "lofo", "moving_average", "specific", "standard")
"""The methods that come with jxc."""

PLAIN_KINDS = ("receipt", "issue", "opening", "adjust_in", "scrap", "adjust_out")
"""Kinds of rows that move goods in and out and refer to no other row."""

ALL_KINDS = (
    *PLAIN_KINDS,
    "transfer",
    "sales_return",
    "purchase_return",
    "assembly",
    "disassembly",
    "landed_cost",
    "invoice_price_change",
    "revalue",
    "count",
    "standard_price",
)
"""Every kind of row that a history may hold; an assembly brings the issues of its components along."""

_START = date(2026, 1, 1)
_GOODS_IN = ("receipt", "opening")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a history may hold.

    ``lots``: lot numbers that rows may name (none by default).  ``days``: how many days it spans.  ``in_order``: dates
    never fall.  ``times``: rows may state a time of day.  ``foreign``: receipts may be priced in US dollars.
    ``decimals``: quantities may have a decimal.  ``most``: at most so many entries (an assembly is several rows).
    """

    items: tuple[str, ...] = ("TEA", "CUP")
    places: tuple[str, ...] = ("WH", "SHOP")
    lots: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ALL_KINDS
    most: int = 16
    days: int = 40
    in_order: bool = False
    times: bool = False
    foreign: bool = False
    decimals: bool = False


class _Writer:
    """A history being written: what was drawn so far, and how to draw the next row."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], shape: Shape) -> None:
        self.draw = draw
        self.shape = shape
        self.rows: list[Row] = []
        self.day = 0

    # -- pieces of a row ----------------------------------------------------------------------------------------------

    def any_of(self, values: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(values))

    def maybe(self) -> bool:
        return bool(self.draw(st.booleans()))

    def qty(self, most: int = 9) -> str:
        if self.shape.decimals and self.maybe():
            return f"{self.draw(st.integers(0, most))}.{self.draw(st.integers(1, 9))}"
        return str(self.draw(st.integers(1, most)))

    def money(self, least: int = 0, most: int = 2000) -> str:
        cents = self.draw(st.integers(least, most))
        return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"

    def date(self, sources: Iterable[Row] = ()) -> str:
        """A day, not before those of the rows that the new one refers to."""
        least = max((_day_of(row) for row in sources), default=0)
        if self.shape.in_order:
            least = max(least, self.day)
            self.day = self.draw(st.integers(least, max(least, min(self.shape.days, least + 5))))
            return _text(self.day)
        return _text(self.draw(st.integers(least, max(least, self.shape.days))))

    def row(self, kind: str, *sources: Row, **cells: object) -> Row:
        """A row of a kind with a date; it is not in the history yet."""
        row: Row = {"date": self.date(sources), "type": kind, **cells}
        if sources:
            row["ref"] = ";".join(str(source["id"]) for source in sources)
        if self.shape.times and self.maybe():
            row["time"] = f"{self.draw(st.integers(8, 18)):02d}:00"
        return row

    def goods(self, kind: str, *sources: Row, item: str | None = None, place: str | None = None) -> Row:
        """A row that moves goods of an item at a place, of a lot where the shape has lots."""
        where = place or self.any_of(self.shape.places)
        row = self.row(kind, *sources, item=item or self.any_of(self.shape.items), place=where, qty=self.qty())
        if self.shape.lots and self.maybe():
            row["lot"] = self.any_of(self.shape.lots)
        return row

    def add(self, row: Row) -> Row:
        for name in ("item", "qty"):
            row.setdefault(name, "")
        row["id"] = f"r{len(self.rows) + 1}"
        self.rows.append(row)
        return row

    def past(self, *kinds: str) -> list[Row]:
        return [row for row in self.rows if row["type"] in kinds]

    # -- kinds of rows ------------------------------------------------------------------------------------------------

    def write(self, kind: str) -> None:
        writer: Callable[[], None] | None = getattr(self, f"_{kind}", None)
        if writer is not None:
            writer()
        elif kind in ("issue", "scrap", "adjust_out"):
            self.add(self.goods(kind))
        else:
            self.add(self._priced(kind))

    def _priced(self, kind: str) -> Row:
        row = self.goods(kind)
        if kind == "adjust_in" and self.maybe():
            return row
        row["amount" if self.maybe() else "unit_cost"] = self.money()
        if self.shape.foreign and self.maybe():
            row.update(currency="USD", rate=self.any_of(("7.1", "6.8934", "7")))
        if "lot" in row and self.maybe():
            row["expiry"] = _text(self.draw(st.integers(5, 2 * self.shape.days)))
        return row

    def _transfer(self) -> None:
        row = self.goods("transfer")
        others = [place for place in self.shape.places if place != row["place"]]
        if others:
            self.add({**row, "to_place": self.any_of(others)})

    def _again(self, kind: str, source: Row) -> Row:
        """A row about the goods of an earlier one: mostly at most as many, mostly where they were."""
        place = str(source["place"]) if self.maybe() else None
        row = self.goods(kind, source, item=str(source["item"]), place=place)
        most = int(Fraction(str(source["qty"])))
        if most and self.maybe():
            row["qty"] = str(self.draw(st.integers(1, most)))
        row.pop("lot", None)
        return row | ({"lot": source["lot"]} if "lot" in source else {})

    def _sales_return(self) -> None:
        sold = self.past("issue")
        if sold and self.draw(st.integers(0, 4)):
            self.add(self._again("sales_return", self.any_of(sold)))
        else:
            self.add({**self.goods("sales_return"), "amount": self.money()})

    def _purchase_return(self) -> None:
        bought = self.past(*_GOODS_IN)
        row = self._again("purchase_return", self.any_of(bought)) if bought else self.goods("purchase_return")
        self.add(row | ({"amount": self.money()} if self.maybe() else {}))

    def _consumed(self, n: int) -> list[Row]:
        parts = [self.add(self.goods("issue")) for _ in range(n)]
        for part in parts:
            part["date"] = max(str(other["date"]) for other in parts)
            part["reason"] = "assembly"
        return parts

    def _assembly(self) -> None:
        parts = self._consumed(self.draw(st.integers(1, 2)))
        row = self.goods("assembly", *parts)
        self.add(row | ({"amount": self.money()} if self.maybe() else {}))

    def _disassembly(self) -> None:
        taken = self._consumed(1)
        made = [self.goods("disassembly", *taken) for _ in range(self.draw(st.integers(1, 2)))]
        priced = self.maybe()
        for row in made:
            self.add({**row, "date": made[-1]["date"]} | ({"amount": self.money(1)} if priced else {}))

    def _landed_cost(self) -> None:
        bought = self.past(*_GOODS_IN, "assembly")
        if not bought or not self.draw(st.integers(0, 4)):
            self._revalue("landed_cost")
            return
        places = st.lists(st.sampled_from(range(len(bought))), min_size=1, max_size=2, unique=True)
        chosen: list[int] = self.draw(places)
        self.add(self.row("landed_cost", *(bought[at] for at in chosen), amount=self.money(-300, 800)))

    def _invoice_price_change(self) -> None:
        bought = self.past(*_GOODS_IN)
        if bought:
            source = self.any_of(bought)
            price = {"amount" if self.maybe() else "unit_cost": self.money()}
            self.add(self.row("invoice_price_change", source, item=source["item"], **price))

    def _revalue(self, kind: str = "revalue") -> None:
        row = self.goods(kind)
        del row["qty"]
        self.add({**row, "amount": self.money(-200, 500)})

    def _count(self) -> None:
        row = self.goods("count")
        if self.draw(st.integers(0, 3)) == 3:
            row["qty"] = "0"
        self.add(row | ({"unit_cost": self.money()} if not self.draw(st.integers(0, 4)) else {}))

    def _standard_price(self) -> None:
        row = self.goods("standard_price")
        del row["qty"]
        row.pop("lot", None)
        self.add({**row, "unit_cost": self.money(1)})


def _day_of(row: Row) -> int:
    return (date.fromisoformat(str(row["date"])) - _START).days


def _text(day: int) -> str:
    return (_START + timedelta(days=day)).isoformat()


@st.composite
def histories(draw: st.DrawFn, shape: Shape | None = None) -> list[Row]:
    """Histories of the shape, as lists of dicts in the order in which they were entered."""
    shape = shape or Shape()
    writer = _Writer(draw, shape)
    for kind in draw(st.lists(st.sampled_from(shape.kinds), max_size=shape.most)):
        writer.write(kind)
    return writer.rows


@st.composite
def roundings(draw: st.DrawFn, *rules: str) -> CostRounding:
    """Rounding policies of these rules (default: every rule)."""
    named = rules or _WORDS_OF_ROUNDING
    rule: Any = draw(st.sampled_from(named))
    places = draw(st.integers(0, 4)) if rule.startswith(("residual", "unit_cost")) else None
    mode: Any = draw(st.sampled_from(("half_up", "half_even"))) if rule == "cumulative" else "half_up"
    return CostRounding(rule=rule, unit_cost_places=places, mode=mode)


_WORDS_OF_ROUNDING = (
    "cumulative",
    "slice_last_takes_rest",
    "residual_to_stock",
    "residual_to_issue",
    "unit_cost",
    "unit_cost_layers",
    "none",
)

_CHOICES: dict[str, tuple[object, ...]] = {
    "scope": ("item+location", "item", "item+lot", "item+location+lot"),
    "replay": ("by_date", "entry_order"),
    "same_moment": ("receipts_first", "as_entered", "by_day"),
    "system": ("perpetual", "periodic"),
    "period": ("month", "quarter", "year", "all"),
    "negative_stock": (
        "refuse",
        "last_rate_then_reset",
        "estimate_then_correct",
        "reset_on_next_receipt",
        "cost_reset_to_next_receipt",
    ),
    "missing_cost": ("refuse", "current_cost"),
    "returns": ("original_cost", "original_layers", "current_cost"),
    "return_layer": ("new", "original"),
    "purchase_returns": ("original_cost", "matching_rate", "as_next_issue", "stated_price"),
    "landed_cost": ("restate", "split_on_hand_sold", "all_to_stock", "to_expense"),
    "invoice_difference": ("restate", "split_on_hand_sold", "all_to_stock", "to_expense", "to_price_difference"),
    "transfer_layers": ("keep", "arrival_date", "collapse"),
    "transfer_freight": ("capitalise", "expense"),
    "lot_pick": (None, "fefo"),
}


@st.composite
def policies(
    draw: st.DrawFn,
    /,
    methods: Sequence[str] = METHODS,
    rounding: st.SearchStrategy[CostRounding] | None = None,
    **fixed: Any,
) -> Policy:
    """Policies of these methods, every other choice free unless it is given; the first word of each is the default."""
    chosen: dict[str, Any] = {
        name: draw(st.sampled_from(words)) for name, words in _CHOICES.items() if name not in fixed
    }
    chosen["method"] = draw(st.sampled_from(tuple(methods)))
    chosen["rounding"] = draw(roundings() if rounding is None else rounding)
    return Policy().with_(**chosen, **fixed)
