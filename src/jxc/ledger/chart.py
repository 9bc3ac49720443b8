"""A chart of accounts (会计科目表): the tree of accounts, and the roles that rules ask for.

    1  资产
    └── 1405 库存商品            role "inventory" -> 1405
        ├── 140501 茶叶          entries go to the leaves
        └── 140502 茶具

The same code means different things in different charts (4101 is 制造费用 in one Chinese standard and 盈余公积 in the
other), so nothing asks for a code: closing, revaluation and posting rules ask for a role, and the chart says which
account plays it.

Invariant: codes are unique; parents are there and have the type of their children; there is no circle; every role
names an account of the chart.  A chart never changes: ``with_`` and ``block`` make another.

>>> chart = Chart("tiny", (Account("1", "Assets", "asset"), Account("11", "Cash", "asset", parent="1")), {"cash": "11"})
>>> chart.role("cash").code, [account.code for account in chart.leaves], [a.code for a in chart.under("1")]
('11', ['11'], ['1', '11'])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from jxc.errors import FieldError, LedgerError
from jxc.kernel.frozen import FrozenMap
from jxc.kernel.text import check_text
from jxc.ledger.accounts import Account

__all__ = ["Chart"]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of accounts.

    Raises ``FieldError``: ``duplicate_account``, ``unknown_parent``, ``parent_type_differs``, ``account_circle``,
    ``role_without_account``, in this order.
    """

    id: str
    accounts: tuple[Account, ...]
    roles: Mapping[str, str] = field(default_factory=FrozenMap[str])
    name: str = ""
    _by_code: dict[str, Account] = field(init=False, repr=False, compare=False, hash=False)
    _children: dict[str | None, list[str]] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        check_text(self.id, field="id")
        object.__setattr__(self, "accounts", tuple(self.accounts))
        by_code = {account.code: account for account in self.accounts}
        if len(by_code) < len(self.accounts):
            codes = [account.code for account in self.accounts]
            twice = next(code for code in codes if codes.count(code) > 1)
            raise FieldError("duplicate_account", "two accounts have one code", field="code", value=twice)
        object.__setattr__(self, "_by_code", by_code)
        for account in self.accounts:
            _check_parent(account, by_code)
        children: dict[str | None, list[str]] = {}
        for account in self.accounts:
            _check_circle(account, by_code)
            children.setdefault(account.parent, []).append(account.code)
        object.__setattr__(self, "_children", children)
        object.__setattr__(self, "roles", FrozenMap(self.roles))
        for role, code in self.roles.items():
            if code not in by_code:
                raise FieldError("role_without_account", f"no account for the role {role}", field="roles", value=code)

    def get(self, code: str) -> Account:
        """The account of that code; ``LedgerError`` ``unknown_account``, with a near miss."""
        found = self._by_code.get(code)
        if found is None:
            raise LedgerError(
                "unknown_account", "no such account in the chart", field="account", value=code, hint=self._hint(code)
            )
        return found

    def role(self, name: str) -> Account:
        """The account that plays a role; ``LedgerError`` ``role_missing`` where the chart names none."""
        code = self.roles.get(name)
        if code is None:
            raise LedgerError(
                "role_missing",
                f"the chart {self.id} names no account for this role",
                field="role",
                value=name,
                hint=f'chart.with_roles({name}="its code")',
            )
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Account]:
        return iter(self.accounts)

    def __len__(self) -> int:
        return len(self.accounts)

    def children(self, code: str | None) -> tuple[Account, ...]:
        """The accounts directly under one; under None: the roots."""
        return tuple(self._by_code[child] for child in self._children.get(code, ()))

    def under(self, code: str) -> tuple[Account, ...]:
        """An account and all below it, parents first."""
        found = [self.get(code)]
        for child in self.children(code):
            found += self.under(child.code)
        return tuple(found)

    def is_leaf(self, code: str) -> bool:
        """Whether nothing hangs under the account (末级科目)."""
        return code not in self._children

    @property
    def leaves(self) -> tuple[Account, ...]:
        """The accounts that entries go to."""
        return tuple(account for account in self.accounts if self.is_leaf(account.code))

    def path(self, code: str) -> tuple[Account, ...]:
        """The account with those above it, the root first."""
        account = self.get(code)
        return (*(self.path(account.parent) if account.parent is not None else ()), account)

    def with_(self, *accounts: Account) -> Chart:
        """A chart that also has these; one of a code that is there already takes its place."""
        merged = {**self._by_code, **{account.code: account for account in accounts}}
        return replace(self, accounts=tuple(merged.values()))

    def with_roles(self, **roles: str) -> Chart:
        """A chart in which these roles are played by these accounts."""
        return replace(self, roles={**self.roles, **roles})

    def block(self, *codes: str) -> Chart:
        """A chart in which these accounts take no more entries."""
        return self.with_(*(replace(self.get(code), blocked=True) for code in codes))

    def _hint(self, code: str) -> str:
        from difflib import get_close_matches  # only on the way out

        near = get_close_matches(str(code), self._by_code, n=3)
        return f"did you mean {' or '.join(near)}?" if near else "add it: chart.with_(Account(...))"


def _check_parent(account: Account, by_code: Mapping[str, Account]) -> None:
    if account.parent is None:
        return
    parent = by_code.get(account.parent)
    if parent is None:
        raise FieldError(
            "unknown_parent", f"the parent of {account.code} is not there", field="parent", value=account.parent
        )
    if parent.type != account.type:
        raise FieldError(
            "parent_type_differs",
            f"{account.code} is of another type than its parent",
            field="type",
            value=account.type,
        )


def _check_circle(account: Account, by_code: Mapping[str, Account]) -> None:
    seen = {account.code}
    above = account.parent
    while above is not None:
        if above in seen:
            raise FieldError("account_circle", "an account is above itself", field="parent", value=account.code)
        seen.add(above)
        above = by_code[above].parent
