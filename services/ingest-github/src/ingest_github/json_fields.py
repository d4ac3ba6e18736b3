"""Reading fields of other people's JSON: null and wrong types give nothing, never an error."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from servicekit.foreign_text import shown

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What a body can make the decoder raise; the last one by nesting too deep."""

UNSAID = frozenset({"", "unknown", "none", "null", "n/a", "-"})
"""What packaging tools write when the author said nothing."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


MOST_DIGITS = 18
"""Of a number in a header; longer ones are no count, no time and no page."""


def number(header: str | None) -> int | None:
    """Return the whole number that a header is; None for anything else."""
    plain = header is not None and header.isascii() and header.isdigit()
    return int(header) if header and plain and len(header) <= MOST_DIGITS else None


def text(value: object, limit: int) -> str | None:
    """Return the text on one line, cut to `limit` characters; None where nothing is said.

    Control characters, lone surrogates and NUL, which no text column takes, become spaces;
    characters that change the direction of text are named.
    """
    if not isinstance(value, str):
        return None
    # Four characters for each wanted one leave room for runs of white space.
    line = shown(" ".join(_CONTROL.sub(" ", value[: limit * 4]).split()))
    if line.casefold() in UNSAID:
        return None
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def texts(value: object, limit: int, most: int) -> list[str]:
    """Return the texts of a list, without repetition, at most `most` of them."""
    if not isinstance(value, list):
        return []
    kept = dict.fromkeys(line for item in value if (line := text(item, limit)))
    return list(kept)[:most]


def mapping(value: object) -> Mapping[str, Any]:
    """Return the object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return the list, or an empty one."""
    return value if isinstance(value, list) else []


def whole(value: object) -> int | None:
    """Return a whole number; a truth value is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def moment(value: object) -> datetime | None:
    """Return an ISO 8601 time as UTC; a time without a zone is taken as UTC."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
