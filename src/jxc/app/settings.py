"""What was stated about a book, its items, categories, places and parties: by version, by day, by when it was known.

    SettingRecord("book", "terms", 1)     currency, chart, costing policy, ...: pinned when the book is opened
    SettingRecord("item", "TEA", 2)       name, category, units, choices of its own

Costing choices go from the widest to the narrowest: company, category, item; a place may have a method of its own.
What is in force when the first fact of an item is recorded is pinned with the item: what is stated later is a fact of
its own (a change of method from a day on), never a new past.

Invariant: a statement is never changed; the same records give the same settings.

>>> from datetime import UTC
>>> at = datetime(2026, 1, 1, tzinfo=UTC)
>>> tea = SettingRecord("item", "TEA", 1, None, at, "", {"category": "drinks"})
>>> drinks = SettingRecord("category", "drinks", 1, None, at, "", {"policy": {"method": "lifo"}})
>>> settings = Settings((tea, drinks))
>>> pinned = settings.choices_of("TEA")
>>> pinned, policy_for(Policy(), {"TEA": pinned}).item_methods["TEA"]
({'method': 'lifo'}, 'lifo')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from jxc.costing.policy import Policy
from jxc.errors import PolicyError
from jxc.ports import SettingRecord

__all__ = ["TOPICS", "Policy", "Settings", "policy_for", "units_for"]

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

    def choices_of(self, item: str) -> dict[str, Any]:
        """All that costing has to know of an item beside the terms of the book, as plain JSON: what is pinned.

        The choices of the company, its category and its own (the narrowest wins), the methods of places, its units.
        """
        own = self.find("item", item) or {}
        found: dict[str, Any] = {}
        for topic, name in (("company", ""), ("category", own.get("category") or ""), ("item", item)):
            found |= (self.find(topic, name) or {}).get("policy", {})
        places = {
            place: method
            for place in self.names("place")
            if (method := (self.find("place", place) or {}).get("policy", {}).get("method"))
        }
        if places:
            found["location_methods"] = places
        if own.get("units"):
            found["units"] = dict(own["units"])
        return found


_OWN = ("method", "standard_cost", "units")
"""Choices in which items that belong together may differ."""


def policy_for(base: Policy, pinned: Mapping[str, Mapping[str, Any]]) -> Policy:
    """The policy of items that belong together, from what is pinned of each.

    Raises ``PolicyError`` ``policies_differ`` where they are kept in ways that cannot be mixed.
    """
    shared: dict[str, Any] | None = None
    for item in sorted(pinned):
        rest = {name: choice for name, choice in pinned[item].items() if name not in _OWN}
        if shared is not None and rest != shared:
            hint = "only method, standard cost and units may differ among items that become one another"
            raise PolicyError(
                "policies_differ", "these items are kept in other ways", field="item", value=item, hint=hint
            )
        shared = rest
    methods = {item: choices["method"] for item, choices in pinned.items() if "method" in choices}
    costs = {item: Fraction(choices["standard_cost"]) for item, choices in pinned.items() if "standard_cost" in choices}
    if not (shared or methods or costs):
        return base
    given = dict(shared or {})
    places = {**base.location_methods, **given.pop("location_methods", {})}
    return base.with_(
        **given,
        item_methods={**base.item_methods, **methods},
        location_methods=places,
        standard_cost={**base.standard_cost, **costs},
    )


def units_for(pinned: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Fraction]]:
    """Item -> unit -> base units in one, from what is pinned of each item."""
    return {
        item: {unit: Fraction(factor) for unit, factor in choices["units"].items()}
        for item, choices in pinned.items()
        if "units" in choices
    }
