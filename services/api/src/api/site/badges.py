"""Static badges as SVG: a label, a message, a colour."""

import re
from html import escape

from api.answers.package import Columns
from api.http.problems import InvalidRequestError
from domain.confidence import word
from domain.flags import FLAGGED

HEIGHT = 20
"""Pixels."""
PADDING = 6
NARROW, WIDE, USUAL = 4.2, 9.6, 6.7
"""Pixels of a letter in 11 pixel Verdana; `textLength` makes every viewer keep to the sum."""
NARROW_LETTERS = frozenset("fijlrtI.,:;'|!()[]/ ")
WIDE_LETTERS = frozenset("mwMWQO@%&")
COLOURS = {
    "green": "#2f7d32",
    "blue": "#1f6feb",
    "yellow": "#946200",
    "orange": "#b34700",
    "red": "#b3261e",
    "grey": "#5f6368",
    "gray": "#5f6368",
    "black": "#24292f",
}
"""Each has a contrast of at least 4.5 to the white letters on it."""
HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
LABEL_COLOUR = "#3c4043"
CONTROL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""


def svg(label: str, message: str, colour: str) -> str:
    """Draw the badge; `label` and `message` may hold anything."""
    left, right = _safe(label), _safe(message)
    left_width, right_width = _width(label), _width(message)
    width = left_width + right_width
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{HEIGHT}" role="img" '
        f'aria-label="{left}: {right}"><title>{left}: {right}</title>'
        f'<clipPath id="r"><rect width="{width}" height="{HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left_width}" height="{HEIGHT}" '
        f'fill="{LABEL_COLOUR}"/><rect x="{left_width}" width="{right_width}" '
        f'height="{HEIGHT}" fill="{colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">'
        f"{_text(left, 0, left_width)}{_text(right, left_width, right_width)}</g></svg>"
    )


def _text(text: str, start: int, width: int) -> str:
    inner = width - 2 * PADDING
    return f'<text x="{start + PADDING}" y="14" textLength="{max(1, inner)}">{text}</text>'


def _safe(text: str) -> str:
    return escape(CONTROL.sub("", text), quote=True)


def _width(text: str) -> int:
    letters = sum(
        NARROW if each in NARROW_LETTERS else WIDE if each in WIDE_LETTERS else USUAL
        for each in text
    )
    return round(letters) + 2 * PADDING


def colour_of(asked: str | None, default: str) -> str:
    """Return the colour asked for, by name or hexadecimal; raises `InvalidRequestError`."""
    if asked is None:
        return COLOURS[default]
    if asked.lower() in COLOURS:
        return COLOURS[asked.lower()]
    match = HEX.fullmatch(asked)
    if match is None:
        names = ", ".join(sorted(COLOURS))
        raise InvalidRequestError(f"A colour is one of {names}, or hexadecimal digits.")
    return f"#{match.group(1)}"


def short(count: int) -> str:
    """Return a count as people say it: 1.2M; below 1,000 billion."""
    rounded = float(f"{count:.3g}")
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if rounded >= limit:
            return f"{rounded / limit:.3g}{unit}"
    return str(count)


PERIODS = {
    "downloads": ("last_month", "/month"),
    "month": ("last_month", "/month"),
    "week": ("last_week", "/week"),
    "day": ("last_day", "/day"),
    "total": ("total", ""),
}
WORDS = {
    "version": ("version", "blue"),
    "license": ("license", "blue"),
    "maintenance": ("maintenance", "grey"),
    "category": ("category", "blue"),
    "python": ("requires_python", "blue"),
}
METRICS = (*PERIODS, *WORDS, "rank", "health", "stars", "dependents", "security")
UNKNOWN = ("unknown", "grey")


def badge_of(metric: str, row: Columns) -> tuple[str, str, str]:
    """Return what a badge says and its colour: of a flagged package that, whatever is asked."""
    if row["security_status"] in FLAGGED:
        return "warning", row["security_status"], "red"
    return shown(metric, row)


def shown(metric: str, row: Columns) -> tuple[str, str, str]:
    """Return a metric's label, its message, and the name of its colour."""
    if metric in PERIODS:
        column, unit = PERIODS[metric]
        return "downloads", short(row[column]) + unit, "blue"
    if metric in WORDS:
        column, colour = WORDS[metric]
        return metric, *((row[column], colour) if row[column] else UNKNOWN)
    if metric == "health":
        return "health", *_health(row)
    if metric == "security":
        return "security", *_security(row)
    if metric == "rank":
        return "rank", *((f"#{row['rank']:,}", "blue") if row["rank"] else UNKNOWN)
    value = row[metric]
    return metric, *((short(value), "blue") if value is not None else UNKNOWN)


def _health(row: Columns) -> tuple[str, str]:
    if row["health"] is None:
        return UNKNOWN
    score = round(row["health"])
    colour = "green" if score >= 70 else "yellow" if score >= 40 else "orange"
    unsure = " (low confidence)" if word(row["health_confidence"]) == "low" else ""
    return f"{score}/100{unsure}", colour


def _security(row: Columns) -> tuple[str, str]:
    status = row["security_status"]
    colours = {"clean": "green", "unknown": "grey", "vulnerable": "orange"}
    return status, colours.get(status, "red")
