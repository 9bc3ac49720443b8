"""Revenue and the cost that goes with it: by the revenue point of the sales line, in parts, in the period of revenue.

    delivery                                    revenue and cost at the delivery; the invoice may come later
    acceptance, instalment, agent_list, invoice cost waits in goods shipped (1406) until its revenue

The delivery itself is posted by its stock fact, with the same ``revenue_point``.  What is recognised of a shipment
takes its share of the cost; shares telescope, so parts come to the whole.  Sources: 企业会计准则第14号 articles 4, 5
and 13 (control passes; consignment); 小企业会计准则 articles 58 to 60 (when revenue is recognised, by way of selling).

Invariant: cost recognised + cost waiting = cost of the shipment, at any cost that it is found to have later.

>>> sent = Shipment("SO-1", Fraction(100), 600000, revenue_point="agent_list", attributes={"party": "AGENT"})
>>> listed = sent.recognise("2026-01-20", Fraction(40), net=400000, tax=52000, doc="L-1")
>>> [(event.total("gross"), event.total("cost")) for event in listed.events], listed.shipment.waiting_cost
([(452000, 240000)], 360000)
>>> [event.total("cost") for event in listed.shipment.recost("2026-02-03", 700000).events]
[40000]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from jxc.errors import LedgerError, PolicyError
from jxc.kernel.frozen import FrozenMap
from jxc.kernel.rounding import part
from jxc.posting.events import BusinessEvent

__all__ = ["RevenuePoint", "Shipment", "ShipmentStep", "not_invoiced"]

RevenuePoint: TypeAlias = Literal["delivery", "acceptance", "instalment", "agent_list", "invoice"]


@dataclass(frozen=True, slots=True)
class Shipment:
    """What was delivered of a sales line, at what cost (minor units), and how far it is recognised and invoiced.

    ``awaiting_tax``: output tax whose day is still to come (待转销).
    """

    id: str
    qty: Fraction
    cost: int
    revenue_point: RevenuePoint = "delivery"
    recognised: Fraction = Fraction(0)
    invoiced: Fraction = Fraction(0)
    awaiting_tax: int = 0
    attributes: Mapping[str, str] = field(default_factory=FrozenMap[str])

    def __post_init__(self) -> None:
        if self.revenue_point not in get_args(RevenuePoint):
            hint = f"one of {', '.join(get_args(RevenuePoint))}"
            value = self.revenue_point
            raise PolicyError(
                "unknown_choice", "there is no such choice", field="revenue_point", value=value, hint=hint
            )

    @property
    def recognised_cost(self) -> int:
        """The cost of what is recognised as revenue."""
        return part(self.cost, self.recognised, self.qty) if self.qty else 0

    @property
    def waiting_cost(self) -> int:
        """The cost of what is shipped and whose revenue is to come; it stands in 1406."""
        return 0 if self.revenue_point == "delivery" else self.cost - self.recognised_cost

    @property
    def not_invoiced(self) -> Fraction:
        """The quantity that is shipped and not invoiced."""
        return self.qty - self.invoiced

    def recognise(
        self,
        day: date | str,
        qty: Fraction,
        *,
        net: int,
        tax: int = 0,
        doc: str = "",
        invoiced: bool = True,
        **more: str,
    ) -> ShipmentStep:
        """Revenue of a part, with its cost where that waits; without an invoice its tax awaits its day.

        Raises ``LedgerError`` ``recognised_beyond_shipment``.
        """
        self._check(qty, self.qty - self.recognised)
        after = replace(
            self,
            recognised=self.recognised + qty,
            invoiced=self.invoiced + qty if invoiced else self.invoiced,
            awaiting_tax=self.awaiting_tax + (0 if invoiced else tax),
        )
        waits = self.revenue_point != "delivery"
        cost = after.recognised_cost - self.recognised_cost if waits else 0
        words = {**self.attributes, "revenue_point": self.revenue_point, "tax_due": "yes" if invoiced else "no", **more}
        amounts = {"net": net, "tax": tax, "cost": cost}
        return ShipmentStep(after, (_event("sales_invoice", self, day, amounts, doc, words),))

    def invoice(self, day: date | str, qty: Fraction, *, tax: int, doc: str = "", **more: str) -> ShipmentStep:
        """The invoice for what was recognised before: its tax is due now.  ``recognised_beyond_shipment``."""
        self._check(qty, self.recognised - self.invoiced)
        after = replace(self, invoiced=self.invoiced + qty, awaiting_tax=self.awaiting_tax - tax)
        words = {**self.attributes, **more}
        return ShipmentStep(after, (_event("tax_due", self, day, {"tax": tax}, doc, words),) if tax else ())

    def recost(self, day: date | str, cost: int) -> ShipmentStep:
        """The shipment is found to have cost something else: what was recognised follows."""
        after = replace(self, cost=cost)
        change = after.recognised_cost - self.recognised_cost
        waits = self.revenue_point != "delivery" and change
        event = _event("goods_shipped", self, day, {"cost": change}, "", self.attributes)
        return ShipmentStep(after, (event,) if waits else ())

    def send_back(self, qty: Fraction, cost: int) -> Shipment:
        """Goods come back before their revenue: the stock fact of the return takes their cost out of 1406."""
        self._check(qty, self.qty - self.recognised)
        return replace(self, qty=self.qty - qty, cost=self.cost - cost)

    def _check(self, qty: Fraction, most: Fraction) -> None:
        if not 0 < qty <= most:
            raise LedgerError(
                "recognised_beyond_shipment",
                f"{most} of {self.id} are left",
                field="qty",
                value=qty,
                hint="what was not shipped has no revenue",
            )


@dataclass(frozen=True, slots=True)
class ShipmentStep:
    """The shipment afterwards, and the events to post."""

    shipment: Shipment
    events: tuple[BusinessEvent, ...]


def not_invoiced(shipments: Iterable[Shipment]) -> tuple[Shipment, ...]:
    """The list of what is shipped and not invoiced (发出未开票), whatever of it is revenue already."""
    return tuple(one for one in shipments if one.not_invoiced)


def _event(
    kind: str, one: Shipment, day: date | str, amounts: Mapping[str, int], doc: str, words: Mapping[str, str]
) -> BusinessEvent:
    return BusinessEvent.of(kind, day, amounts, source=f"{one.id}/{doc or day}", doc=doc, given=words)
