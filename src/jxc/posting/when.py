"""When a row of a table applies: words that named attributes must have, and which of two rows is the more specific.

    When.parse("reason=gift place_kind=shop|warehouse")      gifts, from a shop or a warehouse
    When()                                                   always

Invariant: of the rows that fit an event one is more specific than all others; a table in which that could fail is
refused when it is loaded (``check_ties``), so that the choice never depends on the order of rows.

>>> gift, gift_of_shop = When.parse("reason=gift"), When.parse("reason=gift place_kind=shop")
>>> gift_of_shop.fits({"reason": "gift", "place_kind": "shop"}), gift_of_shop.is_within(gift), gift.is_within(When())
(True, True, True)
>>> gift.fits({})
False
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar

from jxc.errors import FieldError
from jxc.kernel.frozen import FrozenMap
from jxc.kernel.text import check_text

__all__ = ["When", "check_ties", "choose"]

Words = FrozenMap[tuple[str, ...]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class When:
    """Attribute -> the words of which it must have one."""

    words: Words = field(default_factory=Words)

    @classmethod
    def of(cls, given: Mapping[str, str | Iterable[str]]) -> When:
        """From a mapping of attributes to a word or several."""
        words = {name: (word,) if isinstance(word, str) else tuple(word) for name, word in given.items()}
        for name, values in words.items():
            check_text(name, field="when")
            if not values:
                raise FieldError("empty_text", "an attribute without a word", field="when", value=name)
            for value in values:
                check_text(value, field=name)
        return cls(FrozenMap({name: tuple(sorted(dict.fromkeys(values))) for name, values in words.items()}))

    @classmethod
    def parse(cls, text: str) -> When:
        """From ``attribute=word|word attribute=word``; raises ``FieldError`` ``not_a_condition``."""
        found: dict[str, tuple[str, ...]] = {}
        for part in text.split():
            name, sign, words = part.partition("=")
            if not (name and sign and words) or name in found:
                hint = "attribute=word, or attribute=word|word, with spaces between"
                raise FieldError("not_a_condition", "no condition", field="when", value=part, hint=hint)
            found[name] = tuple(words.split("|"))
        return cls.of(found)

    def fits(self, attributes: Mapping[str, str]) -> bool:
        """Whether every attribute has one of its words; one that is absent has none."""
        return all(attributes.get(name) in words for name, words in self.words.items())

    def is_within(self, other: When) -> bool:
        """Whether all that fits this one fits the other one too."""
        return all(name in self.words and set(self.words[name]) <= set(words) for name, words in other.words.items())

    def meet(self, other: When) -> When | None:
        """What fits both; ``None`` where nothing can."""
        both: dict[str, tuple[str, ...]] = dict(self.words)
        for name, words in other.words.items():
            both[name] = tuple(word for word in both.get(name, words) if word in words)
        return When(FrozenMap(both)) if all(both.values()) else None

    def __str__(self) -> str:
        return " ".join(f"{name}={'|'.join(words)}" for name, words in self.words.items()) or "always"


def check_ties(rows: Sequence[tuple[str, When]]) -> None:
    """Refuse rows of which two could fit one event and neither is the more specific.

    Raises ``FieldError``: ``duplicate_rule`` (the same condition twice), ``rules_tie``.
    """
    conditions = {when for _, when in rows}
    for (name, one), (other_name, other) in combinations(rows, 2):
        if one == other:
            hint = "leave one of them out, or give it another condition"
            raise FieldError(
                "duplicate_rule", f"{name} and {other_name} have one condition", field="when", value=one, hint=hint
            )
        both = one.meet(other)
        if both is not None and not one.is_within(other) and not other.is_within(one) and both not in conditions:
            raise FieldError(
                "rules_tie",
                f"{name} and {other_name} may both apply and neither is more specific",
                field="when",
                value=f"{one} / {other}",
                hint=f"add a row for both: {both}",
            )


def choose(rows: Iterable[tuple[When, T]], attributes: Mapping[str, str]) -> T | None:
    """The most specific of the rows that fit; ``None`` if none does."""
    best: tuple[When, T] | None = None
    for when, row in rows:
        if when.fits(attributes) and (best is None or when.is_within(best[0])):
            best = (when, row)
    return None if best is None else best[1]
