"""What the tests of the kernel draw from: exact numbers, up to forty digits, that are neither tame nor absurd."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from jxc.kernel import Amount, Currencies, Currency, Quantity, Unit

places = st.integers(0, 12)
integers = st.integers(-(10**40), 10**40)
decimals = st.builds(lambda whole, down: Decimal(f"{whole}E-{down}"), integers, places)
fractions = st.builds(Fraction, integers, st.integers(1, 10**20))
exact = st.one_of(integers, fractions)
weights = st.lists(
    st.one_of(st.integers(0, 1000), st.fractions(0, 50), st.decimals(0, 99, places=3)), min_size=1, max_size=8
).filter(any)
currencies = st.one_of(
    st.sampled_from(Currencies.iso().entries),
    st.builds(Currency, st.sampled_from(["POINT", "GOLD-1", "BTC"]), st.integers(0, 18)),
)
amounts = st.builds(Amount, decimals, currencies)
whole_amounts = st.builds(Amount.from_minor, integers, currencies)
units = st.sampled_from([Unit("pcs", places=0), Unit("kg"), Unit("箱"), Unit("m", un_ece="MTR")])
quantities = st.builds(Quantity, decimals, units.filter(lambda unit: unit.places is None))
days = st.dates(date(1, 2, 1), date(9998, 12, 31))
names = st.text("abcXYZ019仓庫 -_.", min_size=1, max_size=12).filter(lambda text: text == text.strip())
