"""Histories with transfers and returns to amend, and the bare integer loops that a replay of them takes at least.

Shape: ``moves(rows, items, places)`` -> events in the order of dates over two years, never short; ``bare_item`` and
``bare_fifo_item`` value the rows of one item from the start, as a careful programmer writes it in half an hour: whole
numbers, the cumulative rule, no checks.

>>> from collections import Counter
>>> sorted(Counter(event.type for event in moves(2000, 10, 5)))
['issue', 'receipt', 'sales_return', 'transfer']
"""

from __future__ import annotations

import random
from bisect import insort
from collections.abc import Sequence
from itertools import accumulate

from jxc.costing.events import Event

__all__ = ["DAYS", "START", "Bare", "bare_average_item", "bare_fifo_item", "bare_rows", "moves"]

START, DAYS = 738_000, 730

Bare = tuple[int, int, int, int, int, int, int, int]
"""Kind (0 in, 1 out, 2 transfer, 3 return), row, place, to place, quantity, amount, date, row returned."""


def moves(rows: int, items: int, places: int, *, skew: float = 1.05, seed: int = 1, plain: bool = False) -> list[Event]:
    """Items by Zipf's law, places at random; one row in ten is a transfer, one in twenty a return."""
    draw = random.Random(seed)
    weights = list(accumulate(1 / (rank + 1) ** skew for rank in range(items)))
    held = [[0] * places for _ in range(items)]
    sold: list[list[list[int]]] = [[] for _ in range(items)]
    events: list[Event] = []
    for row, item in enumerate(draw.choices(range(items), cum_weights=weights, k=rows)):
        day, place, chance = START + row * DAYS // rows, draw.randrange(places), draw.random()
        have, name, at = held[item][place], f"item-{item}", f"place-{place}"
        if have == 0 or chance < 0.35:
            qty = draw.randint(1, 200)
            held[item][place] += qty
            events.append(Event(row, "receipt", day, name, qty, qty * draw.randint(300, 500), place=at))
        elif chance < 0.45 and not plain and places > 1:
            qty, to = min(have, draw.randint(1, 100)), (place + draw.randrange(1, places)) % places
            held[item][place] -= qty
            held[item][to] += qty
            events.append(Event(row, "transfer", day, name, qty, place=at, to_place=f"place-{to}"))
        elif chance < 0.5 and sold[item] and not plain:
            issue = sold[item].pop(draw.randrange(len(sold[item])))
            qty = draw.randint(1, issue[1])
            held[item][place] += qty
            events.append(Event(row, "sales_return", day + (day == issue[2]), name, qty, place=at, refs=(issue[0],)))
            held[item][place] -= qty  # may come in only tomorrow: not counted on
        else:
            qty = min(have, draw.randint(1, 150))
            held[item][place] -= qty
            sold[item] = [*sold[item][-20:], [row, qty, day]]
            events.append(Event(row, "issue", day, name, qty, place=at))
    return events


def bare_rows(events: Sequence[Event]) -> list[Bare]:
    """The rows of one item as tuples of whole numbers, in the order of events."""
    kinds = {"receipt": 0, "issue": 1, "transfer": 2, "sales_return": 3}
    ranks = (0, 2, 1, 0)
    ordered = sorted(events, key=lambda event: (event.date, ranks[kinds[event.type]], event.row))
    return [
        (
            kinds[event.type],
            event.row,
            int((event.place or "-0").split("-")[1]),
            int((event.to_place or "-0").split("-")[1]),
            int(event.qty),
            int(event.amount or 0),
            event.date,
            event.refs[0] if event.refs else -1,
        )
        for event in ordered
    ]


def bare_average_item(rows: Sequence[Bare], places: int = 5) -> dict[int, int]:
    """The moving average: a place is value and quantity since the last that came in, and what went out since."""
    costs: dict[int, int] = {}
    sold: dict[int, list[int]] = {}
    worth, whole, gone, given = [0] * places, [0] * places, [0] * places, [0] * places
    for kind, row, source, to, qty, amount, _, ref in rows:
        place = source
        if kind in (1, 2):
            gone[place] += qty
            upto = (2 * worth[place] * gone[place] + whole[place]) // (2 * whole[place])
            cost = upto - given[place]
            given[place] = upto
            if kind == 1:
                sold[row] = [qty, cost, 0]
                costs[row] = cost
                continue
            place = to
        elif kind == 0:
            cost = amount
        else:
            issue = sold[ref]
            all_of, paid, before = issue
            issue[2] = before + qty
            cost = (2 * paid * (before + qty) + all_of) // (2 * all_of) - (2 * paid * before + all_of) // (2 * all_of)
        costs[row] = cost
        worth[place] += cost - given[place]
        whole[place] += qty - gone[place]
        gone[place] = given[place] = 0
    return costs


def bare_fifo_item(rows: Sequence[Bare], places: int = 5) -> dict[int, int]:
    """FIFO: a place is a list of layers (date, arrival, quantity, value, handed out) and where it stands in it."""
    costs: dict[int, int] = {}
    sold: dict[int, list[int]] = {}
    queues: list[list[list[int]]] = [[] for _ in range(places)]
    heads = [0] * places
    arrival = 0
    for kind, row, place, to, qty, amount, day, ref in rows:
        if kind in (1, 2):
            queue, head, want, cost = queues[place], heads[place], qty, 0
            while want:
                layer = queue[head]
                since, _, size, value, out = layer
                taken = min(want, size - out)
                part = (2 * value * (out + taken) + size) // (2 * size) - (2 * value * out + size) // (2 * size)
                cost += part
                want -= taken
                layer[4] = out + taken
                if out + taken == size:
                    head += 1
                if kind == 2:
                    arrival += 1
                    insort(queues[to], [since, arrival, taken, part, 0], lo=heads[to])
            heads[place] = head
            costs[row] = cost
            if kind == 1:
                sold[row] = [qty, cost, 0]
            continue
        if kind == 0:
            cost = amount
        else:
            issue = sold[ref]
            all_of, paid, before = issue
            issue[2] = before + qty
            cost = (2 * paid * (before + qty) + all_of) // (2 * all_of) - (2 * paid * before + all_of) // (2 * all_of)
        costs[row] = cost
        arrival += 1
        queues[place].append([day, arrival, qty, cost, 0])
    return costs
