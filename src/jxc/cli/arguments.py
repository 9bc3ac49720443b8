"""The options that several commands take, and what they mean to ``jxc.value``.

    --method fifo --policy returns=current_cost  --choices-->  {"method": "fifo", "returns": "current_cost"}

Invariant: a wrong option is a typed error like any other, and no option is dropped without a word: the same choice made
twice with two values is refused.
"""

from __future__ import annotations

from argparse import Action, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any, NoReturn, cast

from jxc.costing.policy import CostRounding, Policy
from jxc.edge.csvfile import LIMIT_BYTES, LIMIT_ROWS
from jxc.errors import FieldError, PolicyError
from jxc.kernel.exact import to_exact

__all__ = ["Parser", "add_book", "add_lists", "add_policy", "choices", "shown_lines"]

_MAPPINGS = frozenset(
    {"item_methods", "location_methods", "place_groups", "standard_cost", "categories", "gross_margin"}
)
_NOT_HERE = {"rounding": "name its parts: rounding.rule=..., rounding.unit_cost_places=..., rounding.mode=..."}


_SCOPES = ("item", "place", "lot", "item+lot", "item+location", "item+location+lot")
_SAME_AS = {"company": "item", "location": "place"}


class _Once(Action):
    """Stores the value of an option; a second, different one is refused."""

    def __call__(
        self, parser: ArgumentParser, namespace: Namespace, values: Any, option_string: str | None = None
    ) -> None:
        given = cast("dict[str, object]", vars(namespace).setdefault("given", {}))
        if given.get(self.dest, values) != values:
            raise _two_values(self.dest, given[self.dest], values)
        given[self.dest] = values
        setattr(namespace, self.dest, values)


def _two_values(name: str, one: object, other: object) -> PolicyError:
    message = f"two values are given, {one} and {other}"
    return PolicyError("contradiction", message, field=name, value=other, hint="keep one of them")


class Parser(ArgumentParser):
    """An argument parser whose errors are those of jxc."""

    def __init__(self, command: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=f"python -m jxc {command}",
            description=description,
            epilog=epilog,
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.register("action", None, _Once)

    def error(self, message: str) -> NoReturn:
        """Raise ``FieldError`` ``bad_usage`` instead of printing and ending the program."""
        raise FieldError("bad_usage", message, hint=f"{self.prog} --help shows the options")


def add_book(parser: Parser) -> None:
    """What is valued: files, and how to read them."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="CSV files of one book, in order; - is standard input")
    parser.add_argument("--encoding", metavar="ENC", help="of the files, such as gb18030; found by itself else")
    parser.add_argument("--currency", metavar="CNY", help="of the book; by default the one that the rows name")
    parser.add_argument("--as-of", metavar="DATE", help="leave out what happened after that day")
    parser.add_argument("--units", metavar="FILE", help="CSV of item, uom, factor: how many base units are in one")
    parser.add_argument("--standard-cost", metavar="FILE", help="CSV of item, standard_cost: what holds at first")
    parser.add_argument("--limit-rows", type=int, default=LIMIT_ROWS, metavar="N", help="refuse a file of more rows")
    parser.add_argument("--limit-bytes", type=int, default=LIMIT_BYTES, metavar="N", help="refuse a larger file")


def add_policy(parser: Parser) -> None:
    """How it is valued."""
    parser.add_argument("--scope", metavar="WORD", help="place: a cost for each place (default); item, lot, ...")
    parser.add_argument("--framework", metavar="WORD", help="refuse what ifrs, cas, cas_small or us_gaap forbids")
    parser.add_argument("--waive", action="store_true", help="compute for an analysis what the framework forbids")
    parser.add_argument("--negative-stock", metavar="WORD", help="refuse (default), or how a shortage is costed")
    parser.add_argument(
        "--policy", action="append", default=[], metavar="NAME=VALUE", help="any other choice; may be repeated"
    )


def add_lists(parser: Parser, lines: int) -> None:
    """How much is shown, and for whom."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--items", type=int, default=lines, metavar="N", help=f"lines of a long list (default {lines})")
    parser.add_argument("--all", action="store_true", help="show long lists whole")


def shown_lines(options: Namespace) -> int | None:
    """How many lines of a long list are shown; ``None`` for all."""
    if options.items < 0:
        raise FieldError("bad_usage", "this cannot be counted", field="items", value=options.items, hint="0 or more")
    return None if options.all else int(options.items)


def choices(options: Namespace) -> dict[str, object]:
    """The keyword arguments of ``jxc.value`` that the options stand for, files of units and standard cost apart."""
    found: dict[str, object] = {}
    for name in ("method", "scope", "negative_stock"):
        value = getattr(options, name, None)
        if value is not None:
            found[name] = value
    for text in options.policy:
        _add_choice(found, text)
    _check_scope(found.get("scope"))
    if options.standard_cost is not None and "standard_cost" in found:
        raise _two_values("standard_cost", options.standard_cost, "a policy of that name")
    rounding = {name.partition(".")[2]: found.pop(name) for name in list(found) if name.startswith("rounding.")}
    if rounding:
        found["rounding"] = _rounding(rounding)
    for name in ("currency", "as_of", "framework"):
        found[name] = getattr(options, name)
    found["waive"] = options.waive
    return found


def _check_scope(word: object) -> None:
    if word is not None and word not in _SCOPES and word not in _SAME_AS:
        hint = f"use one of {', '.join(_SCOPES)}"
        raise PolicyError("unknown_choice", "there is no such choice", field="scope", value=word, hint=hint)


def _add_choice(found: dict[str, object], text: str) -> None:
    name, sign, word = text.partition("=")
    name, word = name.strip().replace("-", "_"), word.strip()
    if not sign or not name:
        hint = "such as --policy returns=current_cost"
        raise FieldError("bad_usage", "a choice is NAME=VALUE", field="policy", value=text, hint=hint)
    if name in _NOT_HERE:
        raise PolicyError("bad_choice", "this has parts", field=name, value=word, hint=_NOT_HERE[name])
    known = [each.name for each in fields(Policy)]
    if name not in known and not name.startswith("rounding."):
        hint = f"use one of {', '.join(sorted(known))}"
        raise PolicyError("unknown_choice", "there is no such choice", field="policy", value=name, hint=hint)
    value = _value(name, word)
    if found.get(name, value) != value:
        raise _two_values(name, found[name], word)
    found[name] = value


def _value(name: str, word: str) -> object:
    if name in _MAPPINGS:
        return _pairs(name, word)
    if name.endswith("_places"):
        return _whole(name, word)
    if name == "initial_unit_cost":
        return Fraction(to_exact(word, field=name))
    return word


def _whole(name: str, word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 3):
        raise PolicyError("bad_choice", "this is no count of places", field=name, value=word, hint="such as 2")
    return int(word)


def _pairs(name: str, word: str) -> dict[str, str]:
    """``TEA:lifo,CUP:fifo`` as a mapping."""
    pairs: dict[str, str] = {}
    for part in word.split(","):
        key, sign, value = part.rpartition(":")
        if not sign or not key.strip() or key.strip() in pairs:
            hint = f"write it as --policy {name}=A:x,B:y, each name once"
            raise PolicyError("bad_choice", "this is no list of pairs", field=name, value=word, hint=hint)
        pairs[key.strip()] = value.strip()
    return pairs


def _rounding(parts: dict[str, object]) -> CostRounding:
    known: Sequence[str] = ("rule", "unit_cost_places", "money_places", "mode")
    for name in parts:
        if name not in known:
            hint = f"use one of {', '.join(known)}"
            raise PolicyError("unknown_choice", "rounding has no such part", field="rounding", value=name, hint=hint)
    return CostRounding(**parts)  # type: ignore[arg-type]  # the words are checked by the class itself
