"""The facts of stock against docs/spec/stock.md: properties of every kind, then each code with its message."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import inspect
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import jxc.stock
from jxc.errors import CurrencyError, DateError, FieldError, InputError, NumberError, UnitError
from jxc.stock import (
    FACT_TYPES,
    AdjustIn,
    AnyFact,
    Assembly,
    BaseUnitChange,
    Component,
    Count,
    Disassembly,
    Fact,
    Issue,
    LandedCost,
    LotMatch,
    LotPick,
    MethodChange,
    Movement,
    Opening,
    PriceDifference,
    Product,
    PurchaseReturn,
    Receipt,
    Revaluation,
    SalesReturn,
    ScopeChange,
    StandardPriceChange,
    Transfer,
    ValueFact,
    WriteDown,
    WriteDownReversal,
)
from tests.stock.strategies import Arguments, arguments, facts

DAY = dt.date(2026, 1, 5)
WORDS = [
    "opening", "receipt", "issue", "transfer", "adjust_in", "adjust_out", "count", "scrap", "purchase_return",
    "sales_return", "assembly", "disassembly", "landed_cost", "invoice_price_change", "revalue", "write_down",
    "write_down_reversal", "standard_price", "method_change", "scope_change", "base_unit_change",
]  # fmt: skip
KINDS = st.sampled_from(list(FACT_TYPES.values()))


def numbers_of(fact: object) -> list[str]:
    return [each.name for each in dataclasses.fields(fact) if isinstance(getattr(fact, each.name), Decimal)]  # type: ignore[arg-type]


# --------------------------------------------------------------------------------------------------------- properties


@given(facts())
def test_s1_a_fact_is_frozen(fact: AnyFact) -> None:
    for each in dataclasses.fields(fact):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(fact, each.name, getattr(fact, each.name))
    assert not hasattr(fact, "__dict__")


@given(facts())
def test_s2_a_copy_is_equal_whichever_way_it_is_made(fact: AnyFact) -> None:
    for other in (copy.copy(fact), copy.deepcopy(fact), pickle.loads(pickle.dumps(fact)), dataclasses.replace(fact)):
        assert other == fact
        assert hash(other) == hash(fact)
        assert repr(other) == repr(fact)


@given(facts(), st.data())
def test_s2_numbers_as_text_and_lists_make_the_same_fact(fact: AnyFact, data: st.DataObject) -> None:
    given_: Arguments = {each.name: getattr(fact, each.name) for each in dataclasses.fields(fact)}
    for name, value in given_.items():
        if isinstance(value, Decimal):
            given_[name] = f" {value:f} "
        elif isinstance(value, tuple):
            given_[name] = list(value) if value or data.draw(st.booleans()) else None
        elif value is None and name in ("doc", "reason", "actor", "place", "lot", "uom"):
            given_[name] = ""
    assert type(fact)(**given_) == fact


@given(facts())
def test_a_fact_is_shown_by_what_it_states(fact: AnyFact) -> None:
    known = {**vars(jxc.stock), "datetime": dt, "Decimal": Decimal, "Fraction": Fraction}
    assert eval(repr(fact), known) == fact
    assert "doc=None" not in repr(fact)


@given(facts(), st.data())
def test_s9_no_number_may_be_a_float(fact: AnyFact, data: st.DataObject) -> None:
    names = numbers_of(fact)
    if names:
        name = data.draw(st.sampled_from(names))
        bad, code = data.draw(
            st.sampled_from(
                [
                    (1.0, "float_refused"),
                    (float("nan"), "float_refused"),
                    (True, "not_a_number"),
                    ("ten", "not_a_number"),
                    (Decimal("NaN"), "not_finite"),
                    (Decimal("Infinity"), "not_finite"),
                    (Decimal("1E+200"), "number_too_large"),
                    (Decimal("1E-200"), "too_many_places"),
                ]
            )
        )
        with pytest.raises(NumberError) as caught:
            dataclasses.replace(fact, **{name: bad})  # type: ignore[arg-type]
        assert (caught.value.code, caught.value.field) == (code, name)


@given(KINDS.flatmap(lambda cls: st.tuples(st.just(cls), arguments(cls))), st.data())
def test_s3_of_two_faults_the_earlier_is_named(made: tuple[type[AnyFact], Arguments], data: st.DataObject) -> None:
    cls, good = made
    faults: list[Arguments] = [
        {"date": "2026-01-05"},
        {"time": "noon"},
        {"recorded_at": dt.datetime(2026, 1, 5)},  # noqa: DTZ001
        {"item": 5},
        {"id": " x"},
        {"doc": 7},
        {"reason": "line\nbreak"},
        {"actor": ["me"]},
        {"refs": ("a", "a")},
    ]
    first, second = sorted(data.draw(st.lists(st.integers(0, len(faults) - 1), min_size=2, max_size=2, unique=True)))
    with pytest.raises(InputError) as caught:
        cls(**{**good, **faults[second], **faults[first]})
    assert caught.value.field == next(iter(faults[first]))


def test_the_words_are_those_of_the_golden_cases() -> None:
    assert list(FACT_TYPES) == WORDS
    assert all(cls.type == word for word, cls in FACT_TYPES.items())


def test_every_kind_is_registered() -> None:
    families = {Fact, Movement, ValueFact, jxc.stock.ChoiceFact, jxc.stock.Inbound, jxc.stock.Outbound}
    public = {each for each in vars(jxc.stock).values() if inspect.isclass(each) and issubclass(each, Fact)}
    assert public - families == set(FACT_TYPES.values())


@pytest.mark.parametrize("family", [Fact, Movement, ValueFact, jxc.stock.Inbound])
def test_a_family_is_no_fact(family: type[Fact]) -> None:
    given_: Arguments = {"date": DAY, "item": "A"} | ({"qty": 1} if issubclass(family, Movement) else {})
    with pytest.raises(TypeError, match=f"{family.__name__} is a family of facts; make one of its kinds"):
        family(**given_)


# ------------------------------------------------------------------------------------------------------------- limits


def make(cls: type[Any], **given_: Any) -> Any:
    """A fact of this kind with just what is needed, and what is given."""
    least: dict[type[Any], Arguments] = {
        Transfer: {"qty": 1, "place": "A", "to_place": "B"},
        Assembly: {"qty": 1, "components": (Component(item="C", qty=Decimal(1)),)},
        Disassembly: {"qty": 1, "products": (Product(item="P", qty=Decimal(1)),)},
        LandedCost: {"amount": 1, "refs": ("r1", "r2")},
        PriceDifference: {"unit_cost": 1, "refs": ("r1",)},
        Revaluation: {"amount": 1},
        WriteDown: {"amount": 1},
        WriteDownReversal: {"amount": 1},
        StandardPriceChange: {"unit_cost": 1},
        MethodChange: {"method": "fifo"},
        ScopeChange: {"scope": "item"},
        BaseUnitChange: {"unit": "can", "factor": 24},
    }
    return cls(**{"date": DAY, "item": "TEA", **least.get(cls, {"qty": 1}), **given_})


@pytest.mark.parametrize("cls", list(FACT_TYPES.values()))
def test_just_what_is_needed_is_enough(cls: type[AnyFact]) -> None:
    assert make(cls).type in WORDS


def test_s10_a_count_of_nothing() -> None:
    assert make(Count, qty=0).qty == 0


def test_s12_a_receipt_without_cost_is_well_formed() -> None:
    receipt = make(Receipt)
    assert receipt.unit_cost is receipt.amount is None


def test_s12_amount_and_unit_cost_may_both_be_stated() -> None:
    assert make(Receipt, unit_cost="3.33", amount="10.00").amount == Decimal("10.00")


def test_s14_goods_may_be_free() -> None:
    assert make(Opening, unit_cost=0).unit_cost == 0


def test_s15_serials_of_a_case_are_not_counted() -> None:
    assert make(Receipt, qty=1, uom="case", serials=("s1", "s2")).serials == ("s1", "s2")


def test_s16_goods_may_have_expired_when_they_came() -> None:
    assert make(Receipt, expiry=dt.date(2020, 1, 1)).expiry == dt.date(2020, 1, 1)


def test_s17_picks_add_up_beyond_the_precision_of_the_decimal_context() -> None:
    whole = Decimal("1" + "0" * 40)
    tiny = Decimal("0.0000000001")
    picks = [LotPick(lot="a", qty=whole), LotPick(lot="b", qty=tiny)]
    with pytest.raises(FieldError) as caught:
        make(Issue, qty=whole, lots=picks)
    assert caught.value.code == "lots_do_not_add_up"
    assert make(Issue, qty="1" + "0" * 40 + ".0000000001", lots=picks).lots == tuple(picks)


def test_s17_a_match_of_anything() -> None:
    assert make(Issue, lot_match=LotMatch()).lot_match == LotMatch()


def test_s19_all_of_a_transfer_may_be_lost() -> None:
    assert make(Transfer, received_qty=0).received_qty == 0


def test_s24_a_rebate_is_below_zero() -> None:
    assert make(LandedCost, amount="-5.00", shares=("-2", "-3")).shares == (Decimal(-2), Decimal(-3))


def test_s25_a_refund_needs_no_price() -> None:
    assert make(PriceDifference, unit_cost=None, direction="refund", qty=1).unit_cost is None


def test_s27_a_write_down_of_all_stock_names_no_item() -> None:
    assert make(WriteDown, item="", level="total").level == "total"


def test_s30_a_factor_is_exact() -> None:
    assert make(BaseUnitChange, factor="1/24").factor * 24 == 1


# ------------------------------------------------------------------------------------------------------ codes, messages

PICKS = (LotPick(lot="L1", qty=Decimal(1)),)
POSITIVE = "this must be more than zero"
BELOW = "this may not be below zero"
NEEDED = "this field is needed"
INSTANT = "a point in time stands where a day is needed"
UTC = "the time of recording is kept in UTC"
WAY = "the type says which way goods went, not a sign"

REFUSED: list[tuple[str, type[Any], Arguments, type[InputError], str, str]] = [
    ("S3", Receipt, {"date": None}, FieldError, "missing_field", f"{NEEDED} (date); fill it in"),
    ("S3", Receipt, {"item": ""}, FieldError, "missing_field", f"{NEEDED} (item); fill it in"),
    ("S3", Receipt, {"item": None}, FieldError, "missing_field", f"{NEEDED} (item); fill it in"),
    ("S3", Receipt, {"qty": None}, FieldError, "missing_field", f"{NEEDED} (qty); fill it in"),
    ("S4", Issue, {"date": dt.datetime(2026, 1, 5, tzinfo=dt.UTC)}, DateError, "datetime_given",
     f"{INSTANT} (date: 2026-01-05 00:00:00+00:00); pass its date in the time zone of the book, and its time apart"),
    ("S4", Issue, {"date": "2026-01-05"}, DateError, "not_a_date",
     "this is no date (date: 2026-01-05); pass a datetime.date"),
    ("S5", Issue, {"time": "noon"}, DateError, "not_a_time",
     "this is no time of day (time: noon); pass a datetime.time"),
    ("S5", Issue, {"time": dt.time(12, tzinfo=dt.UTC)}, DateError, "time_with_zone",
     "a time of day is in the time zone of the book (time: 12:00:00+00:00); leave the zone out"),
    ("S6", Issue, {"recorded_at": DAY}, DateError, "not_an_instant",
     "this is no instant (recorded_at: 2026-01-05); pass a datetime in UTC"),
    ("S6", Issue, {"recorded_at": dt.datetime(2026, 1, 5)}, DateError, "naive_datetime",  # noqa: DTZ001
     "a point in time needs its zone (recorded_at: 2026-01-05 00:00:00); pass datetime.now(timezone.utc)"),
    ("S6", Issue, {"recorded_at": dt.datetime(2026, 1, 5, tzinfo=dt.timezone(dt.timedelta(hours=8)))}, DateError,
     "not_utc", f"{UTC} (recorded_at: 2026-01-05 00:00:00+08:00); convert it with .astimezone(timezone.utc)"),
    ("S7", Issue, {"item": 5}, FieldError, "not_text", "a int is not a text (item: 5)"),
    ("S7", Issue, {"place": " WH"}, FieldError, "space_around_text", "space around the text (place:  WH); strip it"),
    ("S7", Issue, {"lot": "x" * 201}, FieldError, "text_too_long",
     f"longer than 200 characters (lot: {'x' * 40}...)"),
    ("S7", Issue, {"doc": "a\tb"}, FieldError, "unseen_character", "a control character in the text (doc: 'a\\tb')"),
    ("S8", Issue, {"refs": ("a", "b", "a")}, FieldError, "duplicate_ref",
     "the same entry twice (refs: a); name it once"),
    ("S8", Issue, {"refs": "a"}, FieldError, "not_a_list", "a list is needed here (refs: a); pass a tuple or a list"),
    ("S8", Issue, {"refs": ("",)}, FieldError, "empty_text", "a text is missing (refs)"),
    ("S8", Issue, {"refs": ("i1",), "id": "i1"}, FieldError, "refers_to_itself",
     "a fact cannot refer to itself (refs: i1); name the earlier fact"),
    ("S10", Issue, {"qty": -3}, FieldError, "negative_quantity", f"{BELOW} (qty: -3); {WAY}"),
    ("S10", Issue, {"qty": "0.00"}, FieldError, "zero_quantity",
     f"{POSITIVE} (qty: 0.00); leave out a row that moves nothing"),
    ("S10", Count, {"qty": "-0.5"}, FieldError, "negative_quantity", f"{BELOW} (qty: -0.5); {WAY}"),
    ("S13", Receipt, {"rate": 7}, CurrencyError, "rate_without_currency",
     "a rate without a currency (rate: 7); name the currency"),
    ("S13", Receipt, {"rate": 0, "currency": "USD"}, FieldError, "zero_rate",
     f"{POSITIVE} (rate: 0); leave the field empty"),
    ("S13", Receipt, {"rate": -7, "currency": "USD"}, FieldError, "negative_rate",
     f"{BELOW} (rate: -7); check the sign"),
    ("S14", Opening, {"unit_cost": "-0.01"}, FieldError, "negative_cost",
     f"{BELOW} (unit_cost: -0.01); check the sign"),
    ("S14", AdjustIn, {"amount": -1}, FieldError, "negative_amount", f"{BELOW} (amount: -1); check the sign"),
    ("S14", Issue, {"sale_price": -1}, FieldError, "negative_price", f"{BELOW} (sale_price: -1); check the sign"),
    ("S14", PurchaseReturn, {"credit_price": -1}, FieldError, "negative_price",
     f"{BELOW} (credit_price: -1); check the sign"),
    ("S14", SalesReturn, {"sale_price": -1}, FieldError, "negative_price", f"{BELOW} (sale_price: -1); check the sign"),
    ("S14", Receipt, {"unit_weight": -1}, FieldError, "negative_weight", f"{BELOW} (unit_weight: -1); check the sign"),
    ("S14", Receipt, {"unit_volume": -1}, FieldError, "negative_volume", f"{BELOW} (unit_volume: -1); check the sign"),
    ("S14", Receipt, {"estimated": "yes"}, FieldError, "not_a_flag",
     "yes or no is needed here (estimated: yes); pass True or False"),
    ("S15", Receipt, {"qty": 2, "serials": ("s1", "s1")}, FieldError, "duplicate_serial",
     "the same entry twice (serials: s1); name it once"),
    ("S15", Issue, {"qty": 3, "serials": ("s1", "s2")}, FieldError, "serial_count",
     "2 serial numbers for a quantity of 3 (serials: 2); name one serial number for each piece"),
    ("S16", Receipt, {"expiry": dt.date(2026, 1, 1), "lot_date": DAY}, FieldError, "expiry_before_lot_date",
     "expired before its lot began on 2026-01-05 (expiry: 2026-01-01); check both dates"),
    ("S17", Issue, {"lots": PICKS, "lot": "L1"}, FieldError, "lot_given_twice",
     "the lot is named by lot and by lots (lots); keep lot or lots"),
    ("S17", Transfer, {"lots": PICKS, "lot_match": LotMatch()}, FieldError, "lot_given_twice",
     "the lot is named by lots and by lot_match (lot_match); keep lots or lot_match"),
    ("S17", PurchaseReturn, {"qty": 2, "lots": PICKS}, FieldError, "lots_do_not_add_up",
     "the lots do not add up to the quantity of 2 (lots: L1 1); give each lot its quantity"),
    ("S17", Issue, {"lots": ("L1",)}, FieldError, "wrong_type",
     "a LotPick is needed here (lots: L1); make it with jxc.stock.LotPick(...)"),
    ("S17", Issue, {"lot_match": "L1"}, FieldError, "wrong_type",
     "a LotMatch is needed here (lot_match: L1); make it with jxc.stock.LotMatch(...)"),
    ("S18", Receipt, {"cost_from": ("i1",), "amount": 1}, FieldError, "cost_given_twice",
     "a cost is stated, and taken over from issues (cost_from: i1); leave unit_cost and amount out, or cost_from"),
    ("S18", Receipt, {"cost_from": ("i1",), "share": "0.5", "share_weight": 1}, FieldError, "share_given_twice",
     "share and share_weight (share_weight: 1); give one"),
    ("S18", Receipt, {"cost_from": ("i1",), "share": "1.5"}, FieldError, "share_above_one",
     "a share is a part of one (share: 1.5); such as 0.25"),
    ("S18", Receipt, {"cost_from": ("i1",), "share": -1}, FieldError, "negative_share",
     f"{BELOW} (share: -1); check the sign"),
    ("S18", Receipt, {"cost_from": ("i1",), "share_weight": 0}, FieldError, "zero_weight",
     f"{POSITIVE} (share_weight: 0); leave the field empty"),
    ("S18", Receipt, {"share": "0.5"}, FieldError, "missing_field",
     f"{NEEDED} (cost_from); name the issues whose cost is shared out"),
    ("S19", Transfer, {"to_place": ""}, FieldError, "missing_field", f"{NEEDED} (to_place); fill it in"),
    ("S19", Transfer, {"to_place": "A"}, FieldError, "same_place",
     "from a place to itself (to_place: A); name another place"),
    ("S19", Transfer, {"received_qty": 2}, FieldError, "received_beyond_sent",
     "more arrived than the 1 sent (received_qty: 2); record the surplus as adjust_in"),
    ("S22", Assembly, {"components": ()}, FieldError, "missing_field",
     f"{NEEDED} (components); name what went in"),
    ("S22", Assembly, {"extra_cost": -1}, FieldError, "negative_amount", f"{BELOW} (extra_cost: -1); check the sign"),
    ("S22", Disassembly, {"products": []}, FieldError, "missing_field", f"{NEEDED} (products); name what came out"),
    ("S22", Disassembly, {"products": (Product(item="P", qty=Decimal(1)),
                                       Product(item="Q", qty=Decimal(1), weight=Decimal(2)))},
     FieldError, "weights_incomplete",
     "some products have a weight and some have none (products); weigh every product, or none"),
    ("S23", Revaluation, {"item": ""}, FieldError, "missing_field",
     f"{NEEDED} (refs); name the receipts or the item that it is about"),
    ("S24", LandedCost, {"amount": None}, FieldError, "missing_field", f"{NEEDED} (amount); fill it in"),
    ("S24", LandedCost, {"allocate_by": "colour"}, FieldError, "not_one_of",
     "there is no such choice (allocate_by: colour); use one of value, qty, equal, weight, volume"),
    ("S24", LandedCost, {"weights": (1,)}, FieldError, "weights_count",
     "1 weights for 2 refs (weights: 1); give one for each of refs, in their order"),
    ("S24", LandedCost, {"weights": (1, -1)}, FieldError, "negative_weight",
     "a weight below zero (weights: 1, -1); weights are 0 or more"),
    ("S24", LandedCost, {"weights": (0, 0)}, FieldError, "zero_weights",
     "all weights are zero (weights: 0, 0); weigh at least one"),
    ("S24", LandedCost, {"shares": (1, 0), "weights": (1, 1)}, FieldError, "shares_and_weights",
     "weights and shares (shares: 1, 0); give one of them"),
    ("S24", LandedCost, {"shares": (1, 0, 0)}, FieldError, "shares_count",
     "3 shares for 2 refs (shares: 1, 0, 0); give one for each of refs, in their order"),
    ("S24", LandedCost, {"shares": ("0.5", "0.4")}, FieldError, "shares_do_not_add_up",
     "the shares do not add up to 1 (shares: 0.5, 0.4); give each of refs its part of the amount"),
    ("S24", LandedCost, {"shares": (0.5, 0.5)}, NumberError, "float_refused",
     'a binary float is not an exact number (shares: 0.5); pass a string or a Decimal, such as "12.30"'),
    ("S25", PriceDifference, {"refs": ()}, FieldError, "missing_field",
     f"{NEEDED} (refs); name the receipts that the invoice is for"),
    ("S25", PriceDifference, {"unit_cost": None}, FieldError, "missing_field",
     f"{NEEDED} (unit_cost); give the unit cost of the invoice, or its amount"),
    ("S25", PriceDifference, {"direction": "bill"}, FieldError, "missing_field",
     f"{NEEDED} (qty); say how many units are billed or refunded"),
    ("S25", PriceDifference, {"direction": "up"}, FieldError, "not_one_of",
     "there is no such choice (direction: up); use one of bill, refund"),
    ("S27", WriteDown, {"amount": None}, FieldError, "missing_field",
     f"{NEEDED} (net_realisable_value); give it, or the amount"),
    ("S27", WriteDown, {"net_realisable_value": 1}, FieldError, "amount_given_twice",
     "an amount and a net realisable value (amount: 1); give one of them"),
    ("S27", WriteDown, {"per_unit": True}, FieldError, "no_unit_to_value",
     "only the net realisable value of one item is per unit (per_unit: True); give the total"),
    ("S27", WriteDown, {"level": "group"}, FieldError, "missing_field",
     f"{NEEDED} (group); name the group of items that is compared as one"),
    ("S27", WriteDown, {"level": "lot"}, FieldError, "not_one_of",
     "there is no such choice (level: lot); use one of item, group, total"),
    ("S28", WriteDownReversal, {"amount": -1}, FieldError, "negative_amount", f"{BELOW} (amount: -1); check the sign"),
    ("S29", StandardPriceChange, {"item": ""}, FieldError, "missing_field", f"{NEEDED} (item); fill it in"),
    ("S30", MethodChange, {"method": ""}, FieldError, "missing_field", f"{NEEDED} (method); fill it in"),
    ("S30", ScopeChange, {"scope": None}, FieldError, "missing_field", f"{NEEDED} (scope); fill it in"),
    ("S30", BaseUnitChange, {"factor": None}, FieldError, "missing_field", f"{NEEDED} (factor); fill it in"),
    ("S30", BaseUnitChange, {"factor": 0}, UnitError, "bad_factor",
     "a factor must be more than zero (factor: 0); such as 24 or 1/12"),
    ("S30", BaseUnitChange, {"factor": "1/0"}, UnitError, "bad_factor",
     "a factor must be more than zero (factor: 1/0); such as 24 or 1/12"),
    ("S30", BaseUnitChange, {"factor": 0.5}, NumberError, "float_refused",
     'a binary float is not an exact number (factor: 0.5); pass a string or a Decimal, such as "12.30"'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "cls", "bad", "kind", "code", "message"),
    REFUSED,
    ids=[f"{rule}-{cls.__name__}-{code}-{at}" for at, (rule, cls, _, _, code, _) in enumerate(REFUSED)],
)
def test_refused(rule: str, cls: type[Any], bad: Arguments, kind: type[InputError], code: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        make(cls, **bad)
    assert (type(caught.value), caught.value.code, str(caught.value)) == (kind, code, message)


def test_parts_are_checked_as_facts_are() -> None:
    for make_part, code in [
        (lambda: LotPick(lot="", qty=Decimal(1)), "empty_text"),
        (lambda: LotPick(lot="L", qty=Decimal(0)), "zero_quantity"),
        (lambda: LotMatch(unit_cost=Decimal(-1)), "negative_cost"),
        (lambda: LotMatch(lot_date=dt.datetime(2026, 1, 1)), "datetime_given"),  # noqa: DTZ001
        (lambda: Component(item="", qty=Decimal(1)), "empty_text"),
        (lambda: Product(item="P", qty=Decimal(1), weight=Decimal(0)), "zero_weight"),
    ]:
        with pytest.raises(InputError) as caught:
            make_part()
        assert caught.value.code == code
