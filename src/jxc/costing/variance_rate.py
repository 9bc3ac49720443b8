"""The rate of material cost variance (材料成本差异率): what goods carried at a planned price really cost, by category.

Goods stand at planned cost; what was paid beyond it (over-run: positive, 超支; saving: negative, 节约) is kept in
材料成本 差异 (1404) by category.  At the month's end rate = variance / planned cost of opening and receipts, and issues
take their planned cost x rate along, so that they and what is left stand at actual cost.  CAS 1 art. 14 and guide;
小企业会计准则 art. 13 and its notes on 1404; IAS 2.21 as a technique that comes near actual cost.  Receipts whose price
is still an estimate (暂估) stand at planned cost without variance and are left out of the rate by choice.  Amounts in
minor units.

Invariant: opening + received = issued + closing, of planned cost and of variance; who takes all takes all variance.

>>> found = by_variance_rate(Planned(8000, 2000), Planned(12000, -1000), issued=10000)
>>> found.rate, found.issued, found.closing
(Fraction(1, 20), Planned(planned=10000, variance=500), Planned(planned=10000, variance=500))
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from jxc.errors import PolicyError
from jxc.kernel.rounding import RoundingMode, divide

__all__ = ["Planned", "VarianceResult", "by_variance_rate", "variance_rate"]


@dataclass(frozen=True, slots=True)
class Planned:
    """Goods at planned cost, and the variance that goes with them (over-run positive)."""

    planned: int
    variance: int = 0

    @property
    def actual(self) -> int:
        """What the goods really cost."""
        return self.planned + self.variance

    def __add__(self, other: Planned) -> Planned:
        return Planned(self.planned + other.planned, self.variance + other.variance)

    def __sub__(self, other: Planned) -> Planned:
        return Planned(self.planned - other.planned, self.variance - other.variance)


@dataclass(frozen=True, slots=True)
class VarianceResult:
    """The rate, what was issued with its variance, and what is left."""

    rate: Fraction
    issued: Planned
    closing: Planned


def variance_rate(base: Planned, places: int | None = None, mode: RoundingMode = "half_up") -> Fraction:
    """Variance over planned cost, rounded to ``places`` where they are given; raises ``PolicyError`` without any."""
    if base.planned <= 0:
        raise PolicyError(
            "no_planned_cost",
            "there is nothing at planned cost to take a rate of variance of",
            field="planned",
            value=base.planned,
            hint="give the planned cost of opening stock and receipts",
        )
    rate = Fraction(base.variance, base.planned)
    if places is None:
        return rate
    scale = 10**places
    return Fraction(divide(rate.numerator * scale, rate.denominator, mode), scale)


def by_variance_rate(
    opening: Planned,
    received: Planned,
    *,
    issued: int,
    estimated: int = 0,
    rate_places: int | None = None,
    mode: RoundingMode = "half_up",
) -> VarianceResult:
    """What ``issued`` (at planned cost) really cost.

    ``estimated``: planned cost of receipts still estimated, which are left out of the rate and stay without variance;
    to have them in it, count them into ``received``.
    """
    base = opening + received
    rate = variance_rate(base, rate_places, mode)
    part = issued * rate
    everything = issued == base.planned + estimated
    variance = base.variance if everything else divide(part.numerator, part.denominator, mode)
    out = Planned(issued, variance)
    return VarianceResult(rate, out, base + Planned(estimated) - out)
