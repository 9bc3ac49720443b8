"""The choices that practice leaves open about a ledger, each with a safe default.

    LedgerPolicy(post_to="leaves", reviewer="other_person", reversal="red", series="记")

Invariant: pure data; a policy is part of the book and never read from anywhere else.

>>> LedgerPolicy().post_to, LedgerPolicy(series="JV").series
('leaves', 'JV')
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Literal, get_args

from jxc.errors import PolicyError
from jxc.kernel.rounding import RoundingMode, check_mode
from jxc.kernel.text import check_text

__all__ = ["LedgerPolicy"]

PostTo = Literal["leaves", "any"]
Reviewer = Literal["optional", "other_person", "required"]
Reversal = Literal["red", "opposite"]
YearEnd = Literal["monthly", "year_end"]


@dataclass(frozen=True, slots=True)
class LedgerPolicy:
    """How a book is kept.

    ``post_to``: only to accounts with nothing under them (末级科目), or to any.  ``reviewer``: not asked for; where
    named, another person than the preparer (制单与审核不得为同一人); or both must be named and differ.  ``reversal``:
    how a correction takes an entry back, in red or on the opposite side.  ``profit_close``: 结转损益 each month or
    once, at the end of the year.  ``series``: the 凭证字 of entries that name none.  ``rounding``: of an amount
    converted by a rate.  Raises ``PolicyError`` ``unknown_choice``.
    """

    post_to: PostTo = "leaves"
    reviewer: Reviewer = "other_person"
    reversal: Reversal = "red"
    profit_close: YearEnd = "monthly"
    series: str = "记"
    rounding: RoundingMode = "half_up"

    def __post_init__(self) -> None:
        check_text(self.series, field="series")
        check_mode(self.rounding)
        for each in fields(self):
            word, words = getattr(self, each.name), _WORDS.get(each.name)
            if words is not None and word not in words:
                hint = f"one of {', '.join(words)}"
                raise PolicyError("unknown_choice", "there is no such choice", field=each.name, value=word, hint=hint)


_WORDS = MappingProxyType(
    {
        "post_to": get_args(PostTo),
        "reviewer": get_args(Reviewer),
        "reversal": get_args(Reversal),
        "profit_close": get_args(YearEnd),
    }
)
