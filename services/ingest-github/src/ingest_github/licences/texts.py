"""A licence known by its text: by its title, by nearly its whole body, or by a notice.

A text that only mentions a licence is not that licence: agreements name those of third parties.
"""

import re
from functools import cache

from rapidfuzz.distance import Indel

from ingest_github.licences.bodies import BODIES
from ingest_github.licences.expressions import Licence, read_expression
from ingest_github.licences.gnu import read_gnu_notice
from ingest_github.licences.lines import read_line

TELLING = 20_000
"""Characters from the start of a text that are looked at."""

NEARLY_WHOLE = 0.85
"""How alike a text's words and a body's are: holders' names and small changes are allowed."""

MOST_BEFORE = 60
"""Words before a body, lines of copyright left out."""

_OPENING = 6
"""Words by which the place of a body is found."""

_COPYRIGHT = re.compile(r"(?:portions )?(?:copyright|\(c\)|©|all rights reserved)", re.IGNORECASE)
_DECORATION = " \t#*-=/\"'`_;>|"
_TITLE_ENDS = re.compile(
    r"\bcopyright\b|\(c\)|©|https?:|<http|\bpreamble\b|\bpermission \b|\bredistribution and\b"
    r"|\bterms and\b|\b0?1\. |\s[-=]{3}|\bcreative commons corporation\b",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"free software[;:,.]? you (?:can|may) (?:redistribute|copy|use)\b.{0,60}? under the terms of"
    r"(?: the)? (.{0,400}?)(?:\.(?: |$)|$)"
)
_OF_OTHERS = re.compile(
    r"\b(?:agreements?|includes?|contains?|third|components?|following|subject|except|bundled"
    r"|dependenc\w+|made available|uses|proprietary|confidential)\b"
)
_RESTRICTED = re.compile(r"commons clause")


def read_text(words: str) -> Licence | None:
    """Return the licence whose text or notice this is; None for all other texts."""
    told = words[:TELLING]
    if _RESTRICTED.search(told.casefold()):
        return None
    lines = _telling_lines(told)
    return _by_notice(lines) or _by_title(lines) or _by_body(lines)


def _telling_lines(words: str) -> list[str]:
    """Return the lines that say something, those of copyright left out."""
    lines = (" ".join(line.split()).strip(_DECORATION) for line in words.splitlines())
    return [line for line in lines if line and not _is_copyright(line)]


def _is_copyright(line: str) -> bool:
    """Tell whether a line names holders and nothing else: some texts are one line as a whole."""
    return len(line) < 200 and _COPYRIGHT.match(line) is not None


def _by_notice(lines: list[str]) -> Licence | None:
    """Read GNU's notice, which alone tells whether later versions may be chosen."""
    start = " ".join(lines)[:2000].casefold()
    match = _NOTICE.search(start)
    if match is None or len(start[: match.start()].split()) > MOST_BEFORE:
        return None
    spdx = None if _OF_OTHERS.search(start[: match.start()]) else read_gnu_notice(match[1])
    return read_expression(spdx) if spdx else None


def _by_title(lines: list[str]) -> Licence | None:
    """Read the first line, or the first two: many licences put their version on the second."""
    for head in (" ".join(lines[:2]), *lines[:1]):
        title = _TITLE_ENDS.split(head, maxsplit=1)[0].strip(_DECORATION + ".,(<")
        licence = read_line(title) if title else None
        if licence is not None:
            return licence
    return None


def _by_body(lines: list[str]) -> Licence | None:
    words = _words(" ".join(lines))
    likeness, spdx = max((_likeness(words, body), spdx) for spdx, body in _bodies().items())
    return read_expression(spdx) if likeness >= NEARLY_WHOLE else None


def _likeness(words: list[str], body: list[str]) -> float:
    """Return how much of a body stands at the start of a text, from 0 to 1."""
    opening = body[:_OPENING]
    places = range(min(MOST_BEFORE, len(words)))
    place = next((at for at in places if words[at : at + _OPENING] == opening), None)
    if place is None or _OF_OTHERS.search(" ".join(words[:place])):
        return 0.0
    return Indel.normalized_similarity(words[place : place + len(body)], body)


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


@cache
def _bodies() -> dict[str, list[str]]:
    return {spdx: _words(body) for spdx, body in BODIES.items()}
