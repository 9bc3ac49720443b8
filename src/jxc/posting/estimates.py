"""Goods received, not invoiced (暂估): what is open of each receipt, and how its estimate meets the invoice.

    on_invoice     单到回冲   the estimate is taken back in red when the invoice comes, which is booked in full
    difference     单到补差   only the difference is booked
    month_start    月初回冲   taken back in red on the first of a month, estimated again at its end, until the invoice

The receipt itself is posted by its stock fact, at the estimate.  An invoice settles by quantity: the shares of an
estimate telescope, so partial invoices come to the whole.  Goods that go back before their invoice take their estimate
along.  Sources: 小企业会计准则 notes on 1405 and 2202; 企业会计准则应用指南, 1401 and 2202; an estimate is without VAT
(财会〔2016〕22号).

Invariant: what is booked as estimated and not taken back is the open cost of the receipts that are not reversed.

>>> book = Estimates("month_start").receive(Estimate("GR-1", date(2026, 3, 28), Fraction(100), 300000))
>>> april = book.month_start("2026-04-01")
>>> [(event.kind, event.total("cost")) for event in april.events]
[('estimate_reversed', 300000)]
>>> invoice = april.estimates.bill("2026-04-12", [BillLine("GR-1", Fraction(40), 124000, 16120)], doc="V-9")
>>> [(e.total("estimate"), e.total("stock_difference"), e.total("gross")) for e in invoice.events]
[(120000, 4000, 140120)]
>>> [event.total("cost") for event in invoice.estimates.month_end("2026-04-30").events]
[180000]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from jxc.errors import LedgerError, NotFoundError, PolicyError
from jxc.kernel.dates import parse_date
from jxc.kernel.frozen import FrozenMap
from jxc.kernel.periods import Period
from jxc.kernel.rounding import Exact, part
from jxc.posting.events import BusinessEvent, Portion, portion

__all__ = ["BillLine", "Estimate", "EstimateStep", "EstimateWay", "Estimates"]

EstimateWay: TypeAlias = Literal["month_start", "on_invoice", "difference"]
_Day: TypeAlias = date | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A receipt at an estimated cost (minor units), and how much of it is settled.

    ``attributes``: item, place, party and what else its lines keep.  ``reversed``: taken back on the first of a month;
    ``since``: the day from which it stands so, where that is not its own.
    """

    id: str
    date: date
    qty: Fraction
    cost: int
    settled: Fraction = Fraction(0)
    reversed: bool = False
    attributes: Mapping[str, str] = field(default_factory=FrozenMap[str])
    since: _Day = None

    @property
    def open_qty(self) -> Fraction:
        """What is not invoiced and has not gone back."""
        return self.qty - self.settled

    @property
    def open_cost(self) -> int:
        """The estimate of what is open."""
        return self.cost - part(self.cost, self.settled, self.qty)

    def share(self, qty: Fraction) -> int:
        """The estimate of the next ``qty`` to be settled; the last takes what is left."""
        return part(self.cost, self.settled + qty, self.qty) - part(self.cost, self.settled, self.qty)


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of a supplier's invoice: so much of a receipt, net and tax in minor units.

    ``booked``: the part of its difference from the estimate that a stock fact (``PriceDifference``) books.
    """

    estimate: str
    qty: Fraction
    net: int
    tax: int = 0
    booked: int = 0


@dataclass(frozen=True, slots=True)
class EstimateStep:
    """What is open afterwards, and the events to post."""

    estimates: Estimates
    events: tuple[BusinessEvent, ...]


@dataclass(frozen=True, slots=True)
class Estimates:
    """The receipts of a book that wait for their invoice; it never changes, each act gives another."""

    way: EstimateWay = "on_invoice"
    by_id: FrozenMap[Estimate] = field(default_factory=FrozenMap[Estimate])

    def __post_init__(self) -> None:
        if self.way not in get_args(EstimateWay):
            hint = f"one of {', '.join(get_args(EstimateWay))}"
            raise PolicyError("unknown_choice", "there is no such choice", field="way", value=self.way, hint=hint)

    @property
    def open(self) -> tuple[Estimate, ...]:
        """What is not settled, by day and id: the list that 220202 is held against."""
        waiting = (one for one in self.by_id.values() if one.open_qty)
        return tuple(sorted(waiting, key=lambda one: (one.date, one.id)))

    @property
    def open_cost(self) -> int:
        """The sum of all open estimates, those taken back on the first of the month included."""
        return sum(one.open_cost for one in self.open)

    def receive(self, *received: Estimate) -> Estimates:
        """With these receipts; ``LedgerError`` ``estimate_twice``, ``estimate_without_quantity``."""
        for one in received:
            if one.id in self.by_id:
                raise LedgerError("estimate_twice", "this receipt is estimated already", field="id", value=one.id)
            if one.qty <= 0:
                raise LedgerError("estimate_without_quantity", "a receipt is of something", field="qty", value=one.qty)
        return self._with(*received)

    def bill(
        self,
        day: date | str,
        lines: Iterable[BillLine],
        *,
        doc: str = "",
        party: str | None = None,
        rate: Decimal | None = None,
        **attributes: str,
    ) -> EstimateStep:
        """An invoice settles its receipts by quantity; partial ones leave the rest open.

        Raises ``NotFoundError`` ``no_such_estimate``, ``LedgerError`` ``billed_beyond_receipt``, ``estimate_turned``
        for a day before the estimate was taken back, or made again.
        """
        book, events = self, list[BusinessEvent]()
        for number, line in enumerate(lines, 1):
            one = book._take(line.estimate, line.qty, parse_date(day, field="date"))
            share = one.share(line.qty)
            way = self.way if one.reversed or self.way != "month_start" else "difference"
            words = {**one.attributes, **attributes, "estimate_way": way}
            words |= {} if party is None else {"party": party}
            amounts: dict[str, Exact | Iterable[Portion]] = {
                "estimate": [portion(share, one.attributes)],
                "booked_difference": line.booked,
                "stock_difference": [portion(line.net - share - line.booked, one.attributes)],
                "tax": line.tax,
            }
            source = f"{doc}/{number}" if doc else f"{one.id}/bill"
            events.append(
                BusinessEvent.of("purchase_bill", day, amounts, source=source, doc=doc, rate=rate, given=words)
            )
            book = book._with(replace(one, settled=one.settled + line.qty))
        return EstimateStep(book, tuple(events))

    def send_back(self, day: date | str, estimate: str, qty: Fraction, *, doc: str = "") -> EstimateStep:
        """Goods go back before their invoice: their estimate goes with them.

        The stock fact of the return takes the estimate back; where that was done on the first of the month already, it
        is booked again first, so that both come to nothing.  Raises as ``bill`` does.
        """
        one = self._take(estimate, qty, parse_date(day, field="date"))
        again = (_event("estimate", one, one.share(qty), day, doc),) if one.reversed else ()
        return EstimateStep(self._with(replace(one, settled=one.settled + qty)), again)

    def month_start(self, day: date | str) -> EstimateStep:
        """Take every open estimate of the days before back, on the first of a month; nothing by the other ways.

        Again, it finds none standing.
        """
        if self.way != "month_start":
            return EstimateStep(self, ())
        first = parse_date(day, field="date")
        standing = [one for one in self.open if not one.reversed and (one.since or one.date) < first]
        events = tuple(_event("estimate_reversed", one, one.open_cost, day) for one in standing)
        return EstimateStep(self._with(*(replace(one, reversed=True, since=first) for one in standing)), events)

    def month_end(self, day: date | str, prices: Mapping[str, int] | None = None) -> EstimateStep:
        """Estimate again what was taken back and is still open, at the end of a month.

        ``prices``: what the open part of a receipt is estimated at now, by its id, in minor units; ``NotFoundError``
        ``no_such_estimate`` for an id of none.
        """
        found: list[BusinessEvent] = []
        changed: list[Estimate] = []
        last = parse_date(day, field="date")
        for name in prices or ():
            self._named(name, "prices")
        for one in self.open:
            if one.reversed and (one.since or one.date) <= last:
                again = _estimated_anew(one, (prices or {}).get(one.id))
                found.append(_event("estimate", again, again.open_cost, day))
                changed.append(replace(again, reversed=False, since=last))
        return EstimateStep(self._with(*changed), tuple(found))

    def turn(self, month: str, prices: Mapping[str, int] | None = None) -> EstimateStep:
        """The turn of a month (月初回冲): what is open is estimated at its end, and taken back on the next day.

        A step of closing: what was taken back on its first day and is still open is estimated again, at ``prices``
        where they say another; then all that is open is taken back.  Asked again, it finds nothing to do; a receipt
        that turned up since is taken back alone.  Nothing by the other ways.
        Raises ``DateError`` for a month that cannot be read, ``LedgerError`` ``unknown_period`` for another period.
        """
        period = Period.parse(month)
        if period.kind != "month":
            raise LedgerError("unknown_period", "not a month", field="month", value=month, hint="such as 2026-01")
        end = self.month_end(period.last, prices)
        start = end.estimates.month_start(period.last + timedelta(1))
        return EstimateStep(start.estimates, (*end.events, *start.events))

    def _take(self, name: str, qty: Fraction, day: date) -> Estimate:
        one = self._named(name, "estimate")
        if qty <= 0 or qty > one.open_qty:
            raise LedgerError(
                "billed_beyond_receipt",
                f"{one.open_qty} of {name} are open",
                field="qty",
                value=qty,
                hint="what was not received is not settled; a red invoice is for goods sent back",
            )
        if one.since is not None and day < one.since:
            did = "taken back" if one.reversed else "estimated again"
            raise LedgerError(
                "estimate_turned",
                f"{name} was {did} on {one.since}",
                field="date",
                value=day,
                hint="date it on that day or later, or take the turn of the month back first",
            )
        return one

    def _named(self, name: str, field: str) -> Estimate:
        one = self.by_id.get(name)
        if one is None:
            raise NotFoundError("no_such_estimate", "no receipt of that id waits", field=field, value=name)
        return one

    def _with(self, *changed: Estimate) -> Estimates:
        return replace(self, by_id=FrozenMap({**self.by_id, **{one.id: one for one in changed}}))


def _estimated_anew(one: Estimate, open_cost: int | None) -> Estimate:
    """The open part at another estimate; what was settled is left out of it."""
    if open_cost is None or open_cost == one.open_cost:
        return one
    return replace(one, qty=one.open_qty, cost=open_cost, settled=Fraction(0))


def _event(kind: str, one: Estimate, cost: int, day: date | str, doc: str = "") -> BusinessEvent:
    return BusinessEvent.of(
        kind,
        day,
        {"cost": [portion(cost, one.attributes)]},
        source=f"{one.id}/{kind}/{day}",
        doc=doc,
        given=one.attributes,
    )
