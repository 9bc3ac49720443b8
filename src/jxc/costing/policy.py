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
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal, Self, TypeAlias, cast, get_args

from jxc.errors import PolicyError
from jxc.kernel.dates import parse_date
from jxc.kernel.exact import to_exact
from jxc.kernel.rounding import RoundingMode, check_mode

__all__ = [
    "BeforeRun",
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

Replay: TypeAlias = Literal["by_date", "entry_order"]
SameMoment: TypeAlias = Literal["receipts_first", "as_entered", "by_day"]
System: TypeAlias = Literal["perpetual", "periodic"]
PeriodLength: TypeAlias = Literal["month", "quarter", "year", "all"]
NegativeStock: TypeAlias = Literal[
    "refuse",
    "last_rate_then_reset",
    "estimate_then_correct",
    "reset_on_next_receipt",
    "cost_reset_to_next_receipt",
    "allow",
]
MissingCost: TypeAlias = Literal["refuse", "current_cost"]
RefuseOrIgnore: TypeAlias = Literal["refuse", "ignore"]
RefuseOrAllow: TypeAlias = Literal["refuse", "allow"]
Returns: TypeAlias = Literal["original_cost", "original_layers", "current_cost"]
ReturnLayer: TypeAlias = Literal["new", "original"]
PurchaseReturns: TypeAlias = Literal["original_cost", "matching_rate", "as_next_issue", "stated_price"]
LateCharge: TypeAlias = Literal["restate", "split_on_hand_sold", "all_to_stock", "to_expense"]
TransferLayers: TypeAlias = Literal["keep", "arrival_date", "collapse"]
TransferFreight: TypeAlias = Literal["capitalise", "expense"]
PickRule: TypeAlias = Literal["strict", "strict_with_size", "average_of_match", "none"]
LotPickRule: TypeAlias = Literal["fefo"]
PlaceCheck: TypeAlias = Literal["refuse_if_older_elsewhere"]
SalePriceCheck: TypeAlias = Literal["optional", "required"]
EstimatedReceipts: TypeAlias = Literal["in_rate", "left_out"]
BeforeRun: TypeAlias = Literal["last_average", "uncosted"]
ClosedPeriods: TypeAlias = Literal["restate", "forward"]

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


_NAMES = frozenset({"place_groups", "item_methods", "location_methods", "categories"})
"""The mappings whose values are names."""
_MAPPINGS = ("place_groups", "standard_cost", "item_methods", "location_methods", "categories", "gross_margin")


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
    ``categories``: item -> the category whose rate of variance, margin or gross profit it shares; by default its own.
    ``gross_margin``: category -> the rate of gross profit on sales.  ``estimated_receipts``: whether receipts whose
    price is still an estimate are in the rate of variance.  ``run_to``: the last day that month-end runs have costed
    (none: all); ``before_run``: what issues after it cost until then, of a method that costs by period.
    ``closed_periods``: whether what restates may reach back into an earlier period (see ``forwards``).
    """

    method: str = "fifo"
    scope: Scope = "item+location"
    place_groups: Mapping[str, str] = field(default_factory=_no_mapping)
    replay: Replay = "by_date"
    same_moment: SameMoment = "receipts_first"
    system: System = "perpetual"
    period: PeriodLength = "month"
    negative_stock: NegativeStock = "refuse"
    negative_lots: RefuseOrAllow = "refuse"
    missing_cost: MissingCost = "refuse"
    zero_quantity: RefuseOrIgnore = "refuse"
    rounding: CostRounding = field(default_factory=CostRounding)
    returns: Returns = "original_cost"
    return_layer: ReturnLayer = "new"
    purchase_returns: PurchaseReturns = "original_cost"
    landed_cost: LateCharge = "restate"
    invoice_difference: Charges = "restate"
    transfer_layers: TransferLayers = "keep"
    transfer_freight: TransferFreight = "capitalise"
    pick: PickRule | None = None
    lot_pick: LotPickRule | None = None
    place_check: PlaceCheck | None = None
    sale_price_check: SalePriceCheck = "optional"
    standard_cost: Mapping[str, Fraction] = field(default_factory=_no_mapping)
    item_methods: Mapping[str, str] = field(default_factory=_no_mapping)
    location_methods: Mapping[str, str] = field(default_factory=_no_mapping)
    qty_places: int | None = None
    initial_unit_cost: Fraction | None = None
    write_down_reversal: RefuseOrAllow = "allow"
    categories: Mapping[str, str] = field(default_factory=_no_mapping)
    gross_margin: Mapping[str, Fraction] = field(default_factory=_no_mapping)
    estimated_receipts: EstimatedReceipts = "in_rate"
    run_to: date | None = None
    before_run: BeforeRun = "last_average"
    closed_periods: ClosedPeriods | None = None

    def __post_init__(self) -> None:
        for name, words in _WORDS.items():
            _check_word(name, getattr(self, name), words)
        _check_rounding(self.rounding)
        if not isinstance(self.method, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise _wrong_kind("method", self.method, "the name of a method")
        for name in _MAPPINGS:
            object.__setattr__(self, name, MappingProxyType(_checked_mapping(name, getattr(self, name))))
        costs = {item: _checked_cost("standard_cost", cost) for item, cost in self.standard_cost.items()}
        object.__setattr__(self, "standard_cost", MappingProxyType(costs))
        rates = {name: Fraction(to_exact(rate, field="gross_margin")) for name, rate in self.gross_margin.items()}
        object.__setattr__(self, "gross_margin", MappingProxyType(rates))
        if self.run_to is not None:
            object.__setattr__(self, "run_to", parse_date(self.run_to, field="run_to"))
        if self.initial_unit_cost is not None:
            initial = _checked_cost("initial_unit_cost", self.initial_unit_cost)
            object.__setattr__(self, "initial_unit_cost", initial)
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
        scope = changes.get("scope")
        if isinstance(scope, str):
            changes["scope"] = _SCOPES.get(scope, scope)
        return replace(self, **changes)

    @property
    def by_place(self) -> bool:
        """Whether each place (or group of places) has cost pools of its own."""
        return "location" in self.scope

    @property
    def goes_by_price(self) -> bool:
        """Whether what goods are sold for is asked: by the gross profit method, or ``sale_price_check``."""
        return self.method == "gross_profit" or self.sale_price_check == "required"

    @property
    def forwards(self) -> bool:
        """Whether a charge or price for goods of an earlier period stays in its own: so a period that has run stands.

        As ``closed_periods`` says; where it says nothing, as soon as ``run_to`` says that there were runs.
        """
        if self.closed_periods is None:
            return self.run_to is not None
        return self.closed_periods == "forward"

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


def _wrong_kind(name: str, value: object, wanted: str) -> PolicyError:
    return PolicyError(
        "wrong_kind", "this is not what the choice takes", field=name, value=value, hint=f"give {wanted}"
    )


def _check_rounding(value: object) -> None:
    if not isinstance(value, CostRounding):
        raise _wrong_kind("rounding", value, "a CostRounding, such as CostRounding(rule='cumulative')")


def _checked_mapping(name: str, value: object) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _wrong_kind(name, value, "a mapping, such as a dict")
    given = cast("Mapping[str, Any]", value)
    found = dict(given)
    if name in _NAMES and not all(isinstance(each, str) for each in found.values()):
        raise _wrong_kind(name, given, "names as text")
    return found


def _checked_cost(name: str, value: object) -> Fraction:
    """A unit cost as an exact fraction; a float is refused (``NumberError`` ``float_refused``)."""
    cost = Fraction(to_exact(value, field=name))
    if cost < 0:
        raise PolicyError(
            "cost_below_zero", "a unit cost is never negative", field=name, value=value, hint="give 0 or more"
        )
    return cost


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
        "replay": get_args(Replay),
        "same_moment": get_args(SameMoment),
        "system": get_args(System),
        "period": get_args(PeriodLength),
        "negative_stock": get_args(NegativeStock),
        "negative_lots": get_args(RefuseOrAllow),
        "missing_cost": get_args(MissingCost),
        "zero_quantity": get_args(RefuseOrIgnore),
        "returns": get_args(Returns),
        "return_layer": get_args(ReturnLayer),
        "purchase_returns": get_args(PurchaseReturns),
        "landed_cost": get_args(LateCharge),
        "invoice_difference": get_args(Charges),
        "transfer_layers": get_args(TransferLayers),
        "transfer_freight": get_args(TransferFreight),
        "pick": (None, *get_args(PickRule)),
        "lot_pick": (None, *get_args(LotPickRule)),
        "place_check": (None, *get_args(PlaceCheck)),
        "sale_price_check": get_args(SalePriceCheck),
        "write_down_reversal": get_args(RefuseOrAllow),
        "estimated_receipts": get_args(EstimatedReceipts),
        "before_run": get_args(BeforeRun),
        "closed_periods": (None, *get_args(ClosedPeriods)),
    }
)
