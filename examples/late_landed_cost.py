"""A freight bill that arrives after part of the goods was sold: restate the past, or split it now.

100 kettles come in at 58.00; 60 are sold in May; the freight of 250.00 is billed in June.  Run it with
`python examples/late_landed_cost.py`.
"""

import jxc

moves = [
    {"id": "GR-1", "date": "2026-05-04", "type": "receipt", "item": "KETTLE", "qty": 100, "unit_cost": "58.00"},
    {"id": "SO-1", "date": "2026-05-20", "type": "issue", "item": "KETTLE", "qty": 60},
    {"id": "LC-1", "date": "2026-06-08", "type": "landed_cost", "amount": "250.00", "reason": "freight", "ref": "GR-1"},
    {"id": "SO-2", "date": "2026-06-15", "type": "issue", "item": "KETTLE", "qty": 10},
]

before = jxc.value(moves, currency="CNY", as_of="2026-05-31")
print(f"May, before the bill came: cost of sales {before.cost_of_sales}, on hand {before.on_hand_value}")

for rule in ("restate", "split_on_hand_sold"):
    after = jxc.value(moves, currency="CNY", landed_cost=rule)
    months = ", ".join(f"{month} {cost}" for month, cost in after.cost_of_sales_by_period.items())
    print(f"{rule}: cost of sales {months}; on hand {after.on_hand_value}")

# Either way nothing is lost: 5,800.00 of goods and 250.00 of freight are sold or on the shelf.
restated = jxc.value(moves, currency="CNY")
print(restated.explain(row=2))
