"""The rows of one period as goods that go into and out of its pools.

A row becomes one or more ``Line``: a value that comes in or goes back (``value``), goods whose value other goods have
(``goods``), or goods that leave, come back or are found at the average (``out``).  Quantities are known before costs,
so the order of a month is fixed: receipts and issues; what refers to them (returns, goods made); goods sent back to
suppliers; counts; last, amounts that arrive late.

Invariant: reading changes nothing outside the ``Month`` but the outcomes and receipts of the period's own rows.

>>> state = State(Policy(), Scales(), builtin_methods())
>>> month = Month(state.rounder)
>>> lines = read(state, month, [Event(0, "receipt", 1, "TEA", 3, 100), Event(1, "issue", 2, "TEA", 2)], {})
>>> [(line.moved, line.value) for row in (0, 1) for line in lines[row]]
[(3, 100), (-2, 0)]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from jxc.costing.events import IN_TYPES, OUT_TYPES, Event, Scales
from jxc.costing.inflow import claim, lots_mismatch
from jxc.costing.outcome import Outcome
from jxc.costing.period_methods import made_share, not_here
from jxc.costing.periodic_pools import In, Month, Out, PeriodPool, Source
from jxc.costing.periodic_values import Line, invoice_price, landed_cost, revalue
from jxc.costing.policy import Policy
from jxc.costing.returns import wrong_item
from jxc.costing.state import Received, State, builtin_methods
from jxc.costing.trace import Part
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["Line", "Policy", "Reading", "Scales", "builtin_methods", "read"]


def read(state: State, month: Month, events: list[Event], problems: dict[int, StockError]) -> dict[int, list[Line]]:
    """The lines of every row; ``events`` in order of time; a row that cannot be is a problem and has no lines."""
    reading = Reading(state, month, events)
    for wanted in _PASSES:
        for event in events:
            if event.row not in problems and event.type in wanted:
                try:
                    reading.lines[event.row] = (
                        _ZERO if _moves_nothing(state, event) else wanted[event.type](reading, event)
                    )
                except StockError as problem:
                    problems[event.row] = problem
    for event in events:
        for line in reading.lines.get(event.row, ()):
            if line.out is not None:
                line.pool.outs.append(line.out)
    return reading.lines


_ZERO: list[Line] = []


def _moves_nothing(state: State, event: Event) -> bool:
    if event.qty or event.type not in _MOVING:
        return False
    if state.policy.zero_quantity == "refuse":
        raise StockError(
            "zero_quantity",
            f"{event.type} of {event.item} moves nothing",
            field="qty",
            value=0,
            hint="leave the row out, or set zero_quantity='ignore'",
        )
    return True


class Reading:
    """The lines so far, and where goods are."""

    def __init__(self, state: State, month: Month, events: list[Event]) -> None:
        self.state = state
        self.month = month
        self.events = events
        self.lines: dict[int, list[Line]] = {}

    def pool(self, item: str, place: str | None, lot: str | None) -> PeriodPool:
        """The pool of the period; its opening is what the pool of the book holds."""
        held = self.state.pool(item, place, lot)
        known = held in self.month.pools
        pool = self.month.pool(held, held.last_rate)
        if not known:
            pool.bring(held.qty, held.value)
        return pool

    def portions(self, event: Event) -> list[tuple[str | None, Exact]]:
        """The lots of a row with their quantities."""
        match = event.details.lot_match
        lot = match.lot if event.lot is None and match is not None else event.lot
        if event.details.lots and sum(qty for _, qty in event.details.lots) != event.qty:
            raise lots_mismatch(event)
        return list(event.details.lots) or [(lot, event.qty)]

    # -- what comes in ------------------------------------------------------------------------------------------------

    def receive(self, event: Event) -> list[Line]:
        """Opening stock and receipts at their own cost and charges; a gain without a cost at the average."""
        state = self.state
        charged = sum(charge.amount for charge in state.charges.get(event.row, ()))
        own = event.amount if event.amount is not None else 0
        at_average = event.amount is None and event.row not in state.unpriced
        if at_average and event.type != "adjust_in" and state.policy.missing_cost == "refuse":
            raise _missing_cost(event)
        self.remember(event, own)
        lines: list[Line] = []
        done: Exact = 0
        given: Exact = 0
        for lot, qty in self.portions(event):
            done += qty
            upto = state.rounder.share(own + charged, done, event.qty)
            line = Line(self.pool(event.item, event.place, lot), event.place, lot, qty, upto - given)
            line.parts = self._parts(event, own, line.value)
            if at_average:
                line.out = Out(-qty)
            line.pool.bring(0 if at_average else qty, line.value)
            given = upto
            lines.append(line)
        return lines

    def remember(self, event: Event, own: Exact) -> None:
        """Keep what later rows may refer to."""
        received = self.state.received[event.row] = Received(event.qty, own)
        for charge in self.state.charges.get(event.row, ()):
            if charge.is_price:
                received.price_changes += charge.amount
            else:
                received.charged += charge.amount
        for row in event.refs if event.type == "adjust_in" else ():
            base = self.state.received.get(row)
            if base is not None:
                base.added_rows += (event.row,)
                base.added_qty += event.qty

    def _parts(self, event: Event, own: Exact, value: Exact) -> tuple[Part, ...]:
        charges = self.state.charges.get(event.row, ())
        parts = (
            Part(own, "own", event.row),
            *(Part(c.amount, "price_difference" if c.is_price else "charge", c.row) for c in charges),
        )
        whole = sum(part.amount for part in parts)
        if value == whole:
            return parts
        return tuple(Part(Fraction(p.amount) * value / whole, p.kind, p.row) for p in parts) if whole else ()

    def make(self, event: Event) -> list[Line]:
        """Goods made of others, at what those cost and what was added."""
        if not event.details.cost_from:
            return self.receive(event)
        state, details = self.state, event.details
        added = details.add_amount
        sources: list[Source] = []
        for row in details.cost_from:
            outcome = state.outcomes.get(row)
            if outcome is None or outcome.status == "refused":
                raise _refused_reference(state, row, "the goods that this row was made from have no cost")
            here = self.lines.get(row)
            if here is None:
                added += outcome.final_cost
            else:
                sources += [Source(line.pool, line.out.qty, line.out) for line in here if line.out is not None]
                added += sum(-line.value for line in here if line.out is None)
        claim(state, event)
        goods = In(event.qty, tuple(sources), added, *made_share(state, event, self._made_by))
        pool = self.pool(event.item, event.place, event.lot)
        charged = sum(charge.amount for charge in state.charges.get(event.row, ()))
        pool.bring(0, charged)
        pool.ins.append(goods)
        for source in sources:
            if source.out is not None:
                source.out.carried = True
                source.out.targets.append(pool)
        self.remember(event, 0)
        line = Line(pool, event.place, event.lot, event.qty, charged, goods=goods, parts=self._parts(event, 0, charged))
        return [line]

    def _made_by(self, row: int) -> list[In]:
        return [line.goods for line in self.lines.get(row, ()) if line.goods is not None]

    # -- what goes out ------------------------------------------------------------------------------------------------

    def issue(self, event: Event) -> list[Line]:
        """Issues, scrap, losses: at the average."""
        priced = event.details.sale_price is not None or event.reason == "gift" or event.type != "issue"
        if self.state.policy.sale_price_check == "required" and not priced:
            raise StockError(
                "missing_sale_price",
                f"the issue of {event.item} has no sale price",
                field="sale_price",
                hint="give it, or the reason gift",
            )
        return [
            Line(self.pool(event.item, event.place, lot), event.place, lot, -qty, out=Out(qty))
            for lot, qty in self.portions(event)
        ]

    def transfer(self, event: Event) -> list[Line]:
        """From pool to pool at the average of the first; inside one pool only the place changes."""
        state = self.state
        freight = event.details.freight if state.policy.transfer_freight == "capitalise" else 0
        extra = freight + sum(charge.amount for charge in state.charges.get(event.row, ()))
        parts = (Part(freight, "freight", event.row), *self._parts(event, 0, extra - freight)[1:])
        lines: list[Line] = []
        for lot, qty in self.portions(event):
            source = self.pool(event.item, event.place, lot)
            target = self.pool(event.item, event.to_place, lot)
            arrived = qty if event.details.received_qty is None else event.details.received_qty
            if source is target and arrived != qty:
                raise StockError(
                    "loss_within_pool",
                    "goods lost on the way inside one cost pool",
                    field="received_qty",
                    value=arrived,
                    hint="transfer what arrived and enter the loss as scrap",
                )
            sent = Line(source, event.place, lot, -qty)
            came = Line(target, event.to_place, lot, arrived, extra, parts=parts)
            target.bring(0, extra)
            if source is not target:
                sent.out = Out(qty, carried=True, targets=[target])
                came.goods = In(arrived, (Source(source, qty, sent.out),))
                target.ins.append(came.goods)
            lines += [sent, came]
            extra, parts = 0, ()
        return lines

    # -- what comes back ---------------------------------------------------------------------------------------------

    def from_customer(self, event: Event) -> list[Line]:
        """A return: of this period at its average, of an earlier one at what the issue cost."""
        pool = self.pool(event.item, event.place, event.lot)
        if not event.refs or self.state.policy.returns == "current_cost":
            if event.amount is None:
                return [Line(pool, event.place, event.lot, event.qty, out=Out(-event.qty))]
            pool.bring(event.qty, event.amount)
            part = Part(event.amount, "own", event.row)
            return [Line(pool, event.place, event.lot, event.qty, event.amount, parts=(part,))]
        lines: list[Line] = []
        for row, original, qty in self._originals(event):
            if row not in self.lines:
                lines.append(self._at_original_cost(event, pool, row, original, qty))
            elif any(line.pool is pool for line in self.lines[row]):
                lines.append(Line(pool, event.place, event.lot, qty, out=Out(-qty)))
            else:
                lines += self._from_elsewhere(event, pool, row, qty)
            original.returned_qty += qty
        return lines

    def _at_original_cost(self, event: Event, pool: PeriodPool, row: int, original: Outcome, qty: Exact) -> Line:
        share, before, total = self.state.rounder.share, original.returned_qty, original.final_cost
        value = share(total, before + qty, original.qty) - (share(total, before, original.qty) if before else 0)
        original.returned_cost += value
        pool.bring(qty, value)
        nodes = [piece for piece in original.taken if piece.node >= 0]
        parts = tuple(
            Part(Fraction(value * piece.qty) / original.qty, "rest", row, piece.node, via=event.row) for piece in nodes
        )
        return Line(pool, event.place, event.lot, qty, value, parts=parts or (Part(value, "own", row),))

    def _from_elsewhere(self, event: Event, pool: PeriodPool, row: int, qty: Exact) -> list[Line]:
        """Goods of this period's issue come back to another pool: that part of the issue is carried there.

        So both have one rounded cost, and what came back costs what it cost when it left.
        """
        lines: list[Line] = []
        for source in self.lines[row]:
            out = source.out
            if qty and out is not None and out.qty > 0 and not out.carried:
                part = self._apart(row, source, out, min(qty, out.qty))
                part.targets.append(pool)
                goods = In(part.qty, (Source(source.pool, part.qty, part),))
                lines.append(Line(pool, event.place, event.lot, part.qty, goods=goods))
                qty -= part.qty
        if qty:  # the rest of the issue went into goods that were made: at the average of where it was
            source = next(iter(self.lines[row]))
            lines.append(Line(pool, event.place, event.lot, qty, goods=In(qty, (Source(source.pool, qty),))))
        pool.ins += [line.goods for line in lines if line.goods is not None]
        return lines

    def _apart(self, row: int, line: Line, out: Out, qty: Exact) -> Out:
        """So much of what left, carried by itself; a line of its own, unless it is all."""
        if out.qty == qty:
            out.carried = True
            return out
        part = Out(qty, carried=True)
        line.moved += qty
        out.qty -= qty
        self.lines[row] = [*self.lines[row], replace(line, moved=-qty, out=part)]
        return part

    def _originals(self, event: Event) -> list[tuple[int, Outcome, Exact]]:
        found: list[tuple[int, Outcome, Exact]] = []
        rest = event.qty
        for row in event.refs:
            original = self.state.outcomes.get(row)
            if original is None or original.status == "refused":
                raise _refused_reference(self.state, row, "the row that this one returns is not in the book")
            if self.state.events[row].item != event.item:
                raise wrong_item(event, self.state.events[row])
            taken = min(rest, original.qty - original.returned_qty)
            found += [(row, original, taken)] if taken > 0 else []
            rest -= taken
        if rest > 0:
            raise _beyond(self.state, event, "more comes back than went out")
        return found

    def to_supplier(self, event: Event) -> list[Line]:
        """Goods that go back: a negative receipt at the price stated or of their receipt, else at the average."""
        state, policy = self.state, self.state.policy
        lot = event.lot
        if lot is None and event.refs and event.refs[0] in state.events:
            lot = state.events[event.refs[0]].lot
        pool = self.pool(event.item, event.place, lot)
        wanted: Exact | None = None
        if policy.purchase_returns == "stated_price" and event.amount is not None:
            wanted = event.amount
        elif policy.purchase_returns != "as_next_issue":
            wanted = self._cost_of_receipts(event)
        for received, qty in self._receipts(event):
            received.returned += qty
        beyond = wanted is not None and not pool.ins and not 0 <= wanted <= pool.fixed_value
        if beyond:
            message = f"{event.item} goes back at the average: its own cost is more than all that is on hand is worth"
            state.warn(event.row, "returned_at_average", message, "value what is on hand, or return before it was sold")
        if wanted is None or beyond:
            return [Line(pool, event.place, lot, -event.qty, out=Out(event.qty))]
        pool.bring(-event.qty, -wanted)
        return [Line(pool, event.place, lot, -event.qty, -wanted, parts=(Part(wanted, "own", event.row),))]

    def _receipts(self, event: Event) -> list[tuple[Received, Exact]]:
        found: list[tuple[Received, Exact]] = []
        rest = event.qty
        for row in event.refs:
            if row in self.state.events and self.state.events[row].item != event.item:
                raise wrong_item(event, self.state.events[row])
            received = self.state.received.get(row)
            if received is None:
                outcome = self.state.outcomes.get(row)
                if outcome is None or outcome.status == "refused":
                    raise _refused_reference(self.state, row, "the row that this one returns is not in the book")
                return []
            taken = min(rest, received.kept)
            found += [(received, taken)] if taken > 0 else []
            rest -= taken
        if event.refs and rest > 0:
            raise _beyond(self.state, event, "more goes back than was received")
        return found

    def _cost_of_receipts(self, event: Event) -> Exact | None:
        """What the receipts referred to cost; ``None`` where none is, or one has no cost before the month's end."""
        receipts = self._receipts(event)
        unknown = any(line.goods is not None for row in event.refs for line in self.lines.get(row, ()))
        if not receipts or unknown:
            return None
        share, total = self.state.rounder.share, Fraction(0)
        for received, qty in receipts:
            whole = received.qty + received.added_qty
            value = received.total + sum(self.state.received[row].total for row in received.added_rows)
            total += share(value, received.returned + qty, whole) - share(value, received.returned, whole)
        return total.numerator if total.denominator == 1 else total

    # -- what was counted --------------------------------------------------------------------------------------------

    def count(self, event: Event) -> list[Line]:
        """The difference of a count: a loss at the average; a gain at the cost stated, else at the average."""
        difference = event.qty - self._book_quantity(event)
        self.state.outcomes[event.row].difference_qty = difference
        pool = self.pool(event.item, event.place, event.lot)
        line = Line(pool, event.place, event.lot, difference)
        if difference > 0 and event.rate is not None:
            line.value = self.state.rounder.money(difference * event.rate)
            line.parts = (Part(line.value, "count", event.row),)
            pool.bring(difference, line.value)
        elif difference:
            line.out = Out(-difference)
        return [line]

    def _book_quantity(self, event: Event) -> Exact:
        """What lies there when it is counted."""
        held = self.state.placed.get((event.item, event.place), 0)
        if event.lot is not None:
            held = self.state.lots.get((event.item, event.place), {}).get(event.lot, 0)
        for other in self.events:
            if other is event:
                break
            if other.item == event.item:
                lines = self.lines.get(other.row, ())
                here = [line for line in lines if line.place == event.place and event.lot in (None, line.lot)]
                held += sum(line.moved for line in here)
        return held


def _missing_cost(event: Event) -> StockError:
    return StockError(
        "missing_cost",
        f"{event.type} of {event.item} has no cost",
        field="unit_cost",
        hint="give amount or unit_cost, or an invoice_price_change row that refers to it",
    )


def _refused_reference(state: State, row: int, message: str) -> StockError:
    return StockError(
        "refused_reference",
        message,
        field="ref",
        value=state.events[row].id or row + 1 if row in state.events else row + 1,
        hint="mend the row it refers to; it must not come in a later period",
    )


def _beyond(state: State, event: Event, message: str) -> StockError:
    return StockError(
        "return_beyond_original",
        message,
        field="qty",
        value=Fraction(event.qty) / 10**state.scales.qty_places,
        hint="refer to every row that it returns, or enter the rest as a row of its own",
    )


_Reader = Callable[[Reading, Event], list[Line]]


def _not_here(reading: Reading, event: Event) -> list[Line]:
    raise not_here(event)


def _nothing(reading: Reading, event: Event) -> list[Line]:
    return _ZERO


_PASSES: tuple[dict[str, _Reader], ...] = (
    {
        **dict.fromkeys(("opening", "receipt", "adjust_in"), Reading.receive),
        **dict.fromkeys(sorted(OUT_TYPES), Reading.issue),
        "transfer": Reading.transfer,
        "charge_bill": _nothing,
        "sales_invoice": _nothing,
        **dict.fromkeys(
            (
                "standard_price",
                "write_down",
                "write_down_reversal",
                "method_change",
                "scope_change",
                "base_unit_change",
            ),
            _not_here,
        ),
    },
    {"assembly": Reading.make, "disassembly": Reading.make, "sales_return": Reading.from_customer},
    {"purchase_return": Reading.to_supplier},
    {"count": Reading.count},
    {"revalue": revalue, "landed_cost": landed_cost, "invoice_price_change": invoice_price},
)
_MOVING = frozenset({*IN_TYPES, *OUT_TYPES, "transfer", "sales_return", "purchase_return"})
