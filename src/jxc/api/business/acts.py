"""Acts on the book itself, not on its goods: stating an item, place, party or choice; closing and reopening.

    {"do": "state", "topic": "item", "name": "TEA", "fields": {"category": "drinks", "units": {"box": "24"}}}
    {"do": "state", "topic": "company", "name": "", "fields": {"policy": {"method": "fifo"}}, "valid_from": ...}
    {"do": "close", "period": "2026-01"}      {"do": "reopen", "period": "2026-01", "reason": "..."}

A choice of costing that is stated for items with a past is a fact of each of them, from its day on: a change of method
(IAS 8.14; CAS 28.4).  Any other choice is pinned with the first fact of an item and cannot be changed for it.

Invariant: a statement is a new version; nothing that was stated, closed or opened is forgotten.

>>> check_topic("place"), str(_month("2026-02").last)
('place', '2026-02-28')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast

from jxc.api.business.commands import Request
from jxc.api.business.ground import BookTerms, Ground, page_of
from jxc.api.business.recorded import Act, Command
from jxc.api.plugins import methods_in_force
from jxc.app.canonical import plain
from jxc.app.packing import unpack
from jxc.app.settings import TOPICS, policy_for
from jxc.errors import FieldError, LedgerError, PolicyError
from jxc.kernel.dates import parse_date
from jxc.kernel.exact import decimal_text
from jxc.kernel.party import Party
from jxc.kernel.periods import Period
from jxc.kernel.text import check_text
from jxc.ports import PeriodRecord, SettingRecord, Transaction
from jxc.stock.checks import to_factor
from jxc.stock.items import Item
from jxc.stock.places import Place

__all__ = ["ACTS", "Acts", "check_topic"]

ACTS = frozenset({"state", "close", "reopen"})

_FIELDS: Mapping[str, frozenset[str]] = {
    "item": frozenset(
        {"name", "category", "group", "base_unit", "units", "tracking", "shelf_life_days", "policy", "note"}
    ),
    "category": frozenset({"name", "policy", "note"}),
    "place": frozenset({"name", "kind", "group", "owned", "policy", "note"}),
    "party": frozenset({"name", "kinds", "salesman", "note"}),
    "company": frozenset({"policy", "note"}),
}
_NOT_OF_ITEMS = ("place_groups", "location_methods", "item_methods", "categories", "rounding", "qty_places", "run_to")


def check_topic(topic: object) -> str:
    """A topic that something may be stated about; raises ``FieldError`` ``not_one_of``."""
    if topic not in TOPICS:
        raise FieldError(
            "not_one_of",
            "nothing can be stated about this",
            field="topic",
            value=topic,
            hint=f"use one of {', '.join(TOPICS)}",
        )
    return str(topic)


class Acts:
    """The acts of one transaction; the page is turned once."""

    def __init__(self, tx: Transaction, ground: Ground) -> None:
        self._tx = tx
        self._ground = ground
        self._versions: dict[tuple[str, str], int] = {}
        self.page: PeriodRecord | None = None

    def decide(self, command: Command, request: Request) -> Act:
        """What the act writes; raises ``FieldError``, ``PolicyError``, ``LedgerError``."""
        body = request.body
        if request.verb == "state":
            return self._state(command, body)
        if request.verb == "close":
            return self._close(command, body)
        return self._reopen(command, request)

    # -- stating -------------------------------------------------------------------------------------------------------

    def facts(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The changes of method that a statement is for items with a past; refuses other choices for them."""
        policy = _policy_in(body["fields"])
        if not policy:
            return []
        topic, name = check_topic(body["topic"]), body["name"]
        concerned = [item for item in self._items(topic, name) if self._has_past(item)]
        if topic == "place" and any(True for _ in self._tx.scan("position", "place", (name,), limit=1)):
            _pinned("method", name)
        changed = {key: choice for key, choice in policy.items() if concerned and choice != self._now(topic, name, key)}
        for key in changed:
            if key != "method" or topic == "place" or body.get("valid_from") is None:
                _pinned(key, concerned[0])
        if "method" not in changed:
            return []
        day = parse_date(body["valid_from"], field="valid_from").isoformat()
        return [
            {"type": "method_change", "date": day, "item": item, "method": changed["method"], "reason": "policy"}
            for item in concerned
            if topic == "item" or not self._narrower(item, topic)
        ]

    def _items(self, topic: str, name: str) -> Iterator[str]:
        settings = self._ground.settings
        if topic == "item":
            yield name
        elif topic == "category":
            for item in settings.names("item"):
                if (settings.find("item", item) or {}).get("category") == name:
                    yield item
        elif topic == "company":
            for head in self._tx.scan("item_head"):
                yield head.item

    def _has_past(self, item: str) -> bool:
        return self._tx.get("item_head", [(item,)])[0] is not None

    def _now(self, topic: str, name: str, key: str) -> object:
        return (self._ground.settings.find(topic, name) or {}).get("policy", {}).get(key)

    def _narrower(self, item: str, topic: str) -> bool:
        """Whether something closer to the item says by which method it is costed."""
        own = self._ground.settings.find("item", item) or {}
        if "method" in own.get("policy", {}):
            return True
        category = own.get("category")
        stated = self._ground.settings.find("category", category) if category else None
        return topic == "company" and "method" in (stated or {}).get("policy", {})

    def _state(self, command: Command, body: Mapping[str, Any]) -> Act:
        topic = check_topic(body["topic"])
        name = check_text(body["name"], field="name", empty=topic == "company")
        fields = _checked(topic, name, body["fields"], self._ground.terms)
        day = None if body.get("valid_from") is None else parse_date(body["valid_from"], field="valid_from")
        versions = self._ground.settings.versions(topic, name)
        version = self._versions.get((topic, name), len(versions)) + 1
        self._versions[topic, name] = version
        record = SettingRecord(topic, name, version, day, command.at, command.actor, fields)
        self._turn(self._ground.closed_until)
        return Act((record,), (), {"version": version})

    def _turn(self, closed_until: date | None) -> None:
        self.page = page_of(self._ground.version + 1, closed_until, self._ground.version + 1)

    # -- periods -------------------------------------------------------------------------------------------------------

    def _close(self, command: Command, body: Mapping[str, Any]) -> Act:
        month = _month(body["period"])
        closed = self._ground.closed_until
        if closed is not None and month.last <= closed:
            raise LedgerError("already_closed", "the period is closed already", field="period", value=str(month))
        blockers = list(self._blockers(month.last))
        if blockers:
            raise LedgerError(
                "not_ready_to_close",
                f"{len(blockers)} things stand in the way, the first: {blockers[0]}",
                field="period",
                value=str(month),
                hint="settle them, then close",
                blockers=blockers,
            )
        return self._set(command, month, "closed", month.last)

    def _blockers(self, last: date) -> Iterator[str]:
        """All that has to be settled before the days up to one are closed."""
        for chunk in self._tx.scan("cost_chunk"):
            for packed in chunk.body["rows"]:
                row = unpack(packed)
                if row.day <= last.toordinal() and row.status == "uncosted":
                    yield f"{row.fact} has no cost"
        for draft in self._tx.scan("draft"):
            if draft.body.get("until") is not None and draft.body["until"] <= last.isoformat():
                yield f"draft {draft.id} is not posted"

    def _reopen(self, command: Command, request: Request) -> Act:
        month = _month(request.body["period"])
        check_text(request.reason, field="reason")
        closed = self._ground.closed_until
        if closed is None or month.first > closed:
            raise LedgerError("not_closed", "the period is not closed", field="period", value=str(month))
        if month.last < closed:
            hint = f"reopen {Period.of(closed, 'month')} first"
            raise LedgerError(
                "later_period_closed", "a later one is closed", field="period", value=str(month), hint=hint
            )
        before = month.first - timedelta(1)
        earlier = self._tx.get("period", [("book", str(Period.of(before, "month")))])[0]
        return self._set(command, month, "open", before if earlier is not None and earlier.status == "closed" else None)

    def _set(self, command: Command, month: Period, status: str, closed_until: date | None) -> Act:
        self._turn(closed_until)
        [old] = self._tx.get("period", [("book", str(month))])
        acts = [] if old is None else list(old.body["acts"])
        acts.append([status, command.at.isoformat(), command.actor, command.reason])
        record = PeriodRecord("book", str(month), status, 1 if old is None else old.version + 1, {"acts": acts})
        told = {"closed_until": None if closed_until is None else closed_until.isoformat()}
        return Act((), (record,), told)


def _month(period: object) -> Period:
    month = Period.parse(str(period))
    if month.kind != "month":
        raise LedgerError("unknown_period", "not a month", field="period", value=period, hint="such as 2026-01")
    return month


def _policy_in(fields: object) -> Mapping[str, Any]:
    """The choices that a statement makes, as they were given; none if they cannot be read."""
    if not isinstance(fields, Mapping):
        return {}
    given = cast("Mapping[str, object]", fields).get("policy")
    return cast("Mapping[str, Any]", given) if isinstance(given, Mapping) else {}


def _pinned(choice: str, name: str) -> None:
    hint = "method may change from a day on (valid_from); other choices are for items that have no facts yet"
    raise PolicyError(
        "policy_pinned", f"{name} has facts that were costed by another choice", field=choice, value=name, hint=hint
    )


def _checked(topic: str, name: str, given: object, terms: BookTerms) -> dict[str, Any]:
    """The fields of a statement, each as its class takes it."""
    if not isinstance(given, Mapping):
        raise FieldError("not_an_object", "what is stated has named fields", field="fields")
    fields = dict(cast("Mapping[str, Any]", given))
    unknown = sorted(fields.keys() - _FIELDS[topic])
    if unknown:
        hint = f"use {', '.join(sorted(_FIELDS[topic]))}"
        raise FieldError("unknown_field", "nobody knows this field", field=unknown[0], hint=hint)
    if "units" in fields:
        fields["units"] = {unit: str(to_factor(factor, f"units.{unit}")) for unit, factor in fields["units"].items()}
    if "policy" in fields:
        fields["policy"] = _policy(topic, name, fields["policy"], terms)
    kept = {key: value for key, value in plain(fields, topic).items() if value not in (None, [], {})}
    _check_class(topic, name, {key: value for key, value in fields.items() if value is not None})
    return kept


def _check_class(topic: str, name: str, fields: Mapping[str, Any]) -> None:
    def of(*names: str) -> dict[str, Any]:
        return {key: fields[key] for key in names if key in fields}

    if topic == "item":
        Item(id=name, **of("name", "base_unit", "units", "group", "tracking", "shelf_life_days"))
    elif topic == "place":
        Place(id=name, **of("name", "kind", "group", "owned"))
    elif topic == "party":
        Party(name, fields.get("name", ""), tuple(fields.get("kinds", ())))


def _policy(topic: str, name: str, given: object, terms: BookTerms) -> dict[str, Any]:
    """Choices of costing, checked by making the policy of them."""
    if not isinstance(given, Mapping):
        raise FieldError("not_an_object", "choices have names", field="policy", value=type(given).__name__)
    choices: dict[str, Any] = plain(cast("object", given), "policy")
    if "standard_cost" in choices:
        choices["standard_cost"] = decimal_text(to_factor(choices["standard_cost"], "standard_cost"))
    for key in choices:
        if key in _NOT_OF_ITEMS or (topic == "place" and key != "method"):
            raise PolicyError("unknown_choice", f"not a choice of a {topic}", field=key, hint="state it for the book")
    if "method" in choices:
        methods_in_force().get(choices["method"])
    policy_for(terms.policy, {name or "-": choices})
    return choices
