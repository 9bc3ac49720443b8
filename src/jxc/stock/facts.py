"""The facts of stock: what happened to goods and to what they cost.  Past tense, frozen, never changed.

The shape of the data::

    Fact                           date, item, id, time, doc, reason, actor, refs, recorded_at
    ├── Movement                   qty, place, lot, serials, uom
    │   ├── Inbound                unit_cost, amount, currency, rate, expiry, lot_date, unit_weight, ...
    │   │   ├── Opening            what was there when the book began
    │   │   ├── Receipt            bought or made
    │   │   └── AdjustIn           found; with refs a late addition to a receipt
    │   ├── Outbound               lots, lot_match
    │   │   ├── Issue              sold or used
    │   │   ├── Scrap              thrown away
    │   │   └── AdjustOut          missing
    │   ├── Count                  qty is what was counted
    │   ├── Transfer               to_place
    │   ├── PurchaseReturn         back to the supplier
    │   ├── SalesReturn            back from the customer
    │   ├── Assembly               components -> qty of item
    │   └── Disassembly            qty of item -> products
    ├── ValueFact                  item or refs
    │   ├── LandedCost             a charge, or a rebate
    │   ├── PriceDifference        the invoice says otherwise
    │   ├── Revaluation            value put up or down
    │   ├── WriteDown, WriteDownReversal
    │   └── StandardPriceChange
    └── ChoiceFact                 MethodChange, ScopeChange, BaseUnitChange

``type`` is the word of the kind, as in files and golden cases; ``FACT_TYPES`` finds the class by it.  Quantities and
money are exact: ``Decimal``, and what is passed as ``int`` or text is turned into one; a float is refused.  Quantities
are in ``uom`` where given, else in the base unit of the item; costs are in ``currency`` where given, else in the
currency of the book.

Invariant: a fact that exists is well formed (docs/spec/stock.md).  Whether it is possible (is there stock to issue,
what did it cost) is asked later, of all facts together.

>>> import datetime as dt
>>> from decimal import Decimal
>>> tea = Receipt(date=dt.date(2026, 1, 5), item="TEA", qty=Decimal("100"), unit_cost=Decimal("2.00"), place="WH")
>>> tea
Receipt(date=datetime.date(2026, 1, 5), item='TEA', qty=Decimal('100'), place='WH', unit_cost=Decimal('2.00'))
>>> tea.type, FACT_TYPES["receipt"] is Receipt
('receipt', True)
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from jxc.stock.assembly_facts import Assembly, Component, Disassembly, Product
from jxc.stock.base_facts import Fact, Movement, stated
from jxc.stock.choice_facts import BaseUnitChange, ChoiceFact, MethodChange, ScopeChange
from jxc.stock.lots import LotMatch, LotPick
from jxc.stock.movement_facts import (
    AdjustIn,
    AdjustOut,
    Count,
    Inbound,
    Issue,
    Opening,
    Outbound,
    PurchaseReturn,
    Receipt,
    SalesReturn,
    Scrap,
    Transfer,
)
from jxc.stock.value_facts import (
    Allocation,
    Direction,
    LandedCost,
    PriceDifference,
    Revaluation,
    StandardPriceChange,
    ValueFact,
    WriteDown,
    WriteDownLevel,
    WriteDownReversal,
)

__all__ = [
    "FACT_TYPES",
    "AdjustIn",
    "AdjustOut",
    "Allocation",
    "AnyFact",
    "Assembly",
    "BaseUnitChange",
    "ChoiceFact",
    "Component",
    "Count",
    "Direction",
    "Disassembly",
    "Fact",
    "Inbound",
    "Issue",
    "LandedCost",
    "LotMatch",
    "LotPick",
    "MethodChange",
    "Movement",
    "Opening",
    "Outbound",
    "PriceDifference",
    "Product",
    "PurchaseReturn",
    "Receipt",
    "Revaluation",
    "SalesReturn",
    "ScopeChange",
    "Scrap",
    "StandardPriceChange",
    "Transfer",
    "ValueFact",
    "WriteDown",
    "WriteDownLevel",
    "WriteDownReversal",
    "stated",
]

AnyFact: TypeAlias = (
    Opening
    | Receipt
    | Issue
    | Transfer
    | AdjustIn
    | AdjustOut
    | Count
    | Scrap
    | PurchaseReturn
    | SalesReturn
    | Assembly
    | Disassembly
    | LandedCost
    | PriceDifference
    | Revaluation
    | WriteDown
    | WriteDownReversal
    | StandardPriceChange
    | MethodChange
    | ScopeChange
    | BaseUnitChange
)
"""Every kind of fact that can be made; for ``match`` statements that should be exhaustive."""

_KINDS: tuple[type[AnyFact], ...] = (
    Opening,
    Receipt,
    Issue,
    Transfer,
    AdjustIn,
    AdjustOut,
    Count,
    Scrap,
    PurchaseReturn,
    SalesReturn,
    Assembly,
    Disassembly,
    LandedCost,
    PriceDifference,
    Revaluation,
    WriteDown,
    WriteDownReversal,
    StandardPriceChange,
    MethodChange,
    ScopeChange,
    BaseUnitChange,
)

FACT_TYPES: Final[Mapping[str, type[AnyFact]]] = MappingProxyType({kind.type: kind for kind in _KINDS})
"""The class of each word of ``type``, in the order of the spec."""
