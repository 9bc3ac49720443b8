"""The choice facts: from this day on, stock is costed, pooled or counted otherwise.

    MethodChange      method      the costing method of an item, or of the book
    ScopeChange       scope       what shares one cost pool
    BaseUnitChange    unit, factor: one old base unit is ``factor`` new ones

Invariant: a change of choice is a fact like any other, dated and signed, so a book can say what held when.  Which words
a method or a scope may be is for costing to know; here they are text.  IAS 8.14 and CAS 28.4: a policy is changed only
where a standard asks for it or the figures become more relevant; hence ``reason``.

>>> import datetime as dt
>>> BaseUnitChange(date=dt.date(2026, 7, 1), item="COLA", unit="can", factor=Fraction(24)).factor
Fraction(24, 1)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from jxc.stock.base_facts import Fact
from jxc.stock.checks import to_factor

__all__ = ["BaseUnitChange", "ChoiceFact", "MethodChange", "ScopeChange"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ChoiceFact(Fact):
    """A change of choice for ``item``, or for all items of the book where it names none."""

    _needed: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MethodChange(ChoiceFact):
    """计价方法变更: another costing method."""

    type: ClassVar[str] = "method_change"
    _texts: ClassVar[tuple[str, ...]] = (*ChoiceFact._texts, "method")
    _needed: ClassVar[tuple[str, ...]] = ("method",)

    item: str = ""
    method: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ScopeChange(ChoiceFact):
    """核算范围变更 (总仓, 分仓): another scope of the cost pools."""

    type: ClassVar[str] = "scope_change"
    _texts: ClassVar[tuple[str, ...]] = (*ChoiceFact._texts, "scope")
    _needed: ClassVar[tuple[str, ...]] = ("scope",)

    item: str = ""
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class BaseUnitChange(ChoiceFact):
    """主计量单位变更: stock of ``item`` is kept in ``unit`` from now on; one old base unit is ``factor`` of them.

    ``factor`` may be given as ``Fraction``, ``int``, ``Decimal`` or text such as ``"1/24"``.
    """

    type: ClassVar[str] = "base_unit_change"
    _texts: ClassVar[tuple[str, ...]] = (*ChoiceFact._texts, "unit")
    _needed: ClassVar[tuple[str, ...]] = ("item", "unit")

    unit: str
    factor: Fraction

    def _check(self) -> None:
        object.__setattr__(self, "factor", to_factor(self.factor, "factor"))
