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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

from jxc.costing.events import Event
from jxc.errors import InputError, JxcError
from jxc.golden.case import Case, Json, parse_case, rows, table
from jxc.golden.checks import Failure, check_case, check_event
from jxc.golden.format import asserted, format_failures
from jxc.golden.group_methods import GROUP_METHODS, check_group
from jxc.golden.journals import check_journal, check_whole_journal
from jxc.golden.ledger_case import LedgerCase
from jxc.golden.ledger_checks import check_ledger
from jxc.golden.ledger_format import ledger_format_failures
from jxc.golden.ledger_pending import check_phases
from jxc.golden.nrv import check_nrv
from jxc.golden.planned import check_planned, is_planned
from jxc.golden.run import EngineFault, Run, groups, value
from jxc.golden.words import KINDS

__all__ = ["Report", "run_case", "run_lines"]


@dataclass(slots=True)
class Report:
    """How many cases passed, failed, were skipped; every failure."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[Failure] = field(default_factory=list[Failure])
    skips: Counter[str] = field(default_factory=Counter[str])
    """How many cases wait for each engine that does not exist yet."""

    def add(self, other: Report) -> None:
        """Add the counts and failures of another report to this one."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
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
        raw = json.loads(line, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        return _broken(Failure(where, "case", "json", "one JSON object a line", str(error)))
    if not isinstance(raw, dict) or not {"id", "kind"} <= set(cast("dict[str, Any]", raw)):
        return _broken(Failure(where, "case", "id", "a case with id, kind and events", json.dumps(raw)[:60]))
    return run_case(cast("Json", raw))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice!r} is there twice")
    return found


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
    if raw["kind"] not in KINDS:
        return _broken(Failure(str(raw["id"]), "case", "kind", f"one of {', '.join(KINDS)}", repr(raw["kind"])[:60]))
    if raw["kind"] not in ("valuation", "ledger"):
        return Report(skipped=1, skips=Counter([str(raw["kind"])]))
    try:
        return _run_valuation(raw) if raw["kind"] == "valuation" else _run_ledger(raw)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a case never ends the run of the others
        return _fault(raw, "engine_error" if _is_of_the_engine(error) else "format", error)


def _is_of_the_engine(error: Exception) -> bool:
    """Whether it is no fault of the case: outside the engine, a wrong value is an expectation that is no figure."""
    return not isinstance(error, InputError) and (isinstance(error, JxcError) or not isinstance(error, _NO_FIGURE))


_NO_FIGURE = (ValueError, TypeError)


def _fault(raw: Json, field: str, error: Exception) -> Report:
    shown = str(error) if isinstance(error, EngineFault) else f"{getattr(error, 'code', type(error).__name__)}: {error}"
    expected = "figures" if field == "engine_error" else "a case in the format"
    return _broken(Failure(str(raw["id"]), "case", field, expected, shown))


def _run_valuation(raw: Json) -> Report:
    failures = format_failures(raw)
    if failures:
        return Report(failed=1, failures=failures)
    case = _whole_places(raw)
    own = _own_check(raw)
    try:
        parsed = None if own in (check_nrv, check_group) else parse_case(case)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        return _fault(raw, "format", error)
    found = own(case) if own is not None else _failures(cast("Case", parsed))
    report = Report(failures=list(found))
    if own is not None and "journal" in asserted(case):
        report.failures.append(Failure(str(raw["id"]), "case", "journal", "lines", "this method is not posted here"))
    report.failed, report.passed = (1, 0) if report.failures else (0, 1)
    return report


def _own_check(raw: Json) -> Callable[[Json], Iterator[Failure]] | None:
    """The check of a method that has a runner of its own; ``None`` for those of the engine."""
    if raw.get("submethod") == "lcnrv":
        return check_nrv
    if is_planned(raw):
        return check_planned
    return check_group if raw["method"] in GROUP_METHODS else None


def _run_ledger(raw: Json) -> Report:
    try:
        failures = ledger_format_failures(raw)
        case = LedgerCase.read(raw) if not failures else None
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        return _fault(raw, "format", error)
    if case is not None:
        failures = [*case.run(), *check_ledger(case), *check_phases(case)]
    return Report(failed=1, failures=failures) if failures else Report(passed=1)


def _failures(case: Case) -> Iterator[Failure]:
    entered: list[Event] = []
    refused: dict[int, str] = {}
    for group in groups(case):
        failures, code = _enter(case, entered, group)
        yield from failures
        if code is None:
            entered += group
        elif all(failure.field != "error" for failure in failures):
            refused.update((event.row, code) for event in group)
    run = value(case, entered, [case.events[row] for row in sorted(refused)])
    for event in sorted([*entered, *(case.events[row] for row in refused)], key=lambda event: event.row):
        yield from _check_final(case, run, event, refused.get(event.row))
    yield from check_case(case, run)
    wanted = rows(table(case.raw, "expect"), "journal")
    if wanted:
        yield from check_whole_journal(case, run, wanted)


def _check_final(case: Case, run: Run, event: Event, code: str | None) -> Iterator[Failure]:
    expected = _expected(case, event, "expect_final")
    wanted = expected.get("error")
    if wanted is not None and wanted != code:
        yield Failure(case.id, event.id, "error", str(wanted), code or "none")
    yield from _check(case, run, event, expected)


def _check(case: Case, run: Run, event: Event, expected: Json) -> Iterator[Failure]:
    yield from check_event(case, run, event, expected)
    if expected.get("journal"):
        yield from check_journal(case, run, event, expected["journal"])


def _expected(case: Case, event: Event, name: str) -> Json:
    return case.raw["events"][event.row].get(name) or {}


def _enter(case: Case, entered: list[Event], group: list[Event]) -> tuple[list[Failure], str | None]:
    """Enter one event or batch: what failed, and the code of the error if the book refused it."""
    run = value(case, entered + group)
    wanted = [_expected(case, event, "expect").get("error") for event in group]
    error = next((word for word in wanted if word), None)
    problems = run.engine.problems
    got = problems[min(problems)].code if problems else None
    if got != error:
        step = "+".join(event.id for event in group)
        return [Failure(case.id, step, "error", str(error or "none"), got or "none")], got
    if got is not None:  # it leaves no trace: the figures are those of the book without it
        run = value(case, entered, group)
    return [f for event in group for f in _check(case, run, event, _expected(case, event, "expect"))], got
