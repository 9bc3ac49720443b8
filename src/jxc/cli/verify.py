"""``python -m jxc verify URL``: whether the books in a store are what their facts say.

python -m jxc verify sqlite:///shop.db
python -m jxc verify sqlite:///shop.db --book acme/main --limit 10

"""

from __future__ import annotations

import json

from jxc.cli.arguments import Parser
from jxc.cli.console import say

__all__ = ["run"]

_EPILOG = """\
Costs, positions, entries and numbers are computed again from the facts, book after book; nothing is changed.

Exit status: 0 every book is clean, 1 one is not (its first difference is shown), 2 the store cannot be read."""


def run(words: list[str]) -> int:
    """Verify one book of a store, or all of them."""
    parser = Parser("verify", "Compute the books in a store again from their facts, and compare.", _EPILOG)
    parser.add_argument("url", metavar="URL", help="sqlite:///file, postgresql://..., mysql://...")
    parser.add_argument("--book", metavar="TENANT/BOOK", help="one book; by default every book of the store")
    parser.add_argument("--limit", type=int, default=1, metavar="N", help="how many differences to show (default 1)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(words)
    from jxc.api.business.opening import open_book, store_of

    store = store_of(options.url, create=False)
    try:
        scopes = [options.book] if options.book else [str(scope) for scope in store.scopes()]
        checks = {scope: open_book(store, book=scope).verify(limit=max(1, options.limit)) for scope in scopes}
    finally:
        store.close()
    if options.json:
        told = {
            scope: {
                "clean": check.clean,
                "groups": check.groups,
                "facts": check.facts,
                "entries": check.entries,
                "differences": [str(one) for one in check.differences],
            }
            for scope, check in checks.items()
        }
        say(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for scope, check in checks.items():
            say(f"{scope}: {check}")
            for one in check.differences[1:]:
                say(f"  {one}")
        if not checks:
            say("there is no book in this store")
    return 0 if all(check.clean for check in checks.values()) else 1
