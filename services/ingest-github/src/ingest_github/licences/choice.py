"""Which licence a package has: an SPDX expression where one can be read, and what it asks.

Order: the declared expression (PEP 639); a free text that is itself an expression, the common name
of one licence, or the whole text of one; the classifiers; and at last the free text as it stands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from license_expression import (
    AND,
    ExpressionError,
    ExpressionParseError,
    LicenseWithExceptionSymbol,
    Licensing,
    get_license_index,
    get_spdx_licensing,
)

from ingest_github.json_fields import text
from ingest_github.licences.names import CLASSIFIERS, NAMES, PHRASES, VAGUE_CLASSIFIERS, VAGUE_NAMES

LONGEST_EXPRESSION = 250
"""Characters; whatever is longer is a licence's text and not its name."""

LONGEST_TEXT = 100
"""Characters of a free text that are kept."""

TELLING = 4000
"""Characters from the start of a licence's text that tell which it is."""

CLASSES = ("unknown", "permissive", "weak_copyleft", "strong_copyleft", "proprietary")
"""From what asks least to what asks most; unknown is known to ask nothing."""

# The categories of the licence database that comes with license-expression.
_CLASS_OF_CATEGORY = {
    "Permissive": "permissive",
    "Public Domain": "permissive",
    "CLA": "permissive",
    "Copyleft Limited": "weak_copyleft",
    "Copyleft": "strong_copyleft",
    "Proprietary Free": "proprietary",
    "Free Restricted": "proprietary",
    "Source-available": "proprietary",
    "Commercial": "proprietary",
}
_FILLERS = frozenset({"the", "license", "licenses", "version", "software"})
_PREFIX = "License :: "
_OSI = "OSI Approved :: "
_BROKEN = (ExpressionError, ExpressionParseError, AttributeError, TypeError, ValueError)
"""What license-expression raises on text that is no expression; the last three by mistake."""


@dataclass(frozen=True)
class Licence:
    """A licence and its class, one of CLASSES."""

    name: str | None = None
    licence_class: str = "unknown"


def choose_licence(expression: object, free_text: object, classifiers: Sequence[str]) -> Licence:
    """Give the licence that a package's three fields together tell."""
    return (
        _named(expression)
        or _named(free_text)
        or _recognised(free_text)
        or _classified(classifiers)
        or _vague(free_text, classifiers)
        or Licence()
    )


def read_expression(words: str) -> Licence | None:
    """Give the licence of an SPDX expression in its normal spelling; None where it is none."""
    if len(words) > LONGEST_EXPRESSION:
        return None
    try:
        parsed = _licensing().parse(words, validate=True, strict=True)
    except _BROKEN:
        return None
    return None if parsed is None else Licence(parsed.render(), _class_of(parsed))


def _named(words: object) -> Licence | None:
    """Read an expression, or the usual name of one licence, alone or above its whole text."""
    first = words.strip().split("\n", 1)[0] if isinstance(words, str) else None
    line = text(first, LONGEST_EXPRESSION + 1)
    return _read_named(line) if line else None


@lru_cache(maxsize=4096)
def _read_named(line: str) -> Licence | None:
    if line.casefold().startswith("licenseref-"):
        # Whoever names a licence of their own says no more than that; none of them is open.
        return Licence(line, "proprietary")
    plain = _plain(line)
    if plain in VAGUE_NAMES:  # license-expression would read "GPL" as one certain version
        return None
    return read_expression(NAMES.get(plain, line))


def _recognised(words: object) -> Licence | None:
    """Know a licence by the words of its whole text."""
    if not isinstance(words, str) or len(words) <= LONGEST_EXPRESSION:
        return None
    start = " ".join(words[:TELLING].lower().split())
    found = (spdx for spdx, told in PHRASES if all(phrase in start for phrase in told))
    spdx = next(found, None)
    return read_expression(spdx) if spdx else None


def _plain(line: str) -> str:
    """Give a licence's name in the spelling of the tables: distinct words and numbers only."""
    words = re.sub(r"[^a-z0-9.+]+", " ", line.casefold().replace("licence", "license"))
    apart = re.sub(r"(?<=[a-z ])v?\.?(?=\d)", " ", f" {words}")
    return " ".join(word for word in dict.fromkeys(apart.split()) if word not in _FILLERS)


def _classified(classifiers: Sequence[str]) -> Licence | None:
    """Read the licence classifiers; several of them are a choice."""
    names = sorted({spdx for line in classifiers if (spdx := CLASSIFIERS.get(_licence_of(line)))})
    return read_expression(" OR ".join(names)) if names else None


def _vague(free_text: object, classifiers: Sequence[str]) -> Licence | None:
    """Give what is left: words that tell a class, or no more than themselves."""
    line = text(free_text, LONGEST_TEXT)
    told = VAGUE_NAMES.get(_plain(line)) if line else None
    for classifier in classifiers:
        told = told or VAGUE_CLASSIFIERS.get(_licence_of(classifier))
        line = line or _licence_of(classifier) or None
    return Licence(line, told or "unknown") if line else None


def _licence_of(classifier: str) -> str:
    if not classifier.startswith(_PREFIX):
        return ""
    return classifier.removeprefix(_PREFIX).removeprefix(_OSI)


def _class_of(node: Any) -> str:
    """Give the class of an expression: of a choice the mildest, of a sum the strictest."""
    if isinstance(node, LicenseWithExceptionSymbol):
        granted = _class_of_key(node.license_symbol.key)
        # An exception permits what a strong licence would ask of the program that uses it.
        return "weak_copyleft" if granted == "strong_copyleft" else granted
    if not getattr(node, "args", ()):
        return _class_of_key(node.key)
    classes = [_class_of(part) for part in node.args]
    if isinstance(node, AND):
        return max(classes, key=CLASSES.index)
    return min(
        (known for known in classes if known != "unknown"), key=CLASSES.index, default="unknown"
    )


def _class_of_key(key: str) -> str:
    return _classes().get(key, "unknown")


@cache
def _licensing() -> Licensing:
    return get_spdx_licensing()


@cache
def _classes() -> dict[str, str]:
    """Map each SPDX key to its class."""
    return {
        key: _CLASS_OF_CATEGORY.get(entry["category"], "unknown")
        for entry in get_license_index()
        for key in (entry.get("spdx_license_key"), *entry.get("other_spdx_license_keys", ()))
        if key
    }
