"""Where an account of a golden case belongs in a statement, from its code or the words of its name.

Cases name accounts by a code of a known chart, or by plain words; the engine asks for sections.  This is the only place
that guesses, and it guesses for cases only.

Invariant: an account always gets a section of its type.

>>> section_of("6601", "销售费用", "expense", ("6001", "6601")), section_of("acc_dep", "", "asset", ())
('selling', 'depreciation')
>>> section_of("402", "Sales Discounts", "income", ()), section_of("590", "Interest Expense", "expense", ())
('sales', 'finance')
"""

from __future__ import annotations

from collections.abc import Sequence

from jxc.edge.charts import load_chart

__all__ = ["chart_of", "section_of"]

_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "asset": (
        ("depreciation", "acc_dep accumulated amortisation 折旧"),
        ("inventory", "inventor stock merchandise goods 商品 材料"),
        ("receivable", "receivable client customer ar 应收"),
        ("cash", "cash bank checking savings 现金 银行"),
        ("prepaid", "prepaid supplies advance 预付"),
        ("fixed_asset", "equipment building land vehicle furniture asset fixed 固定资产"),
    ),
    "liability": (
        ("tax_payable", "tax vat control 税"),
        ("payable", "payable supplier ap accrued unearned deferred 应付 预收"),
    ),
    "equity": (("retained", "retained earnings dividend drawing summary 利润"),),
    "income": (("other_income", "interest gain dividend 营业外"),),
    "expense": (
        ("cost_of_sales", "cogs cost 成本"),
        ("finance", "interest finance 财务"),
        ("income_tax", "income_tax 所得税"),
        ("other_expense", "loss 营业外支出"),
    ),
}
_REST = {
    "asset": "current_asset",
    "liability": "loan",
    "equity": "capital",
    "income": "sales",
    "expense": "administrative",
}
_MARKS = {"cn-enterprise": ("6001", "6401", "6602"), "cn-small-business": ("5001", "5401", "5602")}


def chart_of(codes: Sequence[str]) -> str | None:
    """The shipped chart that the codes of a case are from, where they are from one."""
    return next((name for name, marks in _MARKS.items() if any(mark in codes for mark in marks)), None)


def section_of(code: str, name: str, kind: str, codes: Sequence[str]) -> str:
    """The section of an account of a case; ``codes`` are all codes of the case."""
    shipped = chart_of(codes)
    if shipped is not None:
        chart = load_chart(shipped)
        for length in range(len(code), 3, -1):
            if code[:length] in chart and chart.get(code[:length]).type == kind:
                return chart.get(code[:length]).section
    words = f"{code} {name}".lower()
    for section, marks in _WORDS.get(kind, ()):
        if any(_has(words, mark) for mark in marks.split()):
            return section
    return _REST.get(kind, "")


def _has(words: str, mark: str) -> bool:
    """Whether the mark is in the words; a short one only as a word of its own."""
    parts = words.replace("_", " ").replace(":", " ").split()
    return mark in parts if len(mark) <= 3 and mark.isascii() else mark in words
