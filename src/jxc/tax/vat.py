"""VAT in the books: which role each tax amount goes to, by taxpayer and treatment.

    purchase, deductible            debit  input_tax                 awaiting certification: input_tax_awaiting
    purchase, not deductible        into the cost of the line        small-scale taxpayers: always
    sale                            credit output_tax                not due yet: output_tax_awaiting
    sale of a small-scale taxpayer  credit small_scale_tax           at the levy rate
    abnormal loss, own use          credit input_tax_transferred_out
    gift to a customer              credit output_tax on the market price (deemed sale)
    purchase return                 debit input_tax in red, by the red invoice; or transferred out, as a setting;
                                    what was not certified yet: debit input_tax_awaiting in red
    sales return, allowance         credit output_tax in red, by the red invoice
    relief                          debit small_scale_tax (general: vat_relief), credit vat_relief_income

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
from typing import Literal, get_args

from jxc.errors import FieldError, NumberError, PolicyError
from jxc.kernel.rounding import Exact, RoundingMode, check_mode, divide
from jxc.tax.amounts import Per, TaxableLine, TaxedLine, check_minor, tax_fraction, tax_lines

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
    "relief",
    "sales_return",
    "sales_tax",
    "small_scale_relief",
    "transfer_out",
    "transfer_tax",
]


_OUT = "input_tax_transferred_out"
_WORDS = MappingProxyType(
    {
        "taxpayer": ("general", "small_scale"),
        "per": get_args(Per),
        "purchase_return": ("red_input", "transfer_out"),
    },
)


@dataclass(frozen=True, slots=True)
class VatPolicy:
    """How a taxpayer keeps VAT.

    ``purchase_return``: the red invoice takes from input tax, or the tax is transferred out.  ``taxable_transfers``:
    whether moving goods between branches is a sale for tax (实施细则 article 4; no longer under 增值税法).
    Raises ``PolicyError`` ``unknown_rounding_mode``, ``unknown_choice``.
    """

    taxpayer: Literal["general", "small_scale"] = "general"
    per: Per = "line"
    mode: RoundingMode = "half_up"
    purchase_return: Literal["red_input", "transfer_out"] = "red_input"
    taxable_transfers: bool = False

    def __post_init__(self) -> None:
        check_mode(self.mode)
        for name, words in _WORDS.items():
            value = getattr(self, name)
            if value not in words:
                hint = f"one of {', '.join(words)}"
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
    """The tax of a purchase; ``deductible`` says for each line whether its tax may be set off (all, if left out).

    Raises ``FieldError`` ``flags_differ_in_number`` where there are more or fewer flags than lines.
    """
    taxed, costs, deducted = _split(lines, policy, deductible)
    return PurchaseTax(taxed, costs, _posting(_input_role(certified), deducted))


def _input_role(certified: bool) -> str:
    return "input_tax" if certified else "input_tax_awaiting"


def _split(
    lines: Sequence[TaxableLine], policy: VatPolicy, deductible: Sequence[bool] | None
) -> tuple[tuple[TaxedLine, ...], tuple[int, ...], int]:
    """The lines with their tax, what of each is cost, and the tax that is none."""
    taxed = tuple(tax_lines(lines, per=policy.per, mode=policy.mode))
    given = [True] * len(taxed) if deductible is None else list(deductible)
    if len(given) != len(taxed):
        message = f"{len(given)} flags for {len(taxed)} lines"
        raise FieldError("flags_differ_in_number", message, field="deductible", value=len(given))
    flags = [policy.taxpayer == "general" and flag for flag in given]
    costs = tuple(line.net if flag else line.gross for line, flag in zip(taxed, flags, strict=True))
    return taxed, costs, sum(line.tax for line, flag in zip(taxed, flags, strict=True) if flag)


def sales_tax(lines: Sequence[TaxableLine], policy: VatPolicy, *, due: bool = True) -> SalesTax:
    """The tax of a sale; one that is not ``due`` with the revenue awaits its day (待转销项税额)."""
    taxed = tuple(tax_lines(lines, per=policy.per, mode=policy.mode))
    return SalesTax(taxed, _posting(_output_role(policy, due), -sum(line.tax for line in taxed)))


def sales_return(lines: Sequence[TaxableLine], policy: VatPolicy, *, due: bool = True) -> SalesTax:
    """The tax of goods taken back or of an allowance, amounts above zero: output tax in red, by the red invoice.

    Raises ``NumberError`` ``negative_return``.
    """
    _check_return(lines)
    taxed = tuple(tax_lines(lines, per=policy.per, mode=policy.mode))
    return SalesTax(taxed, _posting(_output_role(policy, due), sum(line.tax for line in taxed), red=True))


def _output_role(policy: VatPolicy, due: bool) -> str:
    if policy.taxpayer == "small_scale":
        return "small_scale_tax"
    return "output_tax" if due else "output_tax_awaiting"


def _check_return(lines: Sequence[TaxableLine]) -> None:
    for line in lines:
        if line.amount < 0:
            message = "what goes back is stated above zero"
            raise NumberError("negative_return", message, field="amount", value=line.amount)


def certify(amount: int) -> tuple[TaxPosting, ...]:
    """Input tax that was certified, in minor units: from 待认证 to 进项税额."""
    check_minor(amount)
    return (*_posting("input_tax", amount), *_posting("input_tax_awaiting", -amount))


def output_due(amount: int) -> tuple[TaxPosting, ...]:
    """Output tax whose day has come, in minor units: from 待转销项税额 to 销项税额."""
    check_minor(amount)
    return (*_posting("output_tax_awaiting", amount), *_posting("output_tax", -amount))


def transfer_out(cost: int, rate: Fraction, policy: VatPolicy) -> tuple[TaxPosting, ...]:
    """Input tax on goods lost abnormally or used for what is not taxable: ``cost`` without tax, at the rate bought.

    Whoever bears the loss or uses the goods is debited with it by the entry that this is part of.
    """
    check_minor(cost)
    exact = cost * tax_fraction(rate)
    if policy.taxpayer == "small_scale":
        return ()
    return _posting(_OUT, -divide(exact, 1, policy.mode))


def deemed_sale(market_price: int, rate: Fraction, policy: VatPolicy) -> tuple[TaxPosting, ...]:
    """Output tax on goods given away, on their market price without tax (视同销售)."""
    return sales_tax((TaxableLine(market_price, rate),), policy).postings


def transfer_tax(market_price: int, rate: Fraction, policy: VatPolicy) -> tuple[TaxPosting, ...]:
    """Output tax on a move between branches: nothing, unless the policy makes such moves taxable."""
    return deemed_sale(market_price, rate, policy) if policy.taxable_transfers else ()


def purchase_return(
    lines: Sequence[TaxableLine],
    policy: VatPolicy,
    *,
    deductible: Sequence[bool] | None = None,
    certified: bool = True,
) -> PurchaseTax:
    """The tax of goods sent back, amounts above zero: input tax in red, or transferred out, by the policy.

    What was cost when it was bought (``deductible``) leaves with the cost; what was never certified leaves the account
    it awaits on (财会〔2016〕22号 part 2 (1)).  Raises ``NumberError`` ``negative_return``, ``FieldError``
    ``flags_differ_in_number``.
    """
    _check_return(lines)
    taxed, costs, tax = _split(lines, policy, deductible)
    red = policy.purchase_return == "red_input" or not certified
    return PurchaseTax(taxed, costs, _posting(_input_role(certified) if red else _OUT, -tax, red=red))


def small_scale_relief(sales: int, tax: int, threshold: int) -> int:
    """The tax that is not levied: all of it where the sales of the period do not exceed the threshold."""
    for amount in (sales, tax, threshold):
        check_minor(amount)
    return tax if sales <= threshold else 0


def relief(amount: int, policy: VatPolicy) -> tuple[TaxPosting, ...]:
    """Tax that need not be paid, in minor units, to income (小微企业免征, 减免税款).

    Source: 财会〔2016〕22号 part 2 (9) and (10).
    """
    check_minor(amount)
    role = "small_scale_tax" if policy.taxpayer == "small_scale" else "vat_relief"
    return (*_posting(role, amount), *_posting("vat_relief_income", -amount))


def _posting(role: str, amount: Exact, *, red: bool = False) -> tuple[TaxPosting, ...]:
    return (TaxPosting(role, int(amount), red),) if amount else ()
