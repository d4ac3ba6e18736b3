"""Which licence a package has: an SPDX expression where one can be read, and what it asks.

Order: the declared expression (PEP 639); a free text that is itself an expression, the common name
of one licence, or the text of one; the classifiers; and at last the free text as it stands.
"""

import re
from collections.abc import Sequence

from ingest_github.json_fields import text
from ingest_github.licences.classifiers import (
    PROPRIETARY,
    exact_names,
    is_unsaid,
    label_of,
    read_labels,
    read_vague_labels,
    stated,
)
from ingest_github.licences.expressions import LONGEST_EXPRESSION, Licence, read_expression
from ingest_github.licences.lines import read_line, vague_class
from ingest_github.licences.texts import read_text

LONGEST_TEXT = 100
"""Characters of a free text that are kept."""

_GNU = re.compile(r"([AL]?GPL-[123])(\.\d)(?:-only)?")


def choose_licence(expression: object, free_text: object, classifiers: Sequence[str]) -> Licence:
    """Return the licence that a package's three fields together tell."""
    labels = stated(classifiers)
    return (
        _named(expression)
        or _named_beside(free_text, labels)
        or _recognised(free_text, labels)
        or read_labels(labels)
        or _vague(free_text, labels)
        or _vague(expression, labels)
        or Licence()
    )


def _named(words: object) -> Licence | None:
    line = text(words, LONGEST_EXPRESSION + 1)
    return read_line(line) if line else None


def _named_beside(free_text: object, labels: Sequence[str]) -> Licence | None:
    if "\n" in str(free_text).strip():  # a text, whose title says less than a name does
        return None
    licence = _named(free_text)
    said_only = "only" in str(free_text).casefold()
    return licence if licence is None or said_only else _more_exact(licence, labels)


def _recognised(free_text: object, labels: Sequence[str]) -> Licence | None:
    """Know a licence by its text, which never overrules that a package is not open."""
    if not isinstance(free_text, str) or PROPRIETARY in labels:
        return None
    licence = read_text(free_text)
    return _more_exact(licence, labels) if licence else None


def _more_exact(licence: Licence, labels: Sequence[str]) -> Licence:
    """Return the licence with the later versions that only a classifier speaks of."""
    match = _GNU.fullmatch(licence.name or "")
    if match is None:
        return licence
    version, minor = match.groups()
    later = any(re.fullmatch(rf"{version}\.\d-or-later", name) for name in exact_names(labels))
    return (read_expression(f"{version}{minor}-or-later") or licence) if later else licence


def _vague(free_text: object, labels: Sequence[str]) -> Licence | None:
    """Return what is left: words that tell a class, or no more than themselves."""
    line = text(free_text, LONGEST_TEXT)
    told = vague_class(line) if line else None
    if line and told not in (None, "unknown"):
        return Licence(line, str(told))
    if labelled := read_vague_labels(labels):
        return labelled
    return Licence(line) if line and not is_unsaid(label_of(line)) else None
