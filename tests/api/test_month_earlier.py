"""What earlier periods have booked against what their rows cost now: P21 of docs/spec/costing.md."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jxc.api.month_earlier import EarlierRow, earlier_periods
from jxc.api.month_records import Booked, CostRecord
from jxc.kernel.periods import Period


def test_a_quarter_that_was_run_covers_its_months() -> None:
    record = CostRecord("2026-Q1:S:1", "2026-Q1", "S", "issue", "TEA", "", Decimal(1), Decimal("4.00"))
    may, row = Period.parse("2026-05"), EarlierRow(3, "S", date(2026, 2, 3), Decimal("4.00"))
    assert list(earlier_periods(Booked([record]), may, [row])) == []
    assert [p.code for p in earlier_periods(Booked([]), may, [row])] == ["earlier_period_not_run"]
    dearer = EarlierRow(3, "S", date(2026, 2, 3), Decimal("5.00"))
    assert [(p.code, p.row) for p in earlier_periods(Booked([record]), may, [dearer])] == [("earlier_cost_changed", 3)]
