"""VAT in the books: which role each tax amount goes to, by taxpayer and treatment.

    purchase, deductible            debit  input_tax                 awaiting certification: input_tax_awaiting
    purchase, not deductible        into the cost of the line        small-scale taxpayers: always
    sale                            credit output_tax                not due yet: output_tax_awaiting
    sale of a small-scale taxpayer  credit small_scale_tax           at the levy rate
    abnormal loss, own use          credit input_tax_transferred_out
    gift to a customer              credit output_tax on the market price (deemed sale)
    purchase return                 debit input_tax in red, by the red invoice; or transferred out, as a setting

Sources: 增值税暂行条例 articles 8 to 10 and its 实施细则 article 4, 财会〔2016〕22号 part 2; for books after 2026 the
rules of 增值税法 decide what is deemed a sale, which is why every treatment is named by the caller.

Invariant: what is posted to tax roles and what goes into cost add up to the tax of the document, line by line.

>>> lines = [TaxableLine(10000, Fraction(13, 100)), TaxableLine(5000, Fraction(13, 100))]
>>> bought = purchase_tax(lines, VatPolicy(), deductible=(True, False))
>>> bought.costs, bought.postings
((10000, 5650), (TaxPosting(role='input_tax', amount=1300, red=False),))
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from jxc.errors import PolicyError
from jxc.kernel.rounding import Exact, RoundingMode, divide
from jxc.tax.amounts import Per, TaxableLine, TaxedLine, tax_lines

__all__ = [
    "PurchaseTax",
    "SalesTax",
    "TaxPosting",
    "VatPolicy",
    "certify",
    "deemed_sale",
    "output_due",
    "purchase_return",
    "purchase_tax",
    "sales_tax",
    "small_scale_relief",
    "transfer_out",
    "transfer_tax",
]


_WORDS = MappingProxyType(
    {"taxpayer": ("general", "small_scale"), "purchase_return": ("red_input", "transfer_out")},
)


@dataclass(frozen=True, slots=True)
class VatPolicy:
    """How a taxpayer keeps VAT.

    ``purchase_return``: the red invoice takes from input tax, or the tax is transferred out.  ``taxable_transfers``:
    whether moving goods between branches is a sale for tax (实施细则 article 4; no longer under 增值税法).
    """

    taxpayer: Literal["general", "small_scale"] = "general"
    per: Per = "line"
    mode: RoundingMode = "half_up"
    purchase_return: Literal["red_input", "transfer_out"] = "red_input"
    taxable_transfers: bool = False

    def __post_init__(self) -> None:
        for name, words in (
            ("taxpayer", ("general", "small_scale")),
            ("purchase_return", ("red_input", "transfer_out")),
        ):
            if getattr(self, name) not in words:
                hint = f"one of {', '.join(words)}"
                value = getattr(self, name)
                raise PolicyError("unknown_choice", "there is no such choice", field=name, value=value, hint=hint)


@dataclass(frozen=True, slots=True)
class TaxPosting:
    """An amount for a role in minor units, debit above zero; a ``red`` one stands negative on its own side."""

    role: str
    amount: int
    red: bool = False


@dataclass(frozen=True, slots=True)
class PurchaseTax:
    """What each line of a purchase costs, what is posted as tax, what is owed."""

    lines: tuple[TaxedLine, ...]
    costs: tuple[int, ...]
    postings: tuple[TaxPosting, ...]

    @property
    def owed(self) -> int:
        """The gross amount of the document."""
        return sum(line.gross for line in self.lines)


@dataclass(frozen=True, slots=True)
class SalesTax:
    """The revenue of each line of a sale, what is posted as tax, what is claimed."""

    lines: tuple[TaxedLine, ...]
    postings: tuple[TaxPosting, ...]

    @property
    def revenue(self) -> int:
        """The net amount of the document."""
        return sum(line.net for line in self.lines)

    @property
    def claimed(self) -> int:
        """The gross amount of the document."""
        return sum(line.gross for line in self.lines)


def purchase_tax(
    lines: Sequence[TaxableLine],
    policy: VatPolicy,
    *,
    deductible: Sequence[bool] | None = None,
    certified: bool = True,
) -> PurchaseTax:
    """The tax of a purchase; ``deductible`` says for each line whether its tax may be set off (all, if left out)."""
    taxed = tuple(tax_lines(lines, per=policy.per, mode=policy.mode))
    flags = [policy.taxpayer == "general" and (deductible is None or deductible[at]) for at in range(len(taxed))]
    costs = tuple(line.net if flag else line.gross for line, flag in zip(taxed, flags, strict=True))
    deducted = sum(line.tax for line, flag in zip(taxed, flags, strict=True) if flag)
    role = "input_tax" if certified else "input_tax_awaiting"
    return PurchaseTax(taxed, costs, _posting(role, deducted))


def sales_tax(lines: Sequence[TaxableLine], policy: VatPolicy, *, due: bool = True) -> SalesTax:
    """The tax of a sale; one that is not ``due`` with the revenue awaits its day (待转销项税额)."""
    taxed = tuple(tax_lines(lines, per=policy.per, mode=policy.mode))
    role = "small_scale_tax" if policy.taxpayer == "small_scale" else "output_tax" if due else "output_tax_awaiting"
    return SalesTax(taxed, _posting(role, -sum(line.tax for line in taxed)))


def certify(amount: int) -> tuple[TaxPosting, ...]:
    """Input tax that was certified, in minor units: from 待认证 to 进项税额."""
    return (*_posting("input_tax", amount), *_posting("input_tax_awaiting", -amount))


def output_due(amount: int) -> tuple[TaxPosting, ...]:
    """Output tax whose day has come, in minor units: from 待转销项税额 to 销项税额."""
    return (*_posting("output_tax_awaiting", amount), *_posting("output_tax", -amount))


def transfer_out(cost: int, rate: Fraction, policy: VatPolicy) -> tuple[TaxPosting, ...]:
    """Input tax on goods lost abnormally or used for what is not taxable: ``cost`` without tax, at the rate bought.

    Whoever bears the loss or uses the goods is debited with it by the entry that this is part of.
    """
    if policy.taxpayer == "small_scale":
        return ()
    return _posting("input_tax_transferred_out", -divide(cost * rate, 1, policy.mode))


def deemed_sale(market_price: int, rate: Fraction, policy: VatPolicy) -> tuple[TaxPosting, ...]:
    """Output tax on goods given away, on their market price without tax (视同销售)."""
    return sales_tax((TaxableLine(market_price, rate),), policy).postings


def transfer_tax(market_price: int, rate: Fraction, policy: VatPolicy) -> tuple[TaxPosting, ...]:
    """Output tax on a move between branches: nothing, unless the policy makes such moves taxable."""
    return deemed_sale(market_price, rate, policy) if policy.taxable_transfers else ()


def purchase_return(lines: Sequence[TaxableLine], policy: VatPolicy) -> PurchaseTax:
    """The tax of goods sent back, amounts above zero: input tax in red, or transferred out, by the policy."""
    taxed = tuple(tax_lines(lines, per=policy.per, mode=policy.mode))
    if policy.taxpayer == "small_scale":
        return PurchaseTax(taxed, tuple(line.gross for line in taxed), ())
    tax = sum(line.tax for line in taxed)
    red = policy.purchase_return == "red_input"
    postings = _posting("input_tax" if red else "input_tax_transferred_out", -tax, red=red)
    return PurchaseTax(taxed, tuple(line.net for line in taxed), postings)


def small_scale_relief(sales: int, tax: int, threshold: int) -> int:
    """The tax that is not levied: all of it where the sales of the period do not exceed the threshold."""
    return tax if sales <= threshold else 0


def _posting(role: str, amount: Exact, *, red: bool = False) -> tuple[TaxPosting, ...]:
    return (TaxPosting(role, int(amount), red),) if amount else ()
