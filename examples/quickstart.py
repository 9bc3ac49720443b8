"""Quickstart: what did the tea that was sold cost, under three methods, and why?

Run it with `python examples/quickstart.py`.
"""

import jxc

moves = [
    {"id": "GR-1", "date": "2026-01-05", "type": "receipt", "item": "TEA", "qty": 100, "unit_cost": "2.00"},
    {"id": "GR-2", "date": "2026-01-12", "type": "receipt", "item": "TEA", "qty": 100, "unit_cost": "2.30"},
    {"id": "SO-1", "date": "2026-01-15", "type": "issue", "item": "TEA", "qty": 130},
    {"id": "SO-2", "date": "2026-01-20", "type": "issue", "item": "TEA", "qty": 90},
]

fifo = jxc.value(moves, method="fifo", currency="CNY")

print(f"cost of sales {fifo.cost_of_sales}, on hand {fifo.on_hand_value}")
for held in fifo.on_hand:
    print(f"  {held.item}: {held.qty} left, worth {held.value}")
for problem in fifo.problems:  # the second sale wants 90 and finds 70: it is listed and left out
    print(f"  row {problem.row}, {problem.code}: {problem.message}")

print(jxc.compare(moves, methods=["fifo", "lifo", "moving_average"], currency="CNY"))
print(fifo.explain(row=3))
