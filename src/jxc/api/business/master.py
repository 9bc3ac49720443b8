"""Master data: what is stated about items, categories, places, parties, and about the company as a whole.

    shop.items.put("TEA", name="Green tea", category="drinks", units={"box": "24"})
    shop.places.put("ROAD", kind="transit")
    shop.parties.put("S-01", name="Tea Mountain Co.", kinds=["supplier"])
    shop.company.put(policy={"method": "fifo"}, valid_from="2027-01-01")

Invariant: every ``put`` is a new version of the whole statement; ``versions`` lists them all.

>>> from jxc.api.business.opening import open_book
>>> shop = open_book("memory:", book="acme/main", currency="CNY", chart="ifrs-trading")
>>> done = shop.items.put("TEA", category="drinks"), shop.items.put("TEA", category="leaves")
>>> shop.items.get("TEA"), len(shop.items.versions("TEA"))
({'category': 'leaves'}, 2)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jxc.api.business.results import Done
from jxc.api.business.running import Runner
from jxc.api.business.stock import Posting
from jxc.app.settings import Settings
from jxc.errors import NotFoundError
from jxc.kernel.dates import parse_date
from jxc.ports import SettingRecord

__all__ = ["Company", "Master"]


class Master:
    """What is stated about names of one topic."""

    def __init__(self, business: Posting, runner: Runner, topic: str) -> None:
        self._business = business
        self._runner = runner
        self._topic = topic

    def put(
        self,
        subject: str,
        /,
        *,
        valid_from: date | str | None = None,
        key: str | None = None,
        actor: str | None = None,
        preview: bool = False,
        **fields: Any,
    ) -> Done:
        """State it: a new version.

        ``policy``: choices of costing.  Raises ``FieldError``, ``PolicyError`` ``policy_pinned`` where facts were
        costed by another choice, and ``UnitError``.
        """
        command: dict[str, Any] = {
            "do": "state",
            "topic": self._topic,
            "name": subject,
            "fields": fields,
            "key": key,
            "actor": actor,
        }
        if valid_from is not None:
            command["valid_from"] = valid_from
        return self._business.post(command, preview=preview)

    def get(self, name: str, *, on: date | str | None = None) -> Mapping[str, Any]:
        """What is in force (on a day); raises ``NotFoundError`` ``not_stated``."""
        day = None if on is None else parse_date(on, field="on")
        found = self._settings().find(self._topic, name, on=day)
        if found is None:
            raise NotFoundError("not_stated", f"nothing was stated about this {self._topic}", field="name", value=name)
        return found

    def names(self) -> list[str]:
        """Every name that something was stated about."""
        return self._settings().names(self._topic)

    def versions(self, name: str) -> Sequence[SettingRecord]:
        """Every statement about a name, oldest first."""
        return self._settings().versions(self._topic, name)

    def _settings(self) -> Settings:
        with self._runner.store.begin(self._runner.scope, read_only=True) as tx:
            return self._runner.ground(tx).settings


class Company(Master):
    """The choices of the company as a whole."""

    def put(self, subject: str = "", /, **fields: Any) -> Done:
        """State them: a new version; see ``Master.put``."""
        return super().put(subject, **fields)
