"""The lines of plain rows: what was learnt from one row is what the posting table would say of the next."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from jxc.api.business.posting_lines import PostingLines
from jxc.app.settings import Settings
from jxc.app.stock_entries import About, ValuedRow
from jxc.costing.effects import Effect
from jxc.costing.events import Event, Scales
from jxc.edge.charts import load_chart
from jxc.edge.posting_tables import load_posting_table
from jxc.ledger.book import Book
from jxc.ports import SettingRecord

AT = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = Settings(
    (
        SettingRecord("place", "ROAD", 1, None, AT, "", {"kind": "transit"}),
        SettingRecord("item", "TEA", 1, None, AT, "", {"group": "raw_materials"}),
    )
)
TABLES = {"cn-small-business": "cn-small-business", "perpetual": "ifrs-trading", "continental": "ifrs-trading"}
ROLES = {
    "opening": "opening",
    "receipt": "grni",
    "adjust_in": "stock_adjustment",
    "issue": "cogs",
    "scrap": "stock_adjustment",
    "adjust_out": "stock_adjustment",
}


def rows(kind: str, item: str, place: str | None, size: int, party: str | None, reason: str | None) -> ValuedRow:
    event = Event(0, kind, 739621, item, abs(size), id="F-1", place=place, reason=reason)
    role = "expense" if kind == "issue" and reason else ROLES[kind]
    effects = (Effect("inventory", place, 7 * size, size), Effect(role, None, -7 * size))  # type: ignore[arg-type]
    return ValuedRow(event, 739621, effects, About("F-1", party))


ROW = st.builds(
    rows,
    st.sampled_from(sorted(ROLES)),
    st.sampled_from(("TEA", "CUP")),
    st.sampled_from(("WH", "ROAD", None)),
    st.integers(-9, 9).filter(bool),
    st.just("S-01"),
    st.sampled_from((None, "gift", "own_use")),
)


@given(st.sampled_from(sorted(TABLES)), st.lists(ROW, max_size=12))
def test_what_was_learnt_is_what_the_table_says(table: str, given_rows: list[ValuedRow]) -> None:
    def fresh() -> PostingLines:
        return PostingLines(load_posting_table(table), Book(load_chart(TABLES[table]), "CNY"), SETTINGS, Scales(2, 3))

    learnt = fresh()
    for row in given_rows + given_rows:
        assert list(learnt(row)) == list(fresh()(row))
