"""Whether a case is in the format: its shape, its words, its numbers, its ids; and whether it asserts anything.

A check returns (step, field, expected, got) for each fault.  What has not even the shape is not looked into further.

Invariant: a case without a fault holds no word that the runner would pass over, and at least one expectation.

>>> case = {
...     "id": "x",
...     "method": "fifo",
...     "policy": {"negative_stok": "refuse"},
...     "events": [{"id": "e1", "date": "2026-01-05", "type": "receipt", "item": "A", "qty": "2", "unit_cost": "2"}],
... }
>>> print(*format_failures(case))
x policy format: expected a field of the format, got 'negative_stok' (did you mean negative_stock?)
>>> print(*format_failures({**case, "policy": {}}))
x case expect: expected at least one figure, got a case that asserts nothing
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from jxc.golden import words
from jxc.golden.case import Json, derived, rows, table
from jxc.golden.checks import Failure

__all__ = ["EXPECTS", "asserted", "format_failures"]

EXPECTS = ("expect", "expect_final")
_NUMBER = re.compile(r"-?([0-9]{1,60}(\.[0-9]{0,60})?|\.[0-9]{1,60})\Z")
_PLACES = re.compile(r"[0-9]{1,2}\Z")
_A_FIELD, _A_NUMBER = "a field of the format", "a decimal number as text"

_Fault = tuple[str, str, str, str]


def format_failures(raw: Json) -> list[Failure]:
    """Every fault of a valuation case, as failures; empty if it is in the format and asserts something."""
    faults = list(_shapes(raw))[:1] or list(_faults(raw))
    if not faults and not asserted(raw):
        faults = [("case", "expect", "at least one figure", "a case that asserts nothing")]
    return [Failure(str(raw["id"]), *fault) for fault in faults]


def asserted(raw: Json) -> set[str]:
    """The words of all that a case expects, of its events and of the whole."""
    found: set[str] = set()
    for expected in (table(raw, "expect"), *(table(event, name) for event in raw["events"] for name in EXPECTS)):
        found.update(name for name, wanted in expected.items() if _says_something(name, wanted))
    return found


def _says_something(name: str, wanted: Any) -> bool:
    if name == "closing":
        return any(figure is not None for line in wanted or () for key, figure in line.items() if _is_figure(key))
    return wanted not in (None, [], {})


def _is_figure(name: str) -> bool:
    return name not in words.CLOSING


# -- the shape --------------------------------------------------------------------------------------------------------


def _shapes(raw: Json) -> Iterator[_Fault]:
    if not isinstance(raw.get("method"), str):
        yield "case", "format", "a method", repr(raw.get("method"))[:60]
    if not isinstance(raw.get("events"), list):
        yield "case", "format", "a list of events", repr(raw.get("events"))[:60]
        return
    yield from _tables("case", raw, ("policy", "expect", "inputs"), ("items",))
    expected = raw.get("expect")
    if isinstance(expected, dict):
        yield from _tables("case", cast("Json", expected), (), ("closing",))
    policy = raw.get("policy")
    if isinstance(policy, dict):
        yield from _tables("policy", cast("Json", policy), ("rounding", "standard_cost", *_METHODS), ())
    events: list[Any] = raw["events"]
    for number, event in enumerate(events, 1):
        yield from _event_shape(number, event)


_METHODS = ("item_methods", "location_methods")


def _event_shape(number: int, event: Any) -> Iterator[_Fault]:
    if not isinstance(event, dict):
        yield f"event {number}", "format", "an event as an object", repr(event)[:60]
        return
    event = cast("Json", event)
    step = _step(number, event)
    yield from _tables(step, event, (*EXPECTS, "lot_match", "foreign"), ("lots",))
    for name in ("date", "type"):
        if not isinstance(event.get(name), str):
            yield step, "format", f"a {name}", repr(event.get(name))[:60]
    for name in ("refs", "cost_from", "weights", "shares"):
        if not _are_texts(event.get(name)):
            yield step, "format", f"{name}: a list of texts", repr(event[name])[:60]
    for name in ("id", "item", "location", "to_location", "lot", "time", "doc", "batch", "expiry", "lot_date"):
        if not isinstance(event.get(name), str | None):
            yield step, "format", f"{name}: a text", repr(event[name])[:60]


def _are_texts(value: Any) -> bool:
    return value is None or _is_list_of(value, str)


def _step(number: int, event: Json) -> str:
    return str(event.get("id") or f"event {number}")


def _is_list_of(value: Any, kind: type) -> bool:
    return isinstance(value, list) and all(isinstance(each, kind) for each in cast("list[object]", value))


def _tables(step: str, raw: Json, single: Iterable[str], lists: Iterable[str]) -> Iterator[_Fault]:
    for name in single:
        if not isinstance(raw.get(name), dict | None):
            yield step, "format", f"{name}: an object", repr(raw[name])[:60]
    for name in lists:
        value = raw.get(name)
        if value is not None and not _is_list_of(value, dict):
            yield step, "format", f"{name}: a list of objects", repr(value)[:60]


# -- the words --------------------------------------------------------------------------------------------------------


def _faults(raw: Json) -> Iterator[_Fault]:
    yield from _fields("case", raw, words.CASE, words.SAID_ELSEWHERE["case"])
    yield from _of_the_case(raw)
    yield from _policy(table(raw, "policy"))
    ids = [event["id"] for event in raw["events"] if event.get("id") is not None]
    for name, count in Counter(ids).items():
        if count > 1:
            yield name, "format", "an id that is there once", f"{count} events of that id"
    for number, event in enumerate(raw["events"], 1):
        yield from _event(_step(number, event), event, ids)
    if raw.get("submethod") == "lcnrv":
        yield from _lcnrv(raw)


def _of_the_case(raw: Json) -> Iterator[_Fault]:
    yield from _choice("case", "method", raw["method"], words.METHODS)
    if raw.get("submethod") is not None and derived(raw["submethod"]) is None:
        yield "case", "format", "submethod: one of the format", repr(raw["submethod"])[:60]
    elif raw["method"] == "other" and raw.get("submethod") != "lcnrv" and not _picks(raw):
        yield "case", "format", "policy.pick, or a submethod that says how to pick", f"{raw.get('submethod')}"
    for name in ("currency_places", "qty_places"):
        if raw.get(name) is not None and not _is_count(raw[name]):
            yield "case", "format", f"{name}: a count of places", repr(raw[name])[:60]
    yield from _numbers("case", raw, ("initial_unit_cost",))
    expected = table(raw, "expect")
    yield from _numbers("case", expected, [name for name, figure in expected.items() if isinstance(figure, str)])
    for line in rows(expected, "closing"):
        if not isinstance(line.get("item"), str) and raw.get("submethod") != "lcnrv":
            yield "closing", "format", "an item", repr(line.get("item"))[:60]
        yield from _numbers("closing", line, [n for n, figure in line.items() if _is_figure(n) and _single(figure)])


def _picks(raw: Json) -> bool:
    return table(raw, "policy").get("pick") is not None or bool(derived(raw.get("submethod")))


def _policy(policy: Json) -> Iterator[_Fault]:
    yield from _fields("policy", policy, words.POLICY)
    for name, allowed in words.CHOICES.items():
        given: Any = policy.get(name)
        if name != "nrv_level" or not isinstance(given, list):
            given = [given]
        for word in cast("list[Any]", given):
            if word is not None:
                yield from _choice("policy", name, word, allowed)
    rounding = table(policy, "rounding")
    yield from _fields("policy.rounding", rounding, words.TABLES["rounding"])
    for name, places in rounding.items():
        if name.endswith("_places") and places is not None and not _is_count(places):
            yield "policy.rounding", "format", f"{name}: a count of places", repr(places)[:60]
    for name in _METHODS:
        for key, method in table(policy, name).items():
            yield from _choice("policy", f"{name}.{key}", method, words.METHODS)
    yield from _numbers("policy", table(policy, "standard_cost"), table(policy, "standard_cost"))
    if policy.get("pick") == "by_location" and not policy.get("location_methods"):
        yield "policy", "format", "location_methods, for pick is by_location", "nothing"


def _event(step: str, event: Json, ids: list[str]) -> Iterator[_Fault]:
    yield from _fields(step, event, words.EVENT, words.SAID_ELSEWHERE["event"])
    for name, allowed in words.EVENT_CHOICES.items():
        if event.get(name) is not None:
            yield from _choice(step, name, event[name], allowed)
    for name in ("lot_match", "foreign"):
        yield from _fields(f"{step} {name}", table(event, name), words.TABLES[name])
    for lot in rows(event, "lots"):
        yield from _fields(f"{step} lots", lot, words.TABLES["lots"])
        yield from _needed(step, "lots", lot, ("lot", "qty"))
    if event.get("foreign"):
        yield from _needed(step, "foreign", event["foreign"], ("currency", "rate"))
    yield from _numbers(step, event, words.EVENT_NUMBERS)
    named = [(name, ref) for name in ("refs", "cost_from") for ref in event.get(name) or ()]
    for expects in EXPECTS:
        expected = table(event, expects)
        figures = [name for name, figure in expected.items() if isinstance(figure, str) and name != "error"]
        yield from _numbers(step, expected, figures)
        named += [(name, ref) for name in words.AFTER for ref in table(expected, name)]
    for name, ref in named:
        if ref not in ids:
            yield step, "format", f"{name}: the id of an event", repr(ref)[:60]


def _lcnrv(raw: Json) -> Iterator[_Fault]:
    """What the checks of lower of cost and net realisable value read, and what they would pass over."""
    items = rows(raw, "items")
    for item in items:
        yield from _fields("case items", item, words.TABLES["items"])
        yield from _needed("case", "items", item, ("item", "cost", "nrv"))
    for event in raw["events"]:
        for name in EXPECTS:
            if event.get(name) and (items or name == "expect_final"):
                yield str(event.get("id")), "format", "figures that a case of lcnrv can check", name
        if not items and event["type"] == "revalue" and event.get("nrv") is None:
            yield str(event.get("id")), "format", "nrv", "nothing"


# -- one field --------------------------------------------------------------------------------------------------------


def _fields(
    step: str, raw: Json, allowed: tuple[str, ...], elsewhere: Mapping[str, str] | None = None
) -> Iterator[_Fault]:
    for name, value in raw.items():
        if elsewhere is not None and name in elsewhere:
            if value is not None:
                yield step, "format", f"{elsewhere[name]} to say it", repr(name)
            continue
        unknown = words.known(name, allowed)
        if unknown is not None:
            yield step, "format", _A_FIELD, unknown


def _needed(step: str, table: str, raw: Json, names: Iterable[str]) -> Iterator[_Fault]:
    for name in names:
        if not isinstance(raw.get(name), str):
            yield step, "format", f"{table}: {name} as text", repr(raw.get(name))[:60]


def _choice(step: str, name: str, word: object, allowed: tuple[str, ...]) -> Iterator[_Fault]:
    unknown = words.known(word, allowed)
    if unknown is not None:
        yield step, "format", f"{name}: one of {', '.join(allowed)}", unknown


def _numbers(step: str, raw: Json, names: Iterable[str]) -> Iterator[_Fault]:
    for name in names:
        figure = raw.get(name)
        if figure is not None and not (isinstance(figure, str) and _NUMBER.match(figure)):
            yield step, "format", f"{name}: {_A_NUMBER}", repr(figure)[:60]


def _single(figure: object) -> bool:
    return not isinstance(figure, list | dict)


def _is_count(places: Any) -> bool:
    return isinstance(places, int) or (isinstance(places, str) and _PLACES.match(places) is not None)
