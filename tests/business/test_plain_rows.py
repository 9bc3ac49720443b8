"""The short way from a plain row to an event: what it reads is what the facts' own reader reads."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from jxc.api.business.plain_rows import PlainReader
from jxc.api.business.stating import BESIDE, fact_of
from jxc.api.late_read import Terms, read_late
from jxc.costing.events import Event, Scales
from jxc.costing.policy import Policy
from jxc.errors import JxcError
from jxc.kernel.currencies import currency

TERMS = Terms(Policy(), Scales(2, 6), currency("CNY"), {}, None)
TEXT = st.sampled_from(("TEA", "绿茶", "WH 1", "a", "A-1/2", " x", "", "x\n", "=1", "é"))
NUMBER = st.one_of(
    st.integers(-2, 10**6).map(str),
    st.decimals(0, 10**4, places=4, allow_nan=False).map(str),
    st.sampled_from(("1e3", "1.0000000", "0.3333333", "x", "", "+1", "1,5", "0")),
)
DAY = st.one_of(
    st.integers(0, 900).map(lambda n: (date(2025, 1, 1) + timedelta(n)).isoformat()),
    st.sampled_from(("2026-1-5", "20260105", "2026-02-30", "")),
)
ROW = st.fixed_dictionaries(
    {"type": st.sampled_from(("receipt", "opening", "adjust_in", "issue", "scrap", "adjust_out", "transfer", "count"))},
    optional={
        "date": DAY,
        "item": TEXT,
        "qty": NUMBER,
        "unit_cost": NUMBER,
        "amount": NUMBER,
        "place": TEXT,
        "to_place": TEXT,
        "lot": TEXT,
        "doc": TEXT,
        "reason": TEXT,
        "sale_price": NUMBER,
        "party": TEXT,
        "uom": TEXT,
    },
)


def told(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in Event.__slots__}


@given(ROW)
def test_a_plain_row_is_read_as_the_facts_reader_reads_it(row: dict[str, Any]) -> None:
    event = PlainReader(TERMS).read(row, 3)
    if event is None:
        return
    [[other]], _ = read_late([fact_of({**row, "id": "F-1"})], {}, 3, TERMS)
    assert told(event) == {**told(other), "id": ""}


@given(ROW)
def test_what_the_facts_reader_refuses_is_no_plain_row(row: dict[str, Any]) -> None:
    try:
        read_late([fact_of(row)], {}, 3, TERMS)
    except JxcError:
        assert PlainReader(TERMS).read(row, 3) is None


def test_most_rows_are_plain() -> None:
    reader = PlainReader(TERMS)
    row = {"type": "receipt", "date": "2026-01-05", "item": "TEA", "qty": "10", "place": "WH", "doc": "PO-1"}
    assert reader.read({**row, "unit_cost": "2.00", "party": "S-01", "id": "GR-1"}, 0) is not None
    assert (
        reader.read({**row, "type": "issue", "reason": "销售", "sale_price": "5.00", "salesman": "li"}, 0) is not None
    )
    assert Decimal(str(reader.read({**row, "unit_cost": "0.333"}, 0).amount)) == 333  # type: ignore[union-attr]
    assert set(BESIDE) == {"party", "salesman"}
