"""A problem is plain data about one row."""

from __future__ import annotations

import json
import pickle

from hypothesis import given
from hypothesis import strategies as st

from jxc.errors import NumberError
from jxc.stock.problem import Problem


def test_an_error_becomes_a_problem_that_says_all():
    error = NumberError("float_refused", "a float is not exact", field="qty", value=1.5, hint="pass text")
    found = Problem.from_error(7, error)
    assert found == Problem(7, "float_refused", "a float is not exact (qty: 1.5)", "pass text", "qty", "1.5")
    assert str(found) == "row 7: a float is not exact (qty: 1.5); pass text"


def test_an_error_without_value_or_field():
    assert Problem.from_error(1, NumberError("x", "bad", field="qty")).message == "bad (qty)"
    assert Problem.from_error(1, NumberError("x", "bad")).message == "bad"


def test_the_place_in_a_file():
    found = Problem(2, "x", "bad")
    assert str(found.at("a.csv", 3)) == "a.csv:3: row 2: bad"
    assert str(found.at("a.csv", None)) == "a.csv: row 2: bad"
    assert str(Problem(0, "x", "bad", severity="warning")) == "bad"
    assert found.at("a.csv", 3) != found


@given(st.builds(Problem, st.integers(), st.text(), st.text(), st.text(), st.none() | st.text()))
def test_a_problem_survives_json_and_pickle(found):
    assert Problem(**json.loads(json.dumps(found.to_dict()))) == found
    assert pickle.loads(pickle.dumps(found)) == found
