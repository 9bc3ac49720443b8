"""The variances of standard cost (标准成本差异) by period and category: price, exchange, quantity, production,
revaluation.

    purchase price   what was paid for receipts beyond their standard, charges and later invoices with it, at the
                     standard rate of exchange where one is given
    exchange         what of that came from rates: receipt against the standard rate, each invoice, for the units that
                     it settles, at its own rate against the receipt's
    quantity         (quantity used - standard quantity allowed) x standard
    production       goods consumed (and cost added) beyond the standard of what was made of them
    revaluation      the change of value of stock when a standard changed

Standard cost as a technique: IAS 2.21; the split into price, quantity and exchange is practice, no standard names it.

Invariant: purchase price + exchange = all that receipts, invoices and charges cost beyond the standard.

>>> from jxc.api.value import value
>>> moves = [
...     {"date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 10, "unit_cost": "11.00"},
...     {"date": "2026-01-31", "type": "standard_price", "item": "TEA", "unit_cost": "12.00"},
... ]
>>> [january] = period_variances(value(moves, method="standard", standard_cost={"TEA": 10}, currency="CNY"))
>>> january.purchase_price, january.revaluation, january.total
(Decimal('10.00'), Decimal('20.00'), Decimal('10.00'))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

from jxc.api.group_rates import period_name
from jxc.api.valuation import Valuation
from jxc.costing.events import Event
from jxc.costing.exchange import InvoiceExchange
from jxc.costing.forward import late_rule
from jxc.costing.order import period_start
from jxc.costing.outcome import Outcome
from jxc.costing.state import State
from jxc.errors import NumberError, PolicyError
from jxc.kernel.exact import from_scaled, round_decimal, to_exact
from jxc.kernel.rounding import Exact

__all__ = ["PeriodVariance", "period_variances"]

_KINDS = ("purchase_price", "exchange", "quantity", "production", "revaluation")


@dataclass(frozen=True, slots=True)
class PeriodVariance:
    """The variances of one category in one period; over-run (unfavourable) positive, but for ``revaluation``."""

    period: str
    category: str
    purchase_price: Decimal
    exchange: Decimal
    quantity: Decimal
    production: Decimal
    revaluation: Decimal

    @property
    def total(self) -> Decimal:
        """What was spent beyond the standard; a revaluation is none."""
        return self.purchase_price + self.exchange + self.quantity + self.production


def period_variances(
    valuation: Valuation, *, standard_rates: Mapping[str, object] | None = None
) -> tuple[PeriodVariance, ...]:
    """The variances of a valuation at standard cost, by period and category (``categories`` of its policy).

    ``standard_rates``: currency -> the rate of exchange that the standard was set at (book currency per unit).

    Raises ``PolicyError`` ``not_at_standard`` for another method, ``NumberError`` for a rate that is no exact number.
    """
    if not isinstance(cast("object", valuation), Valuation):
        hint = "give what jxc.value returned"
        raise PolicyError("wrong_kind", "this is no valuation", field="valuation", value=valuation, hint=hint)
    if valuation.method != "standard":
        raise PolicyError(
            "not_at_standard",
            "only standard cost has these variances",
            field="method",
            value=valuation.method,
            hint="value the movements with method='standard'; planned cost and retail have valuation.rates",
        )
    state = valuation.state
    if state is None:
        return ()
    rates = _checked_rates({} if standard_rates is None else standard_rates)
    sums: dict[tuple[int, str], dict[str, Exact]] = {}
    invoices = InvoiceExchange(state)
    for row, outcome in sorted(state.outcomes.items()):
        if outcome.status == "refused":
            continue
        for at, kind, amount in _parts(state, state.events[row], outcome, rates, invoices):
            key = period_start(at.date, state.policy.period), _category(state, at)
            held = sums.setdefault(key, dict.fromkeys(_KINDS, 0))
            held[kind] += amount
    places = state.scales.money_places
    return tuple(
        PeriodVariance(
            period_name(start, state.policy.period),
            category,
            *(_money(sums[start, category][k], places) for k in _KINDS),
        )
        for start, category in sorted(sums)
        if any(sums[start, category].values())
    )


def _checked_rates(standard_rates: object) -> dict[str, Fraction]:
    if not isinstance(standard_rates, Mapping):
        hint = "give currency -> rate"
        raise PolicyError("wrong_kind", "rates are a mapping", field="standard_rates", value=standard_rates, hint=hint)
    given = cast("Mapping[str, object]", standard_rates)
    rates = {code: Fraction(to_exact(rate, field="standard_rates")) for code, rate in given.items()}
    for code, rate in rates.items():
        if rate <= 0:
            hint = "book currency per unit of the other"
            message = f"the rate of {code} is not above zero"
            raise NumberError("rate_not_positive", message, field="standard_rates", value=rate, hint=hint)
    return rates


def _category(state: State, event: Event) -> str:
    """The category of the row; of an invoice or a charge that names no item, of its first receipt."""
    item = event.item
    if not item and event.refs and event.refs[0] in state.events:
        item = state.events[event.refs[0]].item
    return state.policy.categories.get(item, item)


_Part = tuple[Event, str, Exact]


def _parts(
    state: State, event: Event, outcome: Outcome, rates: Mapping[str, Fraction], invoices: InvoiceExchange
) -> list[_Part]:
    """What a row adds to which variance, in the period of which row."""
    if event.type == "standard_price":
        return [(event, "revaluation", outcome.value_change)]
    if event.type in ("landed_cost", "invoice_price_change"):
        late = outcome.expensed + outcome.price_difference
        return [(event, "purchase_price", late), *_invoice_exchange(state, event, outcome, invoices)]
    made = outcome.production_variance
    exchange = _receipt_exchange(state, event, rates)
    return [
        (event, "quantity", outcome.quantity_variance),
        (event, "production", made),
        (event, "exchange", exchange),
        (event, "purchase_price", outcome.variance - made - exchange),
    ]


def _receipt_exchange(state: State, event: Event, rates: Mapping[str, Fraction]) -> Exact:
    """The part of the price that comes from the rate of the day in place of the standard rate."""
    foreign = event.details.foreign
    if foreign is None or event.amount is None or foreign.currency not in rates:
        return 0
    return state.rounder.money(event.amount * (1 - rates[foreign.currency] / foreign.rate))


def _invoice_exchange(state: State, event: Event, outcome: Outcome, invoices: InvoiceExchange) -> list[_Part]:
    """The part of an invoice's difference that comes from its rate; a restated one is in the receipt's period."""
    found: list[_Part] = []
    restated = late_rule(state.policy, state.events, event) == "restate"
    for row, exchange in invoices.of(event).items():
        at = state.events[row] if restated else event
        found.append((at, "exchange", exchange))
        if outcome.price_difference_foreign is None:  # else the difference holds nothing of the rate
            found.append((at, "purchase_price", -exchange))
    return found


def _money(minor: Exact, places: int) -> Decimal:
    if isinstance(minor, Fraction):
        return round_decimal(minor / 10**places, 12).normalize()
    return from_scaled(minor, places)
