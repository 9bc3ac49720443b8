"""What was stated about a book, its items, categories, places and parties: by version, by day, by when it was known.

    SettingRecord("book", "terms", 1)     currency, chart, costing policy, ...: pinned when the book is opened
    SettingRecord("item", "TEA", 2)       name, category, units, choices of its own

Costing choices go from the widest to the narrowest: company, category, item; a place may have a method of its own.
A group of items is kept by the choices that were known when its first fact was recorded: what is stated later is a
fact of its own (a change of method from a day on), never a new past.

Invariant: a statement is never changed; the same records give the same settings.

>>> from datetime import UTC
>>> at = datetime(2026, 1, 1, tzinfo=UTC)
>>> tea = SettingRecord("item", "TEA", 1, None, at, "", {"category": "drinks"})
>>> drinks = SettingRecord("category", "drinks", 1, None, at, "", {"policy": {"method": "lifo"}})
>>> settings = Settings((tea, drinks))
>>> settings.policy_for(Policy(), ["TEA"], None).item_methods["TEA"]
'lifo'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from jxc.costing.policy import Policy
from jxc.errors import PolicyError
from jxc.kernel.exact import to_exact
from jxc.ports import SettingRecord

__all__ = ["TOPICS", "Policy", "Settings"]

TOPICS = ("item", "category", "place", "party", "company")
"""What may be stated anew; the terms of a book may not."""


class Settings:
    """All statements, by topic and name."""

    def __init__(self, records: Iterable[SettingRecord]) -> None:
        self._stated: dict[tuple[str, str], list[SettingRecord]] = {}
        for record in records:
            self._stated.setdefault((record.topic, record.name), []).append(record)

    def versions(self, topic: str, name: str) -> Sequence[SettingRecord]:
        """Every statement about a name, oldest first."""
        return tuple(self._stated.get((topic, name), ()))

    def find(
        self, topic: str, name: str, *, on: date | None = None, known_at: datetime | None = None
    ) -> Mapping[str, Any] | None:
        """What is in force: the latest statement that is valid on a day (``None``: of all), as known at a time."""
        for record in reversed(self._stated.get((topic, name), ())):
            valid = on is None or record.valid_from is None or record.valid_from <= on
            if valid and (known_at is None or record.recorded_at <= known_at):
                return record.body
        return None

    def names(self, topic: str) -> list[str]:
        """Every name that something was stated about."""
        return sorted(name for kind, name in self._stated if kind == topic)

    # -- what follows for costing --------------------------------------------------------------------------------------

    def units(self, known_at: datetime | None = None) -> dict[str, dict[str, Fraction]]:
        """Item -> unit -> base units in one."""
        found: dict[str, dict[str, Fraction]] = {}
        for item in self.names("item"):
            units = (self.find("item", item, known_at=known_at) or {}).get("units")
            if units:
                found[item] = {unit: Fraction(factor) for unit, factor in units.items()}
        return found

    def choices_of(self, item: str, known_at: datetime | None) -> dict[str, Any]:
        """The costing choices of an item: those of the company, its category and its own, the narrowest last."""
        own = self.find("item", item, known_at=known_at) or {}
        category = own.get("category")
        found: dict[str, Any] = {}
        for topic, name in (("company", ""), ("category", category or ""), ("item", item)):
            found |= (self.find(topic, name, known_at=known_at) or {}).get("policy", {})
        return found

    def policy_for(self, base: Policy, items: Iterable[str], known_at: datetime | None) -> Policy:
        """The policy of items that belong together; ``PolicyError`` ``policies_differ`` where they have none in common."""
        first: dict[str, Any] | None = None
        methods: dict[str, str] = {}
        costs: dict[str, Any] = {}
        for item in sorted(items):
            choices = self.choices_of(item, known_at)
            if "method" in choices:
                methods[item] = choices.pop("method")
            if "standard_cost" in choices:
                costs[item] = choices.pop("standard_cost")
            if first is not None and choices != first:
                hint = "only method and standard_cost may differ among items that become one another"
                raise PolicyError(
                    "policies_differ", "these items are kept in other ways", field="item", value=item, hint=hint
                )
            first = choices
        return self._with(base, first or {}, methods, costs, known_at)

    def _with(
        self,
        base: Policy,
        choices: Mapping[str, Any],
        methods: Mapping[str, str],
        costs: Mapping[str, Any],
        known_at: datetime | None,
    ) -> Policy:
        places = {
            place: method
            for place in self.names("place")
            if (method := (self.find("place", place, known_at=known_at) or {}).get("policy", {}).get("method"))
        }
        if not (choices or methods or costs or places):
            return base
        return base.with_(
            **choices,
            item_methods={**base.item_methods, **methods},
            location_methods={**base.location_methods, **places},
            standard_cost={**base.standard_cost, **{item: to_exact(cost) for item, cost in costs.items()}},
        )
