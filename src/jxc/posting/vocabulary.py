"""The closed lists of posting: kinds of events with their amounts, roles, attributes.

    kind          amounts (free)                                     derived from them
    receipt       cost, charges, variance, ...                       value = cost + charges - variance - ...
    issue         cost, variance, ...                                value = cost + variance + ... - charges
    sales_invoice net, tax, discount, cost                           gross = net + tax

Every amount is above zero in the usual case; which side it stands on is what a rule says.  The *free* amounts may have
any values; a *derived* one is a sum of them, and that is what makes it possible to check, when a rule is loaded, that
it balances whatever the amounts will be.

Invariant: a derived amount is a sum of free ones, each taken once, added or subtracted.

>>> KINDS["sales_invoice"].derived["gross"]
FrozenMap({'net': 1, 'tax': 1})
>>> KINDS["issue"].form("value")["cost"], KINDS["issue"].form("cost")
(1, {'cost': 1})
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jxc.kernel.frozen import FrozenMap

__all__ = ["ATTRIBUTES", "KINDS", "ROLES", "EventKind"]


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event: its free amounts, those derived from them, what it is, and the module it belongs to.

    ``module``: which sub-ledger posts it, unless its rule says another; several with a plus between them.
    """

    name: str
    free: tuple[str, ...]
    derived: FrozenMap[FrozenMap[int]]
    meaning: str
    module: str = "stock"

    @property
    def amounts(self) -> tuple[str, ...]:
        """The names of all amounts, the derived ones last."""
        return (*self.free, *self.derived)

    def form(self, amount: str) -> Mapping[str, int]:
        """An amount as a sum of free ones: name -> how often."""
        return self.derived.get(amount) or {amount: 1}


_BESIDE = ("variance", "price_difference", "expensed", "used", "lost", "consumed", "returned", "revalued", "gap")
"""What may stand beside the cost of goods, on the debit side, whichever way the goods go.

``variance``: actual less standard.  ``expensed``, ``used``, ``lost``, ``consumed``, ``returned``: the part that
concerns goods already sold, used, lost, put into production, sent back.  ``gap``: value that no movement carries.
"""


def _form(*words: str) -> FrozenMap[int]:
    return FrozenMap({word.lstrip("-"): -1 if word.startswith("-") else 1 for word in words})


def _kind(name: str, free: tuple[str, ...], meaning: str, **derived: FrozenMap[int]) -> EventKind:
    return EventKind(name, free, FrozenMap(derived), meaning, _MODULES.get(name, "stock"))


_MODULES: Mapping[str, str] = MappingProxyType({
    **dict.fromkeys(("purchase_bill", "charge_bill", "purchase_return_bill"), "purchases+stock"),
    "tax_certified": "purchases",
    "sales_invoice": "sales+stock",
    **dict.fromkeys(("sales_return_invoice", "sales_allowance", "tax_due", "agent_fee"), "sales"),
    "payment_in": "cash+sales",
    "payment_out": "cash+purchases",
})  # fmt: skip
"""The kinds that are not of stock alone: a supplier's invoice clears goods received (220202) and owes (220201)."""


def _inward(name: str, meaning: str) -> EventKind:
    """Goods or value come in: debit ``value`` and what stands beside it, credit ``cost`` and ``charges``."""
    value = _form("cost", "charges", *(f"-{word}" for word in _BESIDE))
    return _kind(name, ("cost", "charges", *_BESIDE), meaning, value=value)


def _outward(name: str, meaning: str, *more: str) -> EventKind:
    """Goods go out: credit ``value`` and ``charges``, debit ``cost`` and what stands beside it."""
    beside = (*_BESIDE, "quantity_variance")
    value = _form("cost", "-charges", *beside)
    return _kind(name, ("cost", "charges", *beside, "released", *more), meaning, value=value)


_GROSS = _form("net", "tax")

_STOCK = (
    _inward("opening", "what was there when the book began"),
    _inward("receipt", "goods received, not invoiced"),
    _inward("production", "goods made or put together, at the cost of what went into them"),
    _inward("adjust_in", "goods found"),
    _inward("count_surplus", "more counted than in the book (盘盈)"),
    _inward("sales_return", "goods back from the customer, at cost"),
    _inward("landed_cost", "a charge on goods received, or a rebate"),
    _inward("invoice_price_change", "the supplier's invoice says another price"),
    _inward("revalue", "value put up or down"),
    _inward("standard_price", "another standard or planned price"),
    _outward("issue", "goods go out: sold, used, given away (see the attribute reason)", "tax"),
    _outward("consumption", "goods go into production or an assembly"),
    _outward("scrap", "goods thrown away or lost", "tax"),
    _outward("adjust_out", "goods missing", "tax"),
    _outward("count_shortage", "less counted than in the book (盘亏)", "tax"),
    _outward("purchase_return", "goods back to the supplier"),
    _kind(
        "transfer",
        ("left", "charges", "freight", "tax", *_BESIDE),
        "goods go from a place to another",
        arrived=_form("left", "charges", *(f"-{word}" for word in _BESIDE)),
    ),
    _kind("write_down", ("loss",), "stock written down to its net realisable value (跌价准备)"),
    _kind("write_down_reversal", ("recovered",), "a write-down taken back"),
    _kind("stock_variation", ("change",), "periodic inventory: closing stock less opening stock"),
    _kind("goods_shipped", ("cost",), "cost of goods shipped before, whose revenue is recognised now"),
    _kind("consigned_in", ("value",), "goods of others come to us, to be sold for them (受托代销)"),
    _kind("consigned_out", ("value",), "goods of others leave us"),
)

_PRICE = (
    *("estimate", "booked_difference", "on_the_way", "stock_difference", "expensed", "variance"),
    "price_difference",
)
"""What the net amount of a supplier's invoice is made of.

``estimate``: what was booked of it at the receipt; ``booked_difference``: what a stock fact books against it;
``on_the_way``: goods that have not come yet (在途物资); the others are booked with the invoice.
"""

_DOCUMENTS = (
    _kind("estimate", ("cost",), "goods received, not invoiced, estimated (暂估)"),
    _kind("estimate_reversed", ("cost",), "an estimate taken back in red"),
    _kind(
        "purchase_bill",
        (*_PRICE, "tax"),
        "the supplier's invoice: what was estimated of it, and how its price differs",
        net=_form(*_PRICE),
        gross=_form(*_PRICE, "tax"),
    ),
    _kind("arrival", ("cost",), "goods come that were invoiced before"),
    _kind("charge_bill", ("net", "tax"), "an invoice for freight and other charges on goods", gross=_GROSS),
    _kind("purchase_return_bill", ("net", "tax"), "the supplier's red invoice for goods sent back", gross=_GROSS),
    _kind("sales_invoice", ("net", "tax", "cost"), "revenue, with the cost of what was shipped before", gross=_GROSS),
    _kind("sales_return_invoice", ("net", "tax"), "a red invoice for goods that came back", gross=_GROSS),
    _kind("sales_allowance", ("net", "tax"), "a red invoice for a lower price", gross=_GROSS),
    _kind("tax_due", ("tax",), "output tax whose day has come"),
    _kind("tax_certified", ("tax",), "input tax that was certified"),
    _kind("agent_fee", ("net", "tax"), "what an agent keeps for selling our goods", gross=_GROSS),
    _kind("loss_approved", ("borne", "compensated", "tax"), "a shortage or loss disposed of"),
    _kind("gain_approved", ("gain",), "a surplus disposed of"),
)

_MONEY = ("cash", "discount", "fee", "exchange_loss", "exchange_gain", "small_difference", "advance_used", "advance")

_PAYMENTS = (
    _kind(
        "payment_in",
        _MONEY,
        "money from a customer",
        cleared=_form(
            *("cash", "discount", "fee", "exchange_loss", "-exchange_gain", "small_difference"),
            *("advance_used", "-advance"),
        ),
    ),
    _kind(
        "payment_out",
        _MONEY,
        "money to a supplier",
        cleared=_form(
            *("cash", "discount", "-fee", "-exchange_loss", "exchange_gain", "small_difference"),
            *("advance_used", "-advance"),
        ),
    ),
)
"""``cleared``: what is settled of a claim or debt.  ``advance``: what stays as one; ``advance_used``: what was one."""

KINDS: Mapping[str, EventKind] = MappingProxyType({kind.name: kind for kind in (*_STOCK, *_DOCUMENTS, *_PAYMENTS)})
"""Every kind of event by its name."""

ATTRIBUTES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "reason": (),
    "place_kind": (
        *("warehouse", "shop", "bin", "production", "transit"),
        *("customer", "supplier", "agent", "count", "loss"),
    ),
    "owned": ("yes", "no"),
    "item_group": (),
    "item": (),
    "place": (),
    "lot": (),
    "party": (),
    "party_kind": (),
    "department": (),
    "project": (),
    "doc": (),
    "method": (),
    "tax_regime": ("general", "small_scale", "exempt"),
    "tax_due": ("yes", "no"),
    "certified": ("yes", "no"),
    "revenue_point": ("delivery", "acceptance", "instalment", "agent_list", "invoice"),
    "estimate_way": ("month_start", "on_invoice", "difference"),
    "freight": ("cost", "expense"),
    "component": ("plan", "variance", "retail", "margin"),
    "paid_by": (),
    "currency": (),
})  # fmt: skip
"""What a predicate may ask for, and the words it may hold (none: any)."""

ROLES = frozenset({
    *("goods", "inventory", "raw_materials", "goods_in_transit", "goods_shipped", "work_in_process"),
    *("material_variance", "retail_margin", "purchases_at_actual", "purchases", "purchases_expense"),
    *("stock_variation", "stock_change", "stock_allowance", "impairment_loss", "allowance_released", "grni"),
    *("estimated_payable", "payable", "receivable", "other_receivable", "bank", "cash", "advance_to_supplier"),
    *("advance_from_customer", "revenue", "other_revenue", "sales_returns", "cost_of_sales"),
    *("discount_allowed", "discount_received", "bank_fee", "exchange_gain", "exchange_loss"),
    *("small_difference", "expense", "finance_cost", "selling_expense", "administrative_expense"),
    *("purchase_freight", "production_clearing", "stock_adjustment", "stock_surplus", "pending_loss"),
    *("count_gain", "count_loss", "abnormal_loss", "landed_cost_clearing", "purchase_variance"),
    *("quantity_variance", "price_difference", "revaluation", "valuation_gap", "opening_balance", "input_tax"),
    *("input_tax_awaiting", "input_tax_transferred_out", "output_tax", "output_tax_awaiting"),
    *("small_scale_tax", "consigned_goods", "consigned_goods_payable"),
})  # fmt: skip
"""What an account is for, as rules call it; the table says which role of the chart plays it."""
