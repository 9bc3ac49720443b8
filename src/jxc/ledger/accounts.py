"""Accounts (科目): what an amount stands on, and who may put it there.

    Account("1122", "应收账款", "asset", control="receivable", dimensions=("party",), monetary=True)
    Account("1602", "累计折旧", "asset", normal_side="credit")                            a contra account

``type`` says which statement an account belongs to, ``side`` on which side its balance normally stands: that of the
type, unless a contra account names the other one.  A ``control`` account belongs to a sub-ledger: only entries
of that module may post to it (受控科目); ``sales+cash`` are two that may.

Invariant: an account is data; nothing in the engine knows a code.  Its code is its identity within a chart.

>>> Account("1602", "Accumulated depreciation", "asset", normal_side="credit").is_contra
True
>>> Account("1001", "Cash", "asset").side, Account("5001", "Revenue", "income").side
('debit', 'credit')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from jxc.errors import FieldError
from jxc.kernel.text import check_text

__all__ = ["NORMAL_SIDE", "Account", "AccountType", "Side"]

AccountType: TypeAlias = Literal["asset", "liability", "equity", "income", "expense"]
Side: TypeAlias = Literal["debit", "credit"]

NORMAL_SIDE: Mapping[AccountType, Side] = MappingProxyType(
    {"asset": "debit", "expense": "debit", "liability": "credit", "equity": "credit", "income": "credit"}
)
"""The side on which accounts of a type normally have their balance (IFRS Conceptual Framework, chapter 4)."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a chart.

    ``parent`` is the code it hangs under; ``currency`` the only currency it may hold; ``dimensions`` what each of its
    lines must name (``party``, or a dimension); ``monetary`` whether its foreign balances are revalued (IAS 21
    paragraph 16: money, and claims to a fixed amount of it; not stock, not prepayments); ``section`` its place in the
    general statements; ``english`` a second name.
    Raises ``FieldError`` ``unknown_account_type``, ``unknown_side``, ``not_a_list``.
    """

    code: str
    name: str
    type: AccountType
    normal_side: Side | None = None
    parent: str | None = None
    currency: str | None = None
    control: str | None = None
    dimensions: tuple[str, ...] = ()
    blocked: bool = False
    monetary: bool = False
    section: str = ""
    english: str = ""

    def __post_init__(self) -> None:
        check_text(self.code, field="code")
        check_text(self.name, field="name")
        if self.type not in NORMAL_SIDE:
            raise FieldError("unknown_account_type", _one_of(AccountType), field="type", value=self.type)
        if self.normal_side not in (None, *get_args(Side)):
            raise FieldError("unknown_side", _one_of(Side), field="normal_side", value=self.normal_side)
        given: object = self.dimensions
        if isinstance(given, str):
            raise FieldError("not_a_list", "several names, or a tuple of one", field="dimensions", value=given)
        names = {check_text(name, field="dimensions") for name in self.dimensions}
        object.__setattr__(self, "dimensions", tuple(sorted(names)))

    @property
    def side(self) -> Side:
        """The side on which its balance normally stands."""
        return self.normal_side or NORMAL_SIDE[self.type]

    @property
    def is_contra(self) -> bool:
        """Whether its balance normally stands on the other side than that of its type (备抵科目)."""
        return self.side != NORMAL_SIDE[self.type]

    @property
    def in_income_statement(self) -> bool:
        """Whether it is closed to the result of the year (损益类)."""
        return self.type in ("income", "expense")

    @property
    def is_plain(self) -> bool:
        """Whether any general entry may post to it in any currency without naming a dimension."""
        return not (self.blocked or self.control or self.currency or self.dimensions)


def _one_of(words: object) -> str:
    return f"one of {', '.join(get_args(words))}"
