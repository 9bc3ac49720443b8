"""The pools of one period: exact before rounding, conserved after, the same for any order of pools."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from jxc.costing.layers import Rounder
from jxc.costing.periodic_pools import CostRounding, In, Month, Out, PeriodPool, Scales, Source

RULES = ("cumulative", "slice_last_takes_rest", "none")
Plan = tuple[list[tuple[int, int]], list[tuple[int, int, int]], list[tuple[int, int]]]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Openings (quantity, value), transfers (from, to, quantity), issues (pool, quantity)."""
    size = draw(st.integers(1, 6))
    pools = st.integers(0, size - 1)
    openings = draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 999)), min_size=size, max_size=size))
    transfers = draw(st.lists(st.tuples(pools, pools, st.integers(1, 30)), max_size=12))
    return openings, [(a, b, q) for a, b, q in transfers if a != b], draw(st.lists(st.tuples(pools, st.integers(1, 9))))


def month_of(plan: Plan, rule: str = "cumulative", order: list[int] | None = None) -> tuple[Month, list[PeriodPool]]:
    """The month of a plan; issues and transfers that find too little are left out."""
    openings, transfers, issues = plan
    month = Month(Rounder(CostRounding(rule=rule), Scales()))  # type: ignore[arg-type]
    for at in order if order is not None else range(len(openings)):
        month.pool(at)
    pools = [month.pool(at) for at in range(len(openings))]
    for pool, (qty, value) in zip(pools, openings, strict=True):
        pool.bring(qty, value if qty else 0)
    for source, target, qty in transfers:
        if pools[source].closing_qty >= qty:
            out = Out(qty, carried=True, targets=[pools[target]])
            pools[source].outs.append(out)
            pools[target].ins.append(In(qty, (Source(pools[source], qty, out),)))
    for at, qty in issues:
        if pools[at].closing_qty >= qty:
            pools[at].outs.append(Out(qty))
    return month, pools


@given(plans())
def test_averages_satisfy_their_equations(plan: Plan) -> None:  # P3
    month, pools = month_of(plan)
    assert month.solve() == []
    for pool in pools:
        if pool.is_divisible:
            value = pool.fixed_value + sum(
                source.qty * (source.pool.average or 0) for goods in pool.ins for source in goods.sources
            )
            assert pool.average is not None
            assert pool.average * pool.qty_in == value


@given(plans(), st.sampled_from(RULES))
def test_value_is_conserved_after_rounding(plan: Plan, rule: str) -> None:  # P6
    month, pools = month_of(plan, rule)
    month.solve()
    month.settle()
    for pool in pools:
        came = pool.fixed_value + sum(goods.value for goods in pool.ins)
        assert came == sum(out.cost for out in pool.outs) + pool.closing_value
        assert pool.closing_qty or not pool.closing_value
        assert pool.rest == 0
        assert all(goods.value == source.out.cost for goods in pool.ins for source in goods.sources if source.out)


@given(plans(), st.data())
def test_the_order_of_pools_does_not_matter(plan: Plan, data: st.DataObject) -> None:  # P8
    order = data.draw(st.permutations(range(len(plan[0]))))
    one, other = month_of(plan), month_of(plan, order=order)
    for month, _ in (one, other):
        month.solve()
        month.settle()
    assert [[out.cost for out in pool.outs] for pool in one[1]] == [
        [out.cost for out in pool.outs] for pool in other[1]
    ]


@given(plans())
def test_a_chain_is_repeated_substitution(plan: Plan) -> None:  # P3
    openings, transfers, issues = plan
    month, pools = month_of((openings, [(a, b, q) for a, b, q in transfers if a < b], issues))
    month.solve()
    assert not month.circles
    averages: dict[PeriodPool, Fraction] = {}
    for pool in pools:
        value = pool.fixed_value + sum(s.qty * averages[s.pool] for goods in pool.ins for s in goods.sources)
        averages[pool] = Fraction(value) / pool.qty_in if pool.is_divisible else Fraction(0)
        assert (pool.average or 0) == averages[pool]
