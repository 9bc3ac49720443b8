"""Cases of lower of cost and net realisable value: data that are no movements, or a story of one allowance.

Invariant: allowances come from ``jxc.costing.writedown`` and the rule of release, nothing is read from ``expect``.

>>> story = {
...     "id": "x",
...     "currency_places": 2,
...     "policy": {},
...     "items": [{"item": "A", "cost": "100", "nrv": "80"}],
...     "expect": {"allowance_required": "25"},
... }
>>> print(*check_nrv(story))
x case allowance_required: expected 25, got 20
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

from jxc.costing.writedown import Held, NrvLevel, required
from jxc.golden.case import Json, table
from jxc.golden.checks import Failure
from jxc.golden.figures import same, text
from jxc.kernel.rounding import Exact, divide

__all__ = ["check_nrv"]


def check_nrv(raw: Json) -> Iterator[Failure]:
    """Every figure of a case of submethod ``lcnrv``."""
    if raw.get("items"):
        yield from _check_items(raw)
    else:
        yield from _Story(raw).check()


def _minor(raw: Json, text_: str | None) -> Exact:
    amount = Fraction(text_ or 0) * 10 ** (raw.get("currency_places") or 0)
    return amount.numerator if amount.denominator == 1 else amount


def _held(raw: Json) -> list[Held]:
    return [
        Held(item["item"], _minor(raw, item["cost"]), _minor(raw, item["nrv"]), item.get("group") or "")
        for item in raw["items"]
    ]


def _check_items(raw: Json) -> Iterator[Failure]:
    held = _held(raw)
    level = raw["policy"].get("nrv_level", "item")
    levels = cast("list[NrvLevel]", level if isinstance(level, list) else [level])
    allowances = {name: required(held, name) for name in levels}
    cost = sum(goods.cost for goods in held)
    before = {item["item"]: _minor(raw, item.get("allowance_before")) for item in raw["items"]}
    first = allowances[levels[0]]
    totals = {name: sum(found.values()) for name, found in allowances.items()}
    got: dict[str, Exact | dict[str, Exact]] = {
        "allowance_required": totals[levels[0]],
        "carrying_amount": cost - totals[levels[0]],
        "by_item": first,
        "allowance_change": totals[levels[0]] - sum(before.values()),
        "allowance_change_by_item": {item: first.get(item, 0) - held_before for item, held_before in before.items()},
        "write_down_by_level": {str(name): total for name, total in totals.items()},
        "carrying_by_level": {str(name): cost - total for name, total in totals.items()},
    }
    for name, wanted in raw["expect"].items():
        yield from _compare(raw, "case", name, wanted, got.get(name))


def _compare(
    raw: Json, step: str, name: str, wanted: object, got: Exact | dict[str, Exact] | None
) -> Iterator[Failure]:
    scale = 10 ** (raw.get("currency_places") or 0)
    if isinstance(wanted, dict):
        found = got if isinstance(got, dict) else {}
        for key, figure in cast("dict[str, str]", wanted).items():
            value = found.get(key)
            if value is None or not same(figure, Fraction(value) / scale, exact=True):
                shown = "nothing" if value is None else text(Fraction(value) / scale)
                yield Failure(raw["id"], step, f"{name}.{key}", figure, shown)
    elif got is None or isinstance(got, dict):
        yield Failure(raw["id"], step, name, str(wanted), "no check knows this word")
    elif not same(str(wanted), Fraction(got) / scale, exact=True):
        yield Failure(raw["id"], step, name, str(wanted), text(Fraction(got) / scale))


class _Story:
    """One item's cost and allowance over time: opening, issues that release, receipts, tests of value."""

    def __init__(self, raw: Json) -> None:
        self.raw = raw
        self.cost: Exact = 0
        self.allowance: Exact = 0

    def check(self) -> Iterator[Failure]:
        for event in self.raw["events"]:
            got = self._step(event)
            for name, wanted in table(event, "expect").items():
                if name != "journal":
                    yield from _compare(self.raw, event["id"], name, wanted, got.get(name))
        for name, wanted in table(self.raw, "expect").items():
            if name == "closing":
                yield from self._closing(wanted[0])
            else:
                yield from _compare(self.raw, "case", name, wanted, self._standing().get(name))

    def _closing(self, line: Json) -> Iterator[Failure]:
        for name, wanted in line.items():
            if name not in ("item", "location"):
                yield from _compare(self.raw, "closing", name, wanted, self._standing().get(name))

    def _standing(self) -> dict[str, Exact]:
        return {
            "value": self.cost,
            "allowance": self.allowance,
            "allowance_required": self.allowance,
            "carrying_amount": self.cost - self.allowance,
        }

    def _step(self, event: Json) -> dict[str, Exact]:
        amount = _minor(self.raw, event.get("amount"))
        if event["type"] in ("opening", "receipt", "adjust_in", "sales_return"):
            self.cost += amount
            self.allowance += _minor(self.raw, event.get("allowance"))
            return self._standing()
        if event["type"] != "revalue":
            released = self.allowance if amount == self.cost else divide(self.allowance * amount, self.cost)
            self.cost -= amount
            self.allowance -= released
            return {**self._standing(), "allowance_released": released, "cost": amount}
        if event.get("cost") is not None:
            self.cost = _minor(self.raw, event["cost"])
        before = self.allowance
        nrv = _minor(self.raw, event["nrv"])
        self.allowance = required([Held("item", self.cost, nrv)])["item"]
        return {**self._standing(), "allowance_before": before, "allowance_change": self.allowance - before}
