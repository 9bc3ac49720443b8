"""Every choice that practice leaves open, by name, with its default.

A ``Policy`` is plain data: frozen, comparable, picklable, and part of every result.  The words are those of the golden
cases, so that a case and a book state their habits in one vocabulary.

Invariant: a policy that exists is complete and free of contradictions; what a framework of accounting does not allow
is asked by ``check_framework``, apart from it, because an analysis may waive that.

>>> Policy(method="fifo").rounding.rule
'cumulative'
>>> Policy(method="fifo", negative_stock="never")
Traceback (most recent call last):
...
jxc.errors.PolicyError: there is no such choice (negative_stock: never); use one of refuse, last_rate_then_reset, \
estimate_then_correct, reset_on_next_receipt, cost_reset_to_next_receipt, allow
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal, Self, TypeAlias, get_args

from jxc.errors import PolicyError
from jxc.kernel.rounding import RoundingMode, check_mode

__all__ = [
    "Charges",
    "CostRounding",
    "Policy",
    "RoundingRule",
    "Scope",
]

Scope: TypeAlias = Literal["item", "item+location", "item+lot", "item+location+lot"]
"""Where one cost pool lives: 总仓核算 (item), 分仓核算 (item+location), or either per lot."""

RoundingRule: TypeAlias = Literal[
    "cumulative",
    "slice_last_takes_rest",
    "residual_to_stock",
    "residual_to_issue",
    "unit_cost",
    "unit_cost_layers",
    "none",
]

Charges: TypeAlias = Literal["restate", "split_on_hand_sold", "all_to_stock", "to_expense", "to_price_difference"]

_SCOPES = {"company": "item", "place": "item+location", "location": "item+location", "lot": "item+location+lot"}
_NEEDS_PLACES = ("residual_to_stock", "residual_to_issue", "unit_cost", "unit_cost_layers")


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRounding:
    """How a cost becomes money.

    ``cumulative`` (default): what a layer or pool has handed out so far is rounded, never the slice, so slices tie
    however they are cut.  ``slice_last_takes_rest``: every slice of what is left is rounded.  ``residual_to_stock`` and
    ``residual_to_issue`` (倒挤) multiply a unit cost rounded to ``unit_cost_places`` and leave the residue in stock
    or in the issue.  ``unit_cost`` and ``unit_cost_layers`` carry a rounded unit cost, as some systems do; what they
    lose is listed as a gap.  ``none``: exact fractions.
    """

    rule: RoundingRule = "cumulative"
    unit_cost_places: int | None = None
    money_places: int | None = None
    mode: RoundingMode = "half_up"

    def __post_init__(self) -> None:
        _check_word("rounding.rule", self.rule, get_args(RoundingRule))
        check_mode(self.mode)
        if self.rule in _NEEDS_PLACES and self.unit_cost_places is None:
            raise PolicyError(
                "missing_unit_cost_places",
                f"the rule {self.rule} rounds a unit cost",
                field="rounding.unit_cost_places",
                hint="say to how many places",
            )


_MAPPINGS = ("place_groups", "standard_cost", "item_methods", "location_methods")


def _no_mapping() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The choices under which a history is valued; the first word of each is what ``jxc.value`` takes by default.

    ``method``: the costing method, for the whole book; ``item_methods`` and ``location_methods`` override it.
    ``scope``: where one cost pool lives.  ``place_groups``: place -> name of the group that shares a pool.
    ``replay``: ``by_date`` orders by date, time, ``same_moment``, entry; ``entry_order`` values as entered.
    ``same_moment``: ``receipts_first``, ``as_entered``, or ``by_day`` (issues of a day at the average of its end).
    ``system``: ``perpetual``, or ``periodic``: per ``period`` everything is received before anything is issued.
    ``negative_stock``: ``refuse``, or what an issue beyond stock costs and how the next receipt settles it.
    ``missing_cost``: a receipt without cost is refused (``refuse``) or comes in at the current unit cost.
    ``returns``, ``return_layer``: what goods returned by a customer cost, and where in the queue they go.
    ``purchase_returns``: what goods returned to a supplier take along.
    ``landed_cost``, ``invoice_difference``: where a charge or a price that arrives late goes.
    ``transfer_layers``: what a transfer does to the layers; ``transfer_freight``: ``capitalise`` or ``expense``.
    ``pick``: the rule for picking among lots (default: the method's); ``lot_pick="fefo"``: earliest expiry first.
    ``qty_places``: the places at which a shortage is measured.  ``initial_unit_cost``: known before the first event.
    ``write_down_reversal``: whether a write-down may be taken back (IAS 2.33, CAS 1 art. 19: yes; US GAAP: no).
    """

    method: str = "fifo"
    scope: Scope = "item+location"
    place_groups: Mapping[str, str] = field(default_factory=_no_mapping)
    replay: Literal["by_date", "entry_order"] = "by_date"
    same_moment: Literal["receipts_first", "as_entered", "by_day"] = "receipts_first"
    system: Literal["perpetual", "periodic"] = "perpetual"
    period: Literal["month", "quarter", "year", "all"] = "month"
    negative_stock: Literal[
        "refuse",
        "last_rate_then_reset",
        "estimate_then_correct",
        "reset_on_next_receipt",
        "cost_reset_to_next_receipt",
        "allow",
    ] = "refuse"
    negative_lots: Literal["refuse", "allow"] = "refuse"
    missing_cost: Literal["refuse", "current_cost"] = "refuse"
    zero_quantity: Literal["refuse", "ignore"] = "refuse"
    rounding: CostRounding = field(default_factory=CostRounding)
    returns: Literal["original_cost", "original_layers", "current_cost"] = "original_cost"
    return_layer: Literal["new", "original"] = "new"
    purchase_returns: Literal["original_cost", "matching_rate", "as_next_issue", "stated_price"] = "original_cost"
    landed_cost: Charges = "restate"
    invoice_difference: Charges = "restate"
    transfer_layers: Literal["keep", "arrival_date", "collapse"] = "keep"
    transfer_freight: Literal["capitalise", "expense"] = "capitalise"
    pick: (
        Literal[
            "fifo",
            "lifo",
            "hifo",
            "lofo",
            "average",
            "strict",
            "strict_with_size",
            "average_of_match",
            "none",
            "by_location",
        ]
        | None
    ) = None
    lot_pick: Literal["fefo"] | None = None
    place_check: Literal["refuse_if_older_elsewhere"] | None = None
    sale_price_check: Literal["optional", "required"] = "optional"
    standard_cost: Mapping[str, Fraction] = field(default_factory=_no_mapping)
    item_methods: Mapping[str, str] = field(default_factory=_no_mapping)
    location_methods: Mapping[str, str] = field(default_factory=_no_mapping)
    qty_places: int | None = None
    initial_unit_cost: Fraction | None = None
    write_down_reversal: Literal["allow", "refuse"] = "allow"

    def __post_init__(self) -> None:
        for name, words in _WORDS.items():
            _check_word(name, getattr(self, name), words)
        for name in _MAPPINGS:
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        if self.negative_stock == "allow" and self.negative_lots != "allow":
            raise PolicyError(
                "contradiction",
                "negative stock can be allowed outright only lot by lot",
                field="negative_stock",
                value="allow",
                hint="set negative_lots='allow', or choose how a shortage is costed",
            )

    def with_(self, **changes: Any) -> Self:
        """The same policy with some choices changed; ``scope`` also takes ``company``, ``place`` and ``lot``."""
        known = {f.name for f in fields(self)}
        for name in changes:
            _check_word("policy", name, tuple(sorted(known)))
        if "scope" in changes:
            changes["scope"] = _SCOPES.get(changes["scope"], changes["scope"])
        return replace(self, **changes)

    @property
    def by_place(self) -> bool:
        """Whether each place (or group of places) has cost pools of its own."""
        return "location" in self.scope

    @property
    def by_lot(self) -> bool:
        """Whether each lot has a cost pool of its own."""
        return "lot" in self.scope.split("+")

    def __reduce__(self) -> tuple[Any, ...]:
        content: dict[str, Any] = {f.name: getattr(self, f.name) for f in fields(self)}
        for name in _MAPPINGS:
            content[name] = dict(content[name])
        return _restore, (content,)

    def __hash__(self) -> int:
        return hash((self.method, self.scope, self.replay, self.same_moment, self.negative_stock, self.rounding))


def _restore(content: dict[str, Any]) -> Policy:
    return Policy(**content)


def _check_word(name: str, word: object, words: tuple[object, ...]) -> None:
    if word not in words:
        shown = ", ".join(str(w) for w in words if w is not None)
        raise PolicyError(
            "unknown_choice", "there is no such choice", field=name, value=word, hint=f"use one of {shown}"
        )


_WORDS: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {
        "scope": get_args(Scope),
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
            "allow",
        ),
        "negative_lots": ("refuse", "allow"),
        "missing_cost": ("refuse", "current_cost"),
        "zero_quantity": ("refuse", "ignore"),
        "returns": ("original_cost", "original_layers", "current_cost"),
        "return_layer": ("new", "original"),
        "purchase_returns": ("original_cost", "matching_rate", "as_next_issue", "stated_price"),
        "landed_cost": ("restate", "split_on_hand_sold", "all_to_stock", "to_expense"),
        "invoice_difference": (
            "restate",
            "split_on_hand_sold",
            "all_to_stock",
            "to_expense",
            "to_price_difference",
        ),
        "transfer_layers": ("keep", "arrival_date", "collapse"),
        "transfer_freight": ("capitalise", "expense"),
        "pick": (
            None,
            "fifo",
            "lifo",
            "hifo",
            "lofo",
            "average",
            "strict",
            "strict_with_size",
            "average_of_match",
            "none",
            "by_location",
        ),
        "lot_pick": (None, "fefo"),
        "place_check": (None, "refuse_if_older_elsewhere"),
        "sale_price_check": ("optional", "required"),
        "write_down_reversal": ("allow", "refuse"),
    }
)
