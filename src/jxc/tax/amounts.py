"""Net, tax and gross of the lines of a document, to the minor unit.

    exclusive   100.00 net at 13%     ->  net 100.00   tax 13.00   gross 113.00
    inclusive   100.00 gross at 13%   ->  net  88.50   tax 11.50   gross 100.00

Rounded per line, the tax of the document is the sum of the lines; rounded per document, it is the tax on the sum of
each rate, shared out over its lines without loss (the invoice total rules).

Invariant: net + tax = gross on every line and in every total; the amount that was given is never changed.

>>> lines = tax_lines([TaxableLine(333, Fraction(13, 100)), TaxableLine(333, Fraction(13, 100))])
>>> [line.tax for line in lines], [l.tax for l in tax_lines([TaxableLine(333, Fraction(13, 100))] * 2, per="document")]
([43, 43], [44, 43])
>>> tax_lines([TaxableLine(10000, Fraction(13, 100), inclusive=True)])[0]
TaxedLine(net=8850, tax=1150, rate=Fraction(13, 100))
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from jxc.errors import NumberError, PolicyError
from jxc.kernel.allocation import allocate
from jxc.kernel.exact import to_exact
from jxc.kernel.rounding import Exact, RoundingMode, divide

__all__ = ["Per", "TaxableLine", "TaxedLine", "check_minor", "tax_fraction", "tax_lines"]

Per: TypeAlias = Literal["line", "document"]


def check_minor(amount: object) -> None:
    """``NumberError`` ``not_minor_units`` unless an amount is a whole number."""
    if type(amount) is not int:
        hint = "Book.minor makes them from decimals"
        raise NumberError("not_minor_units", "whole minor units only", field="amount", value=amount, hint=hint)


def tax_fraction(rate: object) -> Fraction:
    """A rate as an exact fraction of the net amount.

    Raises ``NumberError`` ``float_refused``, ``negative_tax_rate``, ``rate_in_percent`` (1 or more: 13% is 13/100).
    """
    exact = Fraction(to_exact(rate, field="rate"))
    if exact < 0:
        raise NumberError("negative_tax_rate", "a rate is not below zero", field="rate", value=str(rate))
    if exact >= 1:
        hint = "13% is Fraction(13, 100), or TaxRate.fraction"
        raise NumberError("rate_in_percent", "a fraction of the net amount", field="rate", value=str(rate), hint=hint)
    return exact


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """An amount in minor units, net or ``inclusive`` of tax, and its rate as a fraction of net (13% is 13/100).

    Raises ``NumberError`` ``not_minor_units``, and what ``tax_fraction`` raises.
    """

    amount: int
    rate: Fraction
    inclusive: bool = False

    def __post_init__(self) -> None:
        check_minor(self.amount)
        object.__setattr__(self, "rate", tax_fraction(self.rate))


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """The net amount and the tax on it, in minor units."""

    net: int
    tax: int
    rate: Fraction

    @property
    def gross(self) -> int:
        """Net and tax."""
        return self.net + self.tax


def tax_lines(lines: Iterable[TaxableLine], *, per: Per = "line", mode: RoundingMode = "half_up") -> list[TaxedLine]:
    """The lines with their tax, rounded per line or per document and rate; ``PolicyError`` ``unknown_choice``."""
    given = list(lines)
    if per == "line":
        return [_taxed(line, divide(_exact(line), 1, mode)) for line in given]
    if per != "document":
        raise PolicyError("unknown_choice", "there is no such choice", field="per", value=per, hint="line, document")
    taxes = [0] * len(given)
    for group in _groups(given):
        exact = [Fraction(_exact(given[place])) for place in group]
        total = divide(sum(exact, Fraction(0)), 1, mode)
        for place, tax in zip(group, _shares(total, exact), strict=True):
            taxes[place] = tax
    return [_taxed(line, tax) for line, tax in zip(given, taxes, strict=True)]


def _exact(line: TaxableLine) -> Exact:
    """The tax on a line, unrounded."""
    return line.amount * line.rate / (1 + line.rate) if line.inclusive else line.amount * line.rate


def _taxed(line: TaxableLine, tax: int) -> TaxedLine:
    return TaxedLine(line.amount - tax if line.inclusive else line.amount, tax, line.rate)


def _groups(lines: Sequence[TaxableLine]) -> list[list[int]]:
    """The places of lines of one rate and one way of stating the amount."""
    found: dict[tuple[Fraction, bool], list[int]] = {}
    for place, line in enumerate(lines):
        found.setdefault((line.rate, line.inclusive), []).append(place)
    return list(found.values())


def _shares(total: int, exact: Sequence[Fraction]) -> list[int]:
    """``total`` in shares within one minor unit of what is exact; lines of both signs keep their sign."""
    floors = [exact_tax.__floor__() for exact_tax in exact]
    rests = [one - floor for one, floor in zip(exact, floors, strict=True)]
    left = total - sum(floors)
    if not any(rests):
        return floors
    extra = allocate(left, rests) if left else (0,) * len(rests)
    return [floor + more for floor, more in zip(floors, extra, strict=True)]
