"""A receipt that the warehouse recorded late: look at what it would move, then book it in the open month.

Run it with `python examples/late_facts.py`.
"""

from __future__ import annotations

import jxc

TEA = {"item": "TEA", "place": "WH"}
MOVES = [
    {"id": "GR-1", "date": "2026-01-05", "type": "receipt", **TEA, "qty": 100, "unit_cost": "2.00"},
    {"id": "GR-3", "date": "2026-01-12", "type": "receipt", **TEA, "qty": 100, "unit_cost": "2.30"},
    {"id": "TR-1", "date": "2026-01-13", "type": "transfer", **TEA, "to_place": "SHOP", "qty": 110},
    {"id": "SO-1", "date": "2026-01-15", "type": "issue", "item": "TEA", "place": "SHOP", "qty": 80},
]
LATE = {"id": "GR-2", "date": "2026-01-10", "type": "receipt", **TEA, "qty": 20, "unit_cost": "3.00"}


def main() -> None:
    book = jxc.History(MOVES, method="moving_average", currency="CNY", closed_until="2026-01-31")
    preview = book.insert([LATE], closed="forward", preview=True)
    print("would cost another amount:")
    for row in preview.changes:
        print(f"  {row.date}  {row.id}  {row.old or '-':>7} -> {row.new:>7}  {row.why}")
    print(f"would be booked from {preview.booked_from}:")
    for (place, role), amount in preview.totals("place", "role").items():
        print(f"  {place or '-':<5} {role:<10} {amount:>8}")

    book.insert([LATE], closed="forward", actor="Li", reason="delivery note found")
    print("value at the end of January:", book.at("2026-01-31").on_hand_value, "as it read")
    print("value at the end of February:", book.at("2026-02-28").on_hand_value)


if __name__ == "__main__":
    main()
