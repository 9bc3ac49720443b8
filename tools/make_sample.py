"""Makes the sample book of the demo: half a year of 海川贸易 (Haichuan Trading), a wholesaler with a shop.

    python -m tools.make_sample [FOLDER]      writes items.csv, purchases.csv, sales.csv and warehouse.csv

Shape: the last three files are one book, in that order; rows refer to each other across files by ``id``.  Currency of
the book: CNY.  Places: WH-MAIN 总仓, WH-SOUTH 南区仓, SHOP-1 门店.  Only the shop writes down times.

Invariant: the same bytes on every machine (a seeded generator, of which only ``random()`` is used, and integers:
quantities in thousandths, prices in ten-thousandths).  In effective order (date, time, receipts, moves inside, goods
out, counts) no item runs below zero at any place, but for the faults in ``FAULTS``, which the demo is there to find.

>>> [name for name, text in make().items() if text.startswith("id,doc,date,time,type,item")]
['purchases.csv', 'sales.csv', 'warehouse.csv']
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.sample_catalogue import (
    FEES,
    FIRST,
    RECIPES,
    Dice,
    Item,
    catalogue,
    days,
    fen,
    gift_season,
    last_day,
    next_open,
    price,
    season,
    shown,
    warehouse_open,
)

__all__ = ["COLUMNS", "FAULTS", "FILES", "Book", "Company", "make", "write"]

COLUMNS = (
    "id", "doc", "date", "time", "type", "item", "place", "to_place", "lot", "expiry", "qty", "uom", "unit_cost",
    "amount", "currency", "rate", "reason", "ref",
)  # fmt: skip
FILES = ("purchases", "sales", "warehouse")
MAIN, SOUTH, SHOP = "WH-MAIN", "WH-SOUTH", "SHOP-1"

FAULTS = {
    "late": ("KT-03", SOUTH, dt.date(2026, 5, 12)),  # sold on 12 May, received, as the papers say, on 15 May
    "never": ("CR-05", SHOP, dt.date(2026, 4, 18)),  # sold more than ever came in
    "no_cost": ("KT-05", MAIN, dt.date(2026, 3, 11)),  # received without a price
}
"""What is wrong in the sample on purpose: item, place, date."""


REBATES = {  # day of the credit note: group, fen, receipts since
    dt.date(2026, 4, 9): ("ceramics", 328_000, FIRST),
    dt.date(2026, 6, 26): ("snacks", 415_050, dt.date(2026, 4, 1)),
}
INVOICES = {  # day of the invoice: weeks after the receipt, its total in per mille of the receipt's
    dt.date(2026, 1, 27): (1, 1015),
    dt.date(2026, 3, 6): (2, 980),
    dt.date(2026, 3, 31): (3, 1008),
    dt.date(2026, 4, 22): (5, 1042),
    dt.date(2026, 5, 20): (4, 965),
    dt.date(2026, 6, 12): (2, 1022),
    dt.date(2026, 6, 29): (3, 991),
}


@dataclass(slots=True)
class Lot:
    """Goods of one lot at one place; goods without lots are one lot without a name."""

    name: str
    expiry: str
    qty: int


@dataclass(slots=True)
class Line:
    """A receipt or a sale that a later row may refer to; ``gone`` is what had left the place when it was written."""

    id: str
    item: Item
    place: str
    lot: Lot
    qty: int
    value: int
    date: dt.date
    gone: int = 0


@dataclass(slots=True)
class Book:
    """The rows of the three files, and the stock that keeps them possible."""

    items: dict[str, Item]
    rows: dict[str, list[dict[str, str]]] = field(default_factory=lambda: {name: [] for name in FILES})
    lots: dict[tuple[str, str], list[Lot]] = field(default_factory=lambda: defaultdict(list))
    gone: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    day: dt.date = FIRST

    def document(self, prefix: str) -> str:
        """The next number of a kind of document on this day."""
        stem = f"{prefix}{self.day:%y%m%d}"
        self.numbers[stem] += 1
        return f"{stem}-{self.numbers[stem]:02}"

    def write(self, file: str, doc: str, kind: str, **cells: str) -> str:
        """Adds a row and answers its id."""
        self.numbers[doc] += 1
        row: dict[str, str] = dict.fromkeys(COLUMNS, "")
        row.update(id=f"{doc}-{self.numbers[doc]}", doc=doc, date=self.day.isoformat(), type=kind, **cells)
        self.rows[file].append(row)
        return row["id"]

    def goods(self, item: Item, place: str, lot: Lot, qty: int) -> dict[str, str]:
        """The cells that say which goods and how many."""
        cells = {"item": item.code, "place": place, "qty": shown(qty), "uom": item.unit}
        return cells | {"lot": lot.name, "expiry": lot.expiry if lot.name else ""}

    def stock(self, item: Item, *places: str) -> int:
        return sum(lot.qty for place in places or (MAIN, SOUTH, SHOP) for lot in self.lots[item.code, place])

    def put(self, item: Item, place: str, lot: Lot, qty: int) -> None:
        """Adds goods to their lot at a place, earliest expiry first."""
        own = self.lots[item.code, place]
        there = next((one for one in own if one.name == lot.name), None)
        if there is None:
            own.append(Lot(lot.name, lot.expiry, qty))
            own.sort(key=lambda one: (one.expiry, one.name))
        else:
            there.qty += qty

    def take(self, item: Item, place: str, qty: int) -> list[Lot]:
        """Takes goods away, earliest expiry first; what was taken, by lot."""
        taken: list[Lot] = []
        self.gone[item.code, place] += qty
        for lot in self.lots[item.code, place]:
            part = min(qty, lot.qty)
            if part > 0:
                taken.append(Lot(lot.name, lot.expiry, part))
                lot.qty -= part
                qty -= part
        assert qty == 0, (item.code, place, self.day)  # the plan never takes what is not there
        return taken


class Company:
    """The half year, day by day."""

    def __init__(self, seed: int = 20260101) -> None:
        self.items = catalogue()
        self.book = Book(self.items)
        self.dice = Dice(seed)
        self.due: dict[dt.date, list[tuple[Item, int, str]]] = defaultdict(list)
        self.bills: dict[dt.date, list[tuple[str, list[Line], int]]] = defaultdict(list)
        self.receipts: list[Line] = []
        self.sales: list[Line] = []
        self.rate = 71_230
        self.frozen: set[str] = set()
        self.weekly = {item.code: item.weekly for item in self.items.values()}
        for made, parts in RECIPES.items():
            for part, qty in parts.items():
                self.weekly[part] += self.weekly[made] * qty // 1000
        self.south = [item for item in self.items.values() if item.popularity >= 6 or item.code == "KT-03"]
        self.shop = [item for item in self.items.values() if item.group != "packaging" or item.code == "PK-03"]

    def run(self) -> Book:
        for day in days():
            self.book.day = day
            if day == FIRST:
                self.open_book()
            if warehouse_open(day):
                self.warehouse_day()
            if day > FIRST and not dt.date(2026, 2, 16) <= day <= dt.date(2026, 2, 18):
                self.shop_day()
        return self.book

    def warehouse_day(self) -> None:
        """In the order in which the rows of one day count: in, moved inside, out, charged, counted."""
        self.arrivals()
        self.sales_returns()
        for place in (MAIN, SOUTH):
            self.scrap_expired(place)
        self.assemble()
        self.replenish()
        self.purchase_returns()
        self.wholesale()
        self.small_issues()
        self.breakage(MAIN, "")
        self.charges()
        if self.book.day == last_day(self.book.day, warehouse_open):
            self.count(MAIN, 14, "")
            self.count(SOUTH, 9, "")
        self.order()

    def shop_day(self) -> None:
        """Rows of the shop carry a time, after everything that has none."""
        self.scrap_expired(SHOP, "08:50")
        minutes = sorted(self.dice.between(9 * 60 + 30, 20 * 60) for _ in range(self.dice.between(3, 6)))
        for minute in minutes:
            self.ticket(f"{minute // 60:02}:{minute % 60:02}")
        self.breakage(SHOP, "20:40")
        if self.book.day == FAULTS["never"][2]:
            self.sell_what_never_came()
        if self.book.day == last_day(self.book.day, lambda _: True):
            self.count(SHOP, 10, "21:30")

    # -- what comes in

    def open_book(self) -> None:
        doc = self.book.document("OP")
        for item in self.items.values():
            weeks = 10 if item.foreign else 4
            wanted = {MAIN: self.weekly[item.code] * weeks}
            if item in self.south:
                wanted[SOUTH] = self.weekly[item.code]
            if item in self.shop:
                wanted[SHOP] = item.popularity * 2000
            lot = self.new_lot(item, self.dice.between(30, 70))
            for place, qty in wanted.items():
                rounded = self.pack(item, qty, place)
                worth = rounded * self.opening_price(item) // 100_000
                cells = self.book.goods(item, place, lot, rounded)
                self.book.write("warehouse", doc, "opening", **cells, amount=fen(worth))
                self.book.put(item, place, lot, rounded)

    def opening_price(self, item: Item) -> int:
        if item.made:
            parts = RECIPES[item.code].items()
            return (
                sum(self.opening_price(self.items[part]) * qty // 1000 for part, qty in parts) + FEES[item.code] * 100
            )
        return item.price * (71_200 if item.foreign else 10_000) // 10_000 * 98 // 100

    def pack(self, item: Item, qty: int, place: str = MAIN) -> int:
        """A quantity that suppliers deliver: dozens, 5 kg, or single pieces for the shop."""
        step = 1000 if place == SHOP or item.made else 5000 if item.unit in ("kg", "m") else 12_000
        return max(step, (qty + step // 2) // step * step)

    def new_lot(self, item: Item, age: int) -> Lot:
        if not item.shelf:
            return Lot("", "", 0)
        made_on = self.book.day - dt.timedelta(days=age)
        expiry = made_on + dt.timedelta(days=item.shelf * 30)
        return Lot(f"{item.code.replace('-', '')}-{made_on:%y%m%d}", expiry.isoformat(), 0)

    def order(self) -> None:
        """Each group is ordered on its day of the week; what is on its way counts as stock."""
        on_order: dict[str, int] = defaultdict(int)
        for lines in self.due.values():
            for item, qty, _ in lines:
                on_order[item.code] += qty
        groups = sorted({item.group for item in self.items.values()})
        for item in self.items.values():
            if item.made or groups.index(item.group) % 5 != self.book.day.weekday() % 5:
                continue
            have, weekly = (
                self.book.stock(item) + on_order[item.code],
                self.weekly[item.code] * season(self.book.day) // 100,
            )
            if have < weekly * (11 if item.foreign else 4):
                qty = self.pack(item, weekly * (18 if item.foreign else 7) - have)
                direct = not item.foreign and item in self.south and self.dice.chance(15)
                days_ = 28 + groups.index(item.group) if item.foreign else 5 + groups.index(item.group) % 4
                due = next_open(self.book.day + dt.timedelta(days=days_))
                self.due[due].append((item, qty, SOUTH if direct else MAIN))

    def arrivals(self) -> None:
        """What is due today, a document for each supplier; faults and free goods among it."""
        lines = self.due.pop(self.book.day, [])
        for supplier in dict.fromkeys((item.group, item.foreign) for item, _, _ in lines):
            doc = self.book.document("GR")
            own = [line for line in lines if (line[0].group, line[0].foreign) == supplier]
            got = [self.receive(doc, item, qty, place) for item, qty, place in own]
            self.charge(got, foreign=supplier[1])
        if self.book.day == FAULTS["no_cost"][2]:
            item = self.items[FAULTS["no_cost"][0]]
            cells = self.book.goods(item, MAIN, Lot("", "", 0), 40_000)
            self.book.write("purchases", self.book.document("GR"), "receipt", **cells)
        if self.book.day == FAULTS["late"][2] + dt.timedelta(days=3):
            self.receive_late()

    def receive(self, doc: str, item: Item, qty: int, place: str) -> Line:
        lot = self.new_lot(item, self.dice.between(5, 25))
        cells = self.book.goods(item, place, lot, qty)
        unit, value = self.unit_price(item), 0
        if item.foreign:
            self.rate += self.dice.between(-70, 60)
            cells |= {
                "unit_cost": price(unit),
                "currency": "USD",
                "rate": f"{self.rate // 10_000}.{self.rate % 10_000:04}",
            }
            value = qty * unit * self.rate // 1_000_000_000
        else:
            value = (qty * unit + 50_000) // 100_000
            cells |= {"amount": fen(value)} if item.unit == "kg" else {"unit_cost": price(unit)}
        line = Line(self.book.write("purchases", doc, "receipt", **cells), item, place, lot, qty, value, self.book.day)
        line.gone = self.book.gone[item.code, place]
        self.book.put(item, place, lot, qty)
        self.receipts.append(line)
        if item.code == "PK-03" and self.dice.chance(50):
            extra = self.book.goods(item, place, lot, 100_000) | {"unit_cost": "0.00", "reason": "free goods"}
            self.book.write("purchases", doc, "receipt", **extra)
            self.book.put(item, place, lot, 100_000)
        return line

    def unit_price(self, item: Item) -> int:
        """The price of the day: the trend over the half year, and 1.5 % either way."""
        along = (self.book.day - FIRST).days
        exact = item.price * (180_000 + item.trend * along) // 180_000 * (1000 + self.dice.between(-15, 15)) // 1000
        return exact if exact < 20_000 else (exact + 50) // 100 * 100

    # -- charges, rebates, invoices

    def charge(self, lines: list[Line], *, foreign: bool) -> None:
        """Duty on the day, freight two weeks later; on some domestic receipts freight on the day."""
        value = sum(line.value for line in lines)
        if foreign:
            self.bills[self.book.day].append(("customs duty", lines, value * 7 // 100))
            late = next_open(self.book.day + dt.timedelta(days=self.dice.between(11, 21)))
            self.bills[late].append(("freight", lines, value * self.dice.between(35, 55) // 1000))
        elif self.dice.chance(14):
            self.bills[self.book.day].append(("freight", lines, 18_000 + value * self.dice.between(4, 9) // 1000))

    def charges(self) -> None:
        for reason, lines, amount in self.bills.pop(self.book.day, []):
            refs = ";".join(line.id for line in lines)
            self.book.write(
                "purchases", self.book.document("LC"), "landed_cost", amount=fen(amount), reason=reason, ref=refs
            )
        if self.book.day in REBATES:
            group, amount, since = REBATES[self.book.day]
            lines = [line for line in self.receipts if line.item.group == group and line.date >= since]
            refs = ";".join(line.id for line in lines)
            self.book.write(
                "purchases", self.book.document("LC"), "landed_cost", amount=fen(-amount), reason="rebate", ref=refs
            )
        if self.book.day in INVOICES:
            self.invoice(*INVOICES[self.book.day])

    def invoice(self, weeks: int, per_mille: int) -> None:
        """The invoice of a receipt some weeks back names another total."""
        until = self.book.day - dt.timedelta(days=weeks * 7)
        line = next(
            line for line in reversed(self.receipts) if line.date <= until and line.gone >= 0 and not line.item.foreign
        )
        total, line.gone = line.value * per_mille // 1000, -1
        cells = {"item": line.item.code, "place": line.place, "amount": fen(total), "reason": "invoice", "ref": line.id}
        self.book.write("purchases", self.book.document("PI"), "invoice_price_change", **cells)

    # -- what moves inside

    def assemble(self) -> None:
        if self.book.day.weekday() not in (1, 4):
            return
        for code, recipe in RECIPES.items():
            item = self.items[code]
            wanted = self.weekly[code] * gift_season(self.book.day) // 100 * 2 - self.book.stock(item)
            room = min(self.book.stock(self.items[part], MAIN) * 9 // 10 // qty for part, qty in recipe.items())
            sets = min(wanted // 1000, room, 80) // 5 * 5
            if sets >= 10:
                self.make_sets(item, recipe, sets)

    def make_sets(self, item: Item, recipe: dict[str, int], sets: int) -> None:
        doc = self.book.document("AS")
        used: list[str] = []
        for part, qty in recipe.items():
            for lot in self.book.take(self.items[part], MAIN, qty * sets):
                cells = self.book.goods(self.items[part], MAIN, lot, lot.qty) | {"reason": "assembly"}
                used.append(self.book.write("warehouse", doc, "issue", **cells))
        none = Lot("", "", 0)
        cells = self.book.goods(item, MAIN, none, sets * 1000) | {
            "amount": fen(FEES[item.code] * sets),
            "ref": ";".join(used),
        }
        self.book.write("warehouse", doc, "assembly", **cells)
        self.book.put(item, MAIN, none, sets * 1000)

    def replenish(self) -> None:
        """The shop on Mondays and Thursdays, the south on Tuesdays; on Fridays the south sends some back."""
        weekday = self.book.day.weekday()
        if weekday in (0, 3):
            wants = [(item, item.popularity * 700, item.popularity * 2000) for item in self.shop]
            self.transfer(MAIN, SHOP, wants)
        if weekday == 1:
            wants = [
                (item, self.weekly[item.code] * 45 // 100, self.weekly[item.code] * 13 // 10) for item in self.south
            ]
            self.transfer(MAIN, SOUTH, wants)
        if weekday == 4:
            wants = [(item, self.weekly[item.code] // 3, self.weekly[item.code]) for item in self.south]
            self.transfer(SOUTH, MAIN, wants)

    def transfer(self, source: str, target: str, wants: list[tuple[Item, int, int]]) -> None:
        doc = self.book.document("TR")
        for item, least, full in wants:
            have, there = self.book.stock(item, target), self.book.stock(item, source)
            if have >= least or there <= full // 2 or item.code in self.frozen:
                continue
            qty = min(self.pack(item, full - have, target), there * 6 // 10 // 1000 * 1000)
            for lot in self.book.take(item, source, qty) if qty > 0 else ():
                self.book.write(
                    "warehouse", doc, "transfer", **self.book.goods(item, source, lot, lot.qty), to_place=target
                )
                self.book.put(item, target, lot, lot.qty)

    # -- what goes out

    def sell(self, doc: str, item: Item, place: str, qty: int, **cells: str) -> None:
        for lot in self.book.take(item, place, qty):
            id_ = self.book.write("sales", doc, "issue", **self.book.goods(item, place, lot, lot.qty), **cells)
            if not cells.get("reason"):
                self.sales.append(Line(id_, item, place, lot, lot.qty, 0, self.book.day))

    def wholesale(self) -> None:
        orders = self.dice.between(2, 5) * season(self.book.day) // 100
        for _ in range(orders):
            place = MAIN if self.dice.chance(66) else SOUTH
            doc, range_ = self.book.document("SO"), self.south if place == SOUTH else list(self.items.values())
            weights = [item.popularity * (gift_season(self.book.day) if item.made else 100) for item in range_]
            for item in dict.fromkeys(self.dice.pick(range_, weights) for _ in range(self.dice.between(1, 5))):
                step = 500 if item.unit == "kg" else 1000
                wanted = item.line * self.dice.between(40, 150) // 100 // step * step
                qty = min(wanted, self.book.stock(item, place))
                if qty > 0 and item.code not in self.frozen:
                    self.sell(doc, item, place, qty)
        if self.book.day == FAULTS["late"][2]:
            self.sell_before_it_came()

    def ticket(self, time: str) -> None:
        doc = self.book.document("RT")
        weights = [item.popularity for item in self.shop]
        for item in dict.fromkeys(self.dice.pick(self.shop, weights) for _ in range(self.dice.between(1, 2))):
            wanted = 50 * self.dice.between(3, 24) if item.unit == "kg" else 1000 * self.dice.between(1, 3)
            qty = min(wanted, self.book.stock(item, SHOP))
            if qty > 0 and item.code not in self.frozen:
                self.sell(doc, item, SHOP, qty, time=time)

    def small_issues(self) -> None:
        """Gifts to customers, samples, and what the office uses itself."""
        for percent, reason in ((9, "gift"), (6, "sample")):
            if self.dice.chance(percent):
                item = self.dice.pick([item for item in self.items.values() if self.book.stock(item, MAIN) > 20_000])
                self.sell(self.book.document("GF"), item, MAIN, 1000 * self.dice.between(1, 6), reason=reason)
        if self.dice.chance(5):
            item = self.items[self.dice.pick(("CF-03", "CR-08", "PK-03"))]
            for lot in self.book.take(item, MAIN, 2000) if self.book.stock(item, MAIN) > 2000 else ():
                cells = self.book.goods(item, MAIN, lot, lot.qty) | {"reason": "office use"}
                self.book.write("warehouse", self.book.document("AD"), "adjust_out", **cells)

    def breakage(self, place: str, time: str) -> None:
        if self.dice.chance(8):
            fragile = [
                i for i in self.items.values() if i.group in ("ceramics", "wine") and self.book.stock(i, place) > 3000
            ]
            item = self.dice.pick(fragile)
            for lot in self.book.take(item, place, 1000 * self.dice.between(1, 3)):
                cells = self.book.goods(item, place, lot, lot.qty) | {"reason": "breakage", "time": time}
                self.book.write("warehouse", self.book.document("SC"), "scrap", **cells)

    def scrap_expired(self, place: str, time: str = "") -> None:
        limit = (self.book.day + dt.timedelta(days=3)).isoformat()
        for item in self.items.values():
            for lot in self.book.lots[item.code, place]:
                if lot.name and lot.qty > 0 and lot.expiry <= limit:
                    cells = self.book.goods(item, place, lot, lot.qty) | {"reason": "expired", "time": time}
                    self.book.write("warehouse", self.book.document("SC"), "scrap", **cells)
                    self.book.gone[item.code, place] += lot.qty
                    lot.qty = 0

    # -- returns and counts

    def purchase_returns(self) -> None:
        """Back to the supplier within days, while the whole of the rest of the receipt is still there."""
        if not self.dice.chance(14):
            return
        since = self.book.day - dt.timedelta(days=6)
        lines = [line for line in self.receipts if line.date >= since and line.gone >= 0 and not line.item.foreign]
        line = self.dice.pick(lines) if lines else None
        if line is None or line.item.code in self.frozen:
            return
        qty = max(line.qty // 10 // 1000, 1) * 1000
        if self.book.gone[line.item.code, line.place] - line.gone + qty <= line.qty:
            own = next(lot for lot in self.book.lots[line.item.code, line.place] if lot.name == line.lot.name)
            if own.qty >= qty:
                own.qty -= qty
                self.book.gone[line.item.code, line.place] += qty
                line.gone = -1
                cells = self.book.goods(line.item, line.place, line.lot, qty) | {"reason": "damaged", "ref": line.id}
                self.book.write("purchases", self.book.document("PR"), "purchase_return", **cells)

    def sales_returns(self) -> None:
        if not self.dice.chance(33):
            return
        first, last = self.book.day - dt.timedelta(days=18), self.book.day - dt.timedelta(days=2)
        limit = (self.book.day + dt.timedelta(days=40)).isoformat()
        lines = [line for line in self.sales if first <= line.date <= last and (line.lot.expiry or limit) >= limit]
        line = self.dice.pick(lines) if lines else None
        if (
            line is None
            or line.item.code in self.frozen
            or (line.place == SHOP and line.item.code == FAULTS["never"][0])
        ):
            return
        self.sales.remove(line)
        qty = line.qty if line.qty <= 2000 else max(line.qty * self.dice.between(5, 40) // 100 // 1000, 1) * 1000
        cells = self.book.goods(line.item, line.place, line.lot, qty) | {"ref": line.id}
        self.book.write("sales", self.book.document("RE"), "sales_return", **cells)
        self.book.put(line.item, line.place, line.lot, qty)

    def count(self, place: str, number: int, time: str) -> None:
        """Goods without lots are counted in turn; most counts agree."""
        faulty = {code for code, _, _ in FAULTS.values()}
        doc = self.book.document("CT")
        there = [
            i for i in self.items.values() if not i.shelf and i.code not in faulty and self.book.stock(i, place) > 0
        ]
        for item in sorted({self.dice.pick(there).code for _ in range(number)}):
            found = self.book.stock(self.items[item], place)
            if self.dice.chance(35):
                found = max(found + 1000 * self.dice.pick((-3, -2, -1, -1, 1, 2)), 0)
            cells = self.book.goods(self.items[item], place, Lot("", "", 0), found) | {"time": time}
            self.book.write("warehouse", doc, "count", **cells)
            (only,) = self.book.lots[item, place]
            self.book.gone[item, place] += max(only.qty - found, 0)
            only.qty = found

    # -- what is wrong on purpose

    def sell_before_it_came(self) -> None:
        """More than the whole company has; the receipt is dated three days later, and until then nothing moves."""
        item, place = self.items[FAULTS["late"][0]], FAULTS["late"][1]
        cells = self.book.goods(item, place, Lot("", "", 0), self.book.stock(item) + 36_000)
        self.book.write("sales", self.book.document("SO"), "issue", **cells)
        self.frozen.add(item.code)

    def receive_late(self) -> None:
        """Enough for the sale; 24 more stay, which is what later rows may use, whether the sale was refused or not."""
        item, place = self.items[FAULTS["late"][0]], FAULTS["late"][1]
        sold, have = self.book.stock(item) + 36_000, self.book.stock(item, place)
        self.receive(self.book.document("GR"), item, sold + 24_000 - have, place)
        (only,) = self.book.lots[item.code, place]
        only.qty = 24_000
        self.frozen.discard(item.code)

    def sell_what_never_came(self) -> None:
        """Eight plates too many in the shop; later rows are planned as if they were gone."""
        item = self.items[FAULTS["never"][0]]
        cells = self.book.goods(item, SHOP, Lot("", "", 0), self.book.stock(item, SHOP) + 8000) | {"time": "20:50"}
        self.book.write("sales", self.book.document("RT"), "issue", **cells)
        (only,) = self.book.lots[item.code, SHOP]
        only.qty = -8000


def make() -> dict[str, str]:
    """The text of each file by its name."""
    book = Company().run()
    names = ("item", "name_zh", "name_en", "unit", "group")
    listed = [(i.code, i.name_zh, i.name_en, i.unit, i.group) for i in book.items.values()]
    files = {"items.csv": _csv([names, *listed])}
    for name in FILES:
        files[f"{name}.csv"] = _csv([COLUMNS, *(tuple(row.values()) for row in book.rows[name])])
    return files


def _csv(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def write(folder: Path) -> None:
    """Writes the four files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in make().items():
        (folder / name).write_bytes(text.encode("utf-8"))


if __name__ == "__main__":
    default = Path(__file__).resolve().parents[1] / "src" / "jxc" / "cli" / "sample"
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
