"""The runner of golden cases: files in, a line per failure out, and the count.

Users pin the habits of the system they leave with cases of their own: one JSON object a line, in the format described
beside the cases.  A case is skipped only where its engine does not exist yet.

>>> report = run_lines(["{}"], "mine")
>>> [str(failure) for failure in report.failures]
['mine:1 case id: expected a case with id, kind and events, got {}']
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from jxc.costing.events import Event
from jxc.errors import JxcError
from jxc.golden.case import Case, Json, NoEngineError, parse_case
from jxc.golden.checks import Failure, check_case, check_event
from jxc.golden.group_methods import GROUP_METHODS, check_group
from jxc.golden.nrv import check_nrv
from jxc.golden.run import groups, value

__all__ = ["Report", "run_case", "run_lines"]


@dataclass(slots=True)
class Report:
    """How many cases passed, failed, were skipped; every failure; journal expectations left out."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    journals: int = 0
    failures: list[Failure] = field(default_factory=list[Failure])
    skips: Counter[str] = field(default_factory=Counter[str])
    """How many cases wait for each engine that does not exist yet."""

    def add(self, other: Report) -> None:
        """Add the counts and failures of another report to this one."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.journals += other.journals
        self.failures += other.failures
        self.skips.update(other.skips)

    @property
    def summary(self) -> str:
        """The last line of the report."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run_lines(lines: Iterable[str], name: str) -> Report:
    """Run the cases of one file; ``name`` is for messages."""
    report = Report()
    for number, line in enumerate(lines, 1):
        if line.strip():
            report.add(_run_line(line, f"{name}:{number}"))
    return report


def _run_line(line: str, where: str) -> Report:
    try:
        raw = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        return _broken(Failure(where, "case", "json", "one JSON object a line", str(error)))
    if not isinstance(raw, dict) or not {"id", "kind"} <= set(cast("dict[str, Any]", raw)):
        return _broken(Failure(where, "case", "id", "a case with id, kind and events", json.dumps(raw)[:60]))
    return run_case(cast("Json", raw))


def _whole_places(raw: Json) -> Json:
    """The case with its places as integers: they are counts, not amounts."""
    words = dict(cast("Json", raw.get("policy") or {}))
    if isinstance(words.get("rounding"), dict):
        rounding = cast("Json", words["rounding"])
        words["rounding"] = {name: _count(n) if name.endswith("_places") else n for name, n in rounding.items()}
    places = {name: _count(raw.get(name)) for name in ("currency_places", "qty_places")}
    return {**raw, **places, "policy": words}


def _count(number: Any) -> int | None:
    return None if number is None else int(number)


def _broken(failure: Failure) -> Report:
    return Report(failed=1, failures=[failure])


def run_case(raw: Json) -> Report:
    """Run one case that was read from JSON (numbers as text)."""
    if raw["kind"] != "valuation":
        return Report(skipped=1, skips=Counter([str(raw["kind"])]))
    try:
        case = _whole_places(raw)
        report = Report(journals=_journals(case))
        report.failures = list(_failures(case))
    except NoEngineError as missing:
        return Report(skipped=1, skips=Counter([str(missing)]))
    except _NOT_A_CASE as error:
        return _broken(Failure(str(raw["id"]), "case", type(error).__name__, "a case in the format", str(error)))
    report.failed, report.passed = (1, 0) if report.failures else (0, 1)
    return report


_NOT_A_CASE = (JxcError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)


def _journals(raw: Json) -> int:
    """How many journals the case expects, of events and of the whole."""
    places = [raw.get("expect"), *(event.get(name) for event in raw.get("events") or () for name in _EXPECTS)]
    return sum(1 for expected in places if isinstance(expected, dict) and cast("Json", expected).get("journal"))


_EXPECTS = ("expect", "expect_final")


def _failures(raw: Json) -> Iterator[Failure]:
    if raw.get("submethod") == "lcnrv":
        yield from check_nrv(raw)
        return
    if raw.get("method") in GROUP_METHODS:
        yield from check_group(raw)
        return
    case = parse_case(raw)
    entered: list[Event] = []
    for group in groups(case):
        failures, stays = _enter(case, entered, group)
        yield from failures
        entered += group if stays else []
    run = value(case, entered)
    for event in entered:
        yield from check_event(case, run, event, _expected(case, event, "expect_final"))
    yield from check_case(case, run)


def _expected(case: Case, event: Event, name: str) -> Json:
    return case.raw["events"][event.row].get(name) or {}


def _enter(case: Case, entered: list[Event], group: list[Event]) -> tuple[list[Failure], bool]:
    """Enter one event or batch; what failed, and whether it stays in the book."""
    run = value(case, entered + group)
    wanted = [_expected(case, event, "expect").get("error") for event in group]
    error = next((word for word in wanted if word), None)
    problems = run.engine.problems
    got = problems[min(problems)].code if problems else None
    if error is not None or got is not None:
        step = "+".join(event.id for event in group)
        if got == error:
            return [], False
        return [Failure(case.id, step, "error", error or "none", got or "none")], got is None
    failures = [f for event in group for f in check_event(case, run, event, _expected(case, event, "expect"))]
    return failures, True
