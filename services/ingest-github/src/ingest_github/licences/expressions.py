"""SPDX expressions as PyPI checks them, and what each asks of a user.

`packaging` decides what an expression is and how its identifiers are spelt: PyPI uses it for
PEP 639. The licence database that comes with license-expression tells the class of each part; its
own reader renames and refuses identifiers that are valid.
"""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from license_expression import get_license_index
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from ingest_github.licences.names import VAGUE_NAMES, plain

LONGEST_EXPRESSION = 250
"""Characters; whatever is longer is a licence's text and not its name."""

CLASSES = ("unknown", "permissive", "weak_copyleft", "strong_copyleft", "proprietary")
"""From what asks least to what asks most; unknown is known to ask nothing."""

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
_REFERENCE = "licenseref-"
_IN_DATABASE = "licenseref-scancode-"
_PROPRIETARY_WORDS = frozenset({"proprietary", "commercial", "noncommercial"})


@dataclass(frozen=True)
class Licence:
    """A licence and its class, one of CLASSES."""

    name: str | None = None
    licence_class: str = "unknown"


def read_expression(words: str) -> Licence | None:
    """Return the licence of an SPDX expression as its author built it; None where it is none."""
    if len(words) > LONGEST_EXPRESSION:
        return None
    try:
        name = canonicalize_license_expression(words)
    except InvalidLicenseExpression:
        return None
    return Licence(name, _choice(deque(re.sub(r"([()])", r" \1 ", name).split())))


def mildest(classes: Iterable[str]) -> str:
    """Return the class of a choice."""
    known = (each for each in classes if each != "unknown")
    return min(known, key=CLASSES.index, default="unknown")


def strictest(classes: Iterable[str]) -> str:
    """Return the class of a sum."""
    return max(classes, key=CLASSES.index, default="unknown")


def _choice(tokens: deque[str]) -> str:
    """Take `A OR B`, in which AND binds closer, from the left."""
    classes = [_sum(tokens)]
    while tokens and tokens[0] == "OR":
        tokens.popleft()
        classes.append(_sum(tokens))
    return mildest(classes)


def _sum(tokens: deque[str]) -> str:
    classes = [_single(tokens)]
    while tokens and tokens[0] == "AND":
        tokens.popleft()
        classes.append(_single(tokens))
    return strictest(classes)


def _single(tokens: deque[str]) -> str:
    first = tokens.popleft()
    if first == "(":
        inner = _choice(tokens)
        tokens.popleft()
        return inner
    granted = _class_of(first)
    if not tokens or tokens[0] != "WITH":
        return granted
    tokens.popleft()
    return _excepted(granted, tokens.popleft())


def _excepted(granted: str, exception: str) -> str:
    """Return the class under an exception, which permits what a strong licence would ask.

    A few permit nothing but one named library; the database files those with strong licences.
    """
    weakened = granted == "strong_copyleft" and _class_of(exception) != "strong_copyleft"
    return "weak_copyleft" if weakened else granted


def _class_of(identifier: str) -> str:
    key = identifier.casefold()
    if key.startswith(_REFERENCE) and not key.startswith(_IN_DATABASE):
        return _class_of_reference(identifier[len(_REFERENCE) :])
    # SPDX's old GPL-2.0-with-bison-exception is missing from the database.
    unexcepted, _, exception = key.partition("-with-")
    known = _classes().get(key) or _classes().get(key.removesuffix("+"))
    return known or (_excepted(_class_of(unexcepted), "") if exception else "unknown")


def _class_of_reference(reference: str) -> str:
    """Return the class of a licence of somebody's own; its name may tell no more than that."""
    words = plain(reference)
    if _PROPRIETARY_WORDS.intersection(words.split()):
        return "proprietary"
    return VAGUE_NAMES.get(words, "unknown")


@cache
def plain_identifiers() -> dict[str, str]:
    """Return SPDX's licences by their plain spelling: authors leave out or add dashes and words."""
    keys = (entry.get("spdx_license_key") for entry in get_license_index())
    return {plain(key): key for key in keys if key and not key.casefold().startswith(_REFERENCE)}


@cache
def _classes() -> dict[str, str]:
    """Return the class of each SPDX identifier, in small letters."""
    return {
        key.casefold(): _CLASS_OF_CATEGORY.get(entry["category"], "unknown")
        for entry in get_license_index()
        for key in (entry.get("spdx_license_key"), *entry.get("other_spdx_license_keys", ()))
        if key
    }
