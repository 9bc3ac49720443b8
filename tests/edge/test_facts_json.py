"""Facts as plain data (docs/spec/stock.md, S35 and S36)."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jxc.edge.facts_json import dump_fact, facts_schema, parse_fact, parse_facts
from jxc.errors import DateError, FieldError, InputError, JxcError, NumberError, UnitError
from jxc.stock import FACT_TYPES, AnyFact, Issue
from tests.stock.strategies import facts

ISSUE = {"type": "issue", "date": "2026-01-05", "item": "TEA", "qty": "3"}
PICK = {"lot": "L1", "qty": "3"}


def exact_only(value: object) -> bool:
    """Is there no float in it, at any depth, and nothing but what JSON knows?"""
    if isinstance(value, dict):
        return all(isinstance(name, str) and exact_only(each) for name, each in value.items())
    if isinstance(value, list):
        return all(exact_only(each) for each in value)
    return value is None or isinstance(value, str | bool)


@given(facts())
def test_s35_there_and_back_through_json_text(fact: AnyFact) -> None:
    data = dump_fact(fact)
    assert exact_only(data)
    again = parse_fact(json.loads(json.dumps(data, ensure_ascii=False)))
    assert again == fact
    assert type(again) is type(fact)
    assert dump_fact(again) == data


@given(facts())
def test_s35_nothing_at_its_default_is_written(fact: AnyFact) -> None:
    data = dump_fact(fact)
    assert None not in data.values()
    assert [] not in data.values()
    assert next(iter(data)) == "type"


@given(facts(), st.data())
def test_s36_an_unknown_field_is_refused_at_every_depth(fact: AnyFact, data: st.DataObject) -> None:
    plain = cast("dict[str, Any]", json.loads(json.dumps(dump_fact(fact))))
    objects = [("", plain)]
    objects += [
        (f"{name}[{at}].", part)
        for name, parts in plain.items()
        if isinstance(parts, list)
        for at, part in enumerate(parts)
        if isinstance(part, dict)
    ]
    path, place = data.draw(st.sampled_from(objects))
    place["colour"] = "red"
    with pytest.raises(FieldError) as caught:
        parse_fact(plain)
    assert (caught.value.code, caught.value.field) == ("unknown_field", f"{path}colour")


@given(st.lists(facts(), max_size=4))
def test_many_at_once_in_their_order(some: list[AnyFact]) -> None:
    assert parse_facts(map(dump_fact, some)) == some


def test_plain_forms_of_a_fact() -> None:
    fact = parse_fact(
        ISSUE
        | {
            "qty": 3,
            "time": "09:30",
            "recorded_at": "2026-01-05T09:30:00+08:00",
            "lots": [PICK],
            "place": None,
            "serials": None,
        }
        | {"refs": ["r1"], "lot_match": None}
    )
    assert isinstance(fact, Issue)
    assert fact.recorded_at == dt.datetime(2026, 1, 5, 1, 30, tzinfo=dt.UTC)
    assert dump_fact(fact) == {
        "type": "issue",
        "date": "2026-01-05",
        "item": "TEA",
        "time": "09:30:00",
        "refs": ["r1"],
        "recorded_at": "2026-01-05T01:30:00Z",
        "qty": "3",
        "lots": [PICK],
    }


@pytest.mark.parametrize(
    ("data", "kind", "code", "field"),
    [
        ("issue", FieldError, "not_an_object", None),
        ({}, FieldError, "missing_field", "type"),
        ({"type": "sale"}, FieldError, "unknown_type", "type"),
        ({"type": 5}, FieldError, "unknown_type", "type"),
        ({"type": ["issue"]}, FieldError, "unknown_type", "type"),
        ({"type": "issue"}, FieldError, "missing_field", "date"),
        (ISSUE | {"zeal": 1, "art": 1, "qty": 1.5}, FieldError, "unknown_field", "art"),
        (ISSUE | {"qty": 1.5, "item": 5}, NumberError, "float_refused", "qty"),
        (ISSUE | {"qty": True}, NumberError, "not_a_number", "qty"),
        (ISSUE | {"qty": "=SUM(A1)"}, NumberError, "not_a_number", "qty"),
        (ISSUE | {"qty": "NaN"}, NumberError, "not_finite", "qty"),
        (ISSUE | {"qty": ["3"]}, FieldError, "bad_value", "qty"),
        (ISSUE | {"qty": "0"}, FieldError, "zero_quantity", "qty"),
        (ISSUE | {"qty": None}, FieldError, "missing_field", "qty"),
        (ISSUE | {"date": "2026-02-30"}, DateError, "no_such_date", "date"),
        (ISSUE | {"date": 20260105}, DateError, "not_a_date", "date"),
        (ISSUE | {"time": "25:00"}, DateError, "no_such_time", "time"),
        (ISSUE | {"recorded_at": "2026-01-05T09:30:00"}, DateError, "naive_datetime", "recorded_at"),
        (ISSUE | {"item": 5}, FieldError, "not_text", "item"),
        (ISSUE | {"item": " TEA"}, FieldError, "space_around_text", "item"),
        (ISSUE | {"refs": "r1"}, FieldError, "not_a_list", "refs"),
        (ISSUE | {"refs": ["r1", 2]}, FieldError, "not_text", "refs[1]"),
        (ISSUE | {"lots": [PICK, {"lot": "L2", "qty": 1.0}]}, NumberError, "float_refused", "lots[1].qty"),
        (ISSUE | {"lots": [{"lot": "L1", "qty": "-3"}]}, FieldError, "negative_quantity", "lots[0].qty"),
        (ISSUE | {"lots": [{"qty": "3"}]}, FieldError, "missing_field", "lots[0].lot"),
        (ISSUE | {"lots": ["L1"]}, FieldError, "wrong_type", "lots[0]"),
        (ISSUE | {"lots": [PICK], "lot": "L1"}, FieldError, "lot_given_twice", "lots"),
        (ISSUE | {"lot_match": {"lot_date": "soon"}}, DateError, "not_a_date", "lot_match.lot_date"),
        (ISSUE | {"lot_match": [{}]}, FieldError, "wrong_type", "lot_match"),
        (
            {"type": "receipt", "date": "2026-01-05", "item": "TEA", "qty": "3", "estimated": "maybe"},
            FieldError,
            "not_a_flag",
            "estimated",
        ),
        (
            {"type": "landed_cost", "date": "2026-01-05", "refs": ["r"], "amount": "1", "allocate_by": "colour"},
            FieldError,
            "not_one_of",
            "allocate_by",
        ),
        (
            {"type": "landed_cost", "date": "2026-01-05", "refs": ["r"], "amount": "1", "shares": [1.0]},
            NumberError,
            "float_refused",
            "shares[0]",
        ),
        (
            {"type": "base_unit_change", "date": "2026-01-05", "item": "A", "unit": "can", "factor": "0"},
            UnitError,
            "bad_factor",
            "factor",
        ),
    ],
)
def test_refused(data: Any, kind: type[InputError], code: str, field: str | None) -> None:
    with pytest.raises(JxcError) as caught:
        parse_fact(data)
    assert (type(caught.value), caught.value.code, caught.value.field) == (kind, code, field)


def test_the_order_of_fields_in_the_data_does_not_matter() -> None:
    bad = ISSUE | {"qty": 1.5, "date": "soon", "time": "noon"}
    with pytest.raises(DateError) as one:
        parse_fact(bad)
    with pytest.raises(DateError) as other:
        parse_fact(dict(reversed(bad.items())))
    assert one.value == other.value
    assert one.value.field == "date"


def test_a_bad_row_is_named_by_its_number() -> None:
    with pytest.raises(FieldError) as caught:
        parse_facts([ISSUE, ISSUE | {"qty": "0"}, {"type": "nonsense"}])
    assert (caught.value.code, caught.value.params) == ("zero_quantity", {"row": 2})


def test_messages() -> None:
    with pytest.raises(FieldError) as caught:
        parse_fact({"type": "sale"})
    assert str(caught.value) == f"there is no such kind of fact (type: sale); use one of {', '.join(FACT_TYPES)}"
    with pytest.raises(FieldError) as caught:
        parse_fact(ISSUE | {"refs": "r1"})
    assert str(caught.value) == "this value does not fit the field (refs: r1); Input should be a valid tuple"


# -------------------------------------------------------------------------------------------------------------- schema


def walk(node: object) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        return [node, *(each for value in node.values() for each in walk(value))]
    return [each for value in node for each in walk(value)] if isinstance(node, list) else []


def test_the_schema_knows_every_kind_and_no_number() -> None:
    schema = cast("dict[str, Any]", facts_schema())
    words = [schema["$defs"][cls.__name__]["properties"]["type"]["const"] for cls in FACT_TYPES.values()]
    assert words == list(FACT_TYPES)
    assert list(schema["discriminator"]["mapping"]) == list(FACT_TYPES)
    assert [each["$ref"].rsplit("/", 1)[1] for each in schema["oneOf"]] == [cls.__name__ for cls in FACT_TYPES.values()]
    assert not [node for node in walk(schema) if node.get("type") in ("number", "integer")]
    assert all(part["additionalProperties"] is False for part in schema["$defs"].values())
    assert schema["$defs"]["Transfer"]["required"] == ["type", "date", "item", "qty", "to_place"]
    assert json.loads(json.dumps(schema)) == schema


@given(facts())
def test_what_is_written_fits_the_schema(fact: AnyFact) -> None:
    """Without a validator at hand: names, needed names, and the kind of each plain value."""
    data = dump_fact(fact)
    definition = cast("dict[str, Any]", facts_schema())["$defs"][type(fact).__name__]
    assert set(definition["required"]) <= set(data)
    for name, value in data.items():
        shown = walk(definition["properties"][name])
        kinds = {node["type"] for node in shown if "type" in node}
        expected = "array" if isinstance(value, list) else "boolean" if isinstance(value, bool) else "string"
        assert expected in kinds or any("$ref" in node for node in shown)


def test_pydantic_is_loaded_only_when_it_is_needed() -> None:
    code = "import sys, jxc.edge.facts_json; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
