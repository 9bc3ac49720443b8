"""Names and references that people give: one check for all of them.

Invariant: a text that passes is what it looks like: not empty, no space around it, no control or invisible break
character in it, not absurdly long.  Two names that look the same are then nearly always the same name.

>>> check_text("仓库 1", field="place")
'仓库 1'
>>> check_text(" WH", field="place")
Traceback (most recent call last):
...
jxc.errors.FieldError: space around the text (place:  WH); strip it
"""

from __future__ import annotations

import re

from jxc.errors import FieldError

__all__ = ["check_text"]

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b\u2028\u2029\ufeff\ud800-\udfff]")


def check_text(value: object, *, field: str, limit: int = 200, empty: bool = False) -> str:
    """``value`` itself, if it is a clean text; else ``FieldError``.

    The codes, in the order of the checks: ``not_text``, ``empty_text`` (unless ``empty`` is allowed),
    ``text_too_long``, ``unseen_character``, ``space_around_text``.
    """
    if not isinstance(value, str):
        raise FieldError("not_text", f"a {type(value).__name__} is not a text", field=field, value=value)
    if not value:
        if empty:
            return value
        raise FieldError("empty_text", "a text is missing", field=field)
    if len(value) > limit:
        raise FieldError("text_too_long", f"longer than {limit} characters", field=field, value=f"{value[:40]}...")
    if _UNSEEN.search(value):
        raise FieldError("unseen_character", "a control character in the text", field=field, value=ascii(value))
    if value != value.strip():
        raise FieldError("space_around_text", "space around the text", field=field, value=value, hint="strip it")
    return value
