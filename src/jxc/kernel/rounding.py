"""Rounding as an explicit policy, on exact numbers only.

An exact number here is an ``int`` or a ``fractions.Fraction`` (type ``Exact``).  Money inside the engines counts in
minor units, so "to the cent" is "to an integer"; nothing in this module knows about binary floats or about the
process-wide decimal context.

Invariant: ``part`` hands a value out along a quantity without loss: ``part(v, 0, q) == 0``, ``part(v, q, q) == v``,
and it is monotone, so the slices of a layer telescope and tie, however they are cut.

>>> [part(100, x, 3) for x in (0, 1, 2, 3)]
[0, 33, 67, 100]
>>> divide(5, 2, "half_up"), divide(-5, 2, "half_up"), divide(5, 2, "half_even")
(3, -3, 2)
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from jxc.errors import PolicyError

__all__ = ["Exact", "RoundingMode", "check_mode", "divide", "part", "round_to"]

Exact: TypeAlias = int | Fraction
RoundingMode: TypeAlias = Literal["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"]
"""``half_up`` is 四舍五入: halves go away from zero.  ``up`` and ``down`` are away from and towards zero."""

_MODES: tuple[str, ...] = get_args(RoundingMode)


def check_mode(mode: str) -> None:
    """Raise ``PolicyError`` unless ``mode`` is one of the modes of rounding."""
    if mode not in _MODES:
        raise PolicyError(
            "unknown_rounding_mode",
            "there is no such mode of rounding",
            field="mode",
            value=mode,
            hint=f"use one of {', '.join(_MODES)}",
        )


def divide(numerator: Exact, denominator: Exact, mode: RoundingMode = "half_up") -> int:
    """``numerator / denominator`` as a whole number, rounded by ``mode``; the denominator must not be zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if mode == "floor":
        return int(numerator // denominator)
    if mode == "ceiling":
        return int(-(-numerator // denominator))
    size: Exact = numerator if numerator >= 0 else -numerator
    whole = int(size // denominator)
    twice = 2 * (size - whole * denominator)
    if mode == "half_up":
        grow = twice >= denominator
    elif mode == "half_even":
        grow = twice > denominator or (twice == denominator and whole % 2 == 1)
    elif mode == "half_down":
        grow = twice > denominator
    else:
        grow = mode == "up" and twice > 0
    whole += grow
    return whole if numerator >= 0 else -whole


def part(value: int, taken: Exact, quantity: Exact, mode: RoundingMode = "half_up") -> int:
    """What the first ``taken`` of ``quantity`` units of a layer worth ``value`` cost, rounded to a minor unit."""
    if taken == quantity:
        return value
    return divide(value * taken, quantity, mode)


def round_to(number: Exact, places: int, mode: RoundingMode = "half_up") -> Fraction:
    """``number`` rounded to that many decimal places, as an exact fraction.

    >>> round_to(Fraction(2, 3), 2)
    Fraction(67, 100)
    """
    scale = Fraction(10) ** places
    return divide(number * scale, 1, mode) / scale
