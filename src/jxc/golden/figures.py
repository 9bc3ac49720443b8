"""Comparing what was expected with what was computed, as decimals.

``5`` equals ``5.00``.  A figure that is printed rounded (a unit cost, an average) is compared at the places printed; an
amount is compared exactly.  Lists of layers are compared as multisets, those of one unit cost taken together.

>>> same("93.3333", Fraction(280, 3)), same("93.33", Fraction(280, 3), exact=True)
(True, False)
>>> text(Fraction(25, 2))
'12.5'
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from jxc.kernel.rounding import Exact, RoundingMode, round_to

__all__ = ["merged", "same", "same_layers", "text"]


def same(expected: str, got: Exact | None, *, exact: bool = False, mode: RoundingMode = "half_up") -> bool:
    """Whether a computed figure is the one expected."""
    if got is None:
        return False
    wanted = Fraction(expected)
    if exact:
        return wanted == got
    return wanted == round_to(got, len(expected.partition(".")[2]), mode)


def text(number: Exact | None) -> str:
    """A figure for a person: a plain decimal, cut to 12 places where it has no end."""
    if number is None:
        return "nothing"
    rounded = round_to(number, 12)
    shown = format(Decimal(rounded.numerator) / Decimal(rounded.denominator), "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def merged(layers: Iterable[tuple[Exact, Exact]]) -> list[tuple[Exact, Exact]]:
    """Quantities by unit cost, ordered by unit cost; those that cancel out are gone."""
    sums: dict[Exact, Exact] = {}
    for qty, unit_cost in layers:
        sums[unit_cost] = sums.get(unit_cost, 0) + qty
    return sorted(((qty, unit_cost) for unit_cost, qty in sums.items() if qty), key=lambda pair: pair[1])


def same_layers(expected: Iterable[tuple[str, str | None]], got: Iterable[tuple[Exact, Exact]]) -> bool:
    """Whether layers [quantity, unit cost] are the same multiset; an expected cost of ``None`` is not asserted."""
    wanted = list(expected)
    found = merged(got)
    if any(unit_cost is None for _, unit_cost in wanted):
        return sum(Fraction(qty) for qty, _ in wanted) == sum(qty for qty, _ in found)
    places = max((len((unit_cost or "").partition(".")[2]) for _, unit_cost in wanted), default=0)
    asked = merged((Fraction(qty), round_to(Fraction(unit_cost or 0), places)) for qty, unit_cost in wanted)
    return asked == merged((qty, round_to(unit_cost, places)) for qty, unit_cost in found)
