"""Every listed word means one column or type; nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.edge import words
from jxc.edge.words import COLUMNS, REQUIRED, TYPES, VALUE_ONLY, column_name, near_types, type_name


@pytest.mark.parametrize("names", [words._COLUMN_WORDS, words._TYPE_WORDS], ids=["columns", "types"])
def test_no_word_means_two_things(names):
    listed = [word for aliases in names.values() for word in aliases.split()]
    assert len(set(listed)) == len(listed)
    assert not set(listed) & set(names)


def test_canonical_names_mean_themselves():
    assert [column_name(name) for name in COLUMNS] == list(COLUMNS)
    assert [type_name(name) for name in TYPES] == list(TYPES)
    assert set(REQUIRED) <= set(COLUMNS)
    assert set(TYPES) >= VALUE_ONLY


def test_every_listed_word_is_written_as_it_is_looked_up():
    for name, aliases in words._COLUMN_WORDS.items():
        assert {column_name(word) for word in aliases.split()} == {name}
    for name, aliases in words._TYPE_WORDS.items():
        assert {type_name(word) for word in aliases.split()} == {name}


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("日期", "date"), ("单据号", "doc"), ("單據號", "doc"), ("类型", "type"), ("類型", "type"), ("商品", "item"),
        ("存货", "item"), ("存貨", "item"), ("仓库", "place"), ("倉庫", "place"), ("调入仓库", "to_place"),
        ("批次", "lot"), ("批号", "lot"), ("批號", "lot"), ("有效期至", "expiry"), ("数量", "qty"), ("數量", "qty"),
        ("单位", "uom"), ("單位", "uom"), ("单价", "unit_cost"), ("单位成本", "unit_cost"), ("金额", "amount"),
        ("金額", "amount"), ("币种", "currency"), ("汇率", "rate"), ("匯率", "rate"), ("原因", "reason"),
        ("时间", "time"), ("编号", "id"), ("源单", "ref"), ("location", "place"), ("to_location", "to_place"),
        (" Unit Cost ", "unit_cost"), ("UNIT-COST", "unit_cost"), ("unit price", None), ("", None),
    ],
)  # fmt: skip
def test_headers(header, column):
    assert column_name(header) == column


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("期初", "opening"), ("采购入库", "receipt"), ("入库", "receipt"), ("销售出库", "issue"), ("出库", "issue"),
        ("调拨", "transfer"), ("盘点", "count"), ("盘盈", "adjust_in"), ("盘亏", "adjust_out"), ("报废", "scrap"),
        ("报损", "scrap"), ("采购退货", "purchase_return"), ("销售退货", "sales_return"), ("组装", "assembly"),
        ("拆卸", "disassembly"), ("Landed Cost", "landed_cost"), ("RECEIPT", "receipt"), ("recieve", None),
    ],
)  # fmt: skip
def test_types(word, kind):
    assert type_name(word) == kind


@given(st.sampled_from(TYPES), st.sampled_from([str.upper, str.title, lambda word: f"  {word.replace('_', '-')} "]))
def test_case_space_and_hyphens_do_not_matter(name, change):
    assert type_name(change(name)) == name


@given(st.text())
def test_a_hint_is_a_listed_word(text):
    assert all(type_name(word) for word in near_types(text))


def test_the_reference_lists_every_word(root):
    page = (root / "docs/reference/table-input.md").read_text(encoding="utf-8")
    cells = {cell.strip(" `()") for cell in page.replace("|", ",").replace(";", ",").replace("(", ",").split(",")}
    for name, aliases in [*words._COLUMN_WORDS.items(), *words._TYPE_WORDS.items()]:
        for word in aliases.split():
            assert {word, word.replace("_", " ")} & cells, f"{name}: {word}"
