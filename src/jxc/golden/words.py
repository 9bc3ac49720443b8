"""The words of the format: the fields of a case, of its policy and its events, and what those that are words may say.

    CASE, POLICY, EVENT, ...   every field that the format names for valuation, those that only inform included
    CHOICES, EVENT_CHOICES     field -> the words it may hold, for fields that nothing else checks
    SAID_ELSEWHERE             fields of older notes, which nothing reads: where to say it instead

Invariant: a word that is neither here nor in ``jxc.costing.policy`` fails its case; none passes without effect unseen.

>>> known("lifo", CHOICES["pick"])
>>> known("lifoo", CHOICES["pick"])
"'lifoo' (did you mean lifo?)"
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType

__all__ = [
    "AFTER",
    "CASE",
    "CHOICES",
    "CLOSING",
    "EVENT",
    "EVENT_CHOICES",
    "EVENT_NUMBERS",
    "KINDS",
    "METHODS",
    "POLICY",
    "SAID_ELSEWHERE",
    "TABLES",
    "known",
]

KINDS = ("valuation", "ledger", "matching", "reconciliation")
METHODS = (
    *("fifo", "lifo", "hifo", "lofo", "moving_average", "periodic_average", "standard", "specific"),
    *("retail", "gross_profit", "other"),
)
CASE = (
    *("id", "kind", "source", "method", "submethod", "currency_places", "qty_places", "initial_unit_cost", "policy"),
    *("events", "items", "inputs", "expect"),
    *("notes", "tags", "from_source", "provenance", "answer_in_source", "source_ref"),
)
POLICY = (
    *("replay", "same_moment", "scope", "negative_stock", "rounding", "view_places", "returns", "return_layer"),
    *("purchase_returns", "zero_quantity", "negative_lots", "system", "transfer_layers", "transfer_freight"),
    *("transit_loss", "landed_cost", "invoice_difference", "allocation", "variance", "standard_cost", "item_methods"),
    *("location_methods", "pick", "lot_pick", "place_check", "sale_price_check", "retail_variant", "rate_basis"),
    *("nrv_level", "journal"),
)
EVENT_NUMBERS = (
    *("qty", "unit_cost", "amount", "sale_price", "credit_price", "received_qty", "freight", "add_amount", "share"),
    *("share_weight", "unit_weight", "unit_volume", "standard_qty_allowed", "standard_amount", "variance_amount"),
    *("retail_amount", "sales_amount", "allowance", "cost", "nrv"),
)
EVENT = (
    *("id", "date", "time", "type", "item", "location", "to_location", "lot", "expiry", "lot_date", "currency"),
    *("refs", "reason", "doc", "batch", "lots", "lot_match", "cost_from", "foreign", "allocate_by", "weights"),
    *("shares", "direction", "expect", "expect_final", *EVENT_NUMBERS),
    *("entered_as", "entered", "entry_no", "price", "normal_loss_qty", "qty_invoiced", "cost_elements", "estimated"),
    *("step", "uom", "uom_factor", "of", "provisional_unit_cost"),
)
CLOSING = ("item", "location", "lot")
"""The fields of a closing line that say what it is about; all others are figures."""

TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "rounding": ("rule", "unit_cost_places", "money_places", "mode", "rate_places", "ratio_places"),
    "foreign": ("currency", "rate", "unit_cost", "amount"),
    "lot_match": ("unit_cost", "lot_date", "lot", "currency"),
    "lots": ("lot", "qty"),
    "items": ("item", "cost", "nrv", "qty", "unit_cost", "unit_nrv", "allowance_before", "group"),
})  # fmt: skip
"""The fields of the tables inside a case."""

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "transit_loss": ("normal", "abnormal"),
    "allocation": ("last_takes_rest",),
    "variance": ("at_receipt", "rate_at_period_end"),
    "pick": (
        *("fifo", "lifo", "hifo", "lofo", "average", "average_of_match", "strict", "strict_with_size", "none"),
        "by_location",
    ),
    "retail_variant": ("margin_rate", "conventional", "cost", "average", "fifo", "lifo", "markup_on_cost"),
    "rate_basis": ("sales", "cost", "prior_cost_ratio"),
    "nrv_level": ("item", "group", "total"),
    "journal": ("anglo_saxon", "continental", "invoice_at_receipt"),
})  # fmt: skip
"""Fields of the policy that ``Policy`` does not check, for it does not have them or has fewer words."""

EVENT_CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "type": (
        *("opening", "receipt", "issue", "transfer", "adjust_in", "adjust_out", "count", "revalue", "landed_cost"),
        *("purchase_return", "sales_return", "scrap", "standard_price", "invoice_price_change", "charge_bill"),
        "sales_invoice",
    ),
    "allocate_by": ("value", "qty", "equal", "weight", "volume"),
    "direction": ("bill", "refund"),
})  # fmt: skip

SAID_ELSEWHERE: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "case": MappingProxyType({
        "system": "policy.system",
        "rounding": "policy.rounding",
        "unit_cost_places": "policy.rounding.unit_cost_places",
        "options": "policy",
        "ext": "batch of the events",
    }),
    "event": MappingProxyType({"ref": "refs"}),
})  # fmt: skip

AFTER = ("unit_cost_after",)
"""What is expected of an event as a table whose keys are ids of events."""


def known(word: object, words: tuple[str, ...]) -> str | None:
    """``None`` for a word that may stand there; else the word as shown, with its nearest neighbour if there is one."""
    if isinstance(word, str) and word in words:
        return None
    near = get_close_matches(word, words, n=1) if isinstance(word, str) else []
    return repr(word)[:60] + (f" (did you mean {near[0]}?)" if near else "")
