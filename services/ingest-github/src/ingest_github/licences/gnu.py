"""GNU's licences, which are named in more ways than a table can hold."""

import re

from ingest_github.licences.names import plain

_LATER = frozenset({"later", "newer", "higher", "greater", "above", "upwards", "onwards", "+"})
_FAMILY_WORDS = frozenset(
    {"gnu", "general", "public", "affero", "lesser", "library", "free", "documentation", "gpl"}
    | {"lgpl", "agpl", "gfdl", "fdl"}
)
_OTHER_WORDS = _FAMILY_WORDS | {"or", "and", "any", "at", "your", "option", "of", "only"}
_NUMBER = re.compile(r"([123](?:\.\d)?)(?:\.0)?(\+?)\.?")
_DATE = re.compile(
    r"(?:,\s*\d{1,2})?[,\s]+(?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december),?\s+(?:19|20)\d\d\b",
    re.IGNORECASE,
)


def read_gnu(line: str) -> str | None:
    """Return the SPDX name of a GNU licence of one version; None where a line says more."""
    words = plain(_DATE.sub("", line)).split()
    known = all(word in _OTHER_WORDS | _LATER or _NUMBER.fullmatch(word) for word in words)
    return _read(words) if known else None


def read_gnu_notice(sentence: str) -> str | None:
    """Return the SPDX name of the GNU licence that a notice's sentence grants."""
    return _read(plain(sentence).split())


def _read(words: list[str]) -> str | None:
    numbers = [match for word in words if (match := _NUMBER.fullmatch(word))]
    versions = {_version(match[1]) for match in numbers}
    family = _family(set(words))
    if family is None or len(versions) != 1:
        return None
    later = any(match[2] for match in numbers) or not _LATER.isdisjoint(words)
    if "or" in words and not later:  # a choice between two licences
        return None
    return f"{family}-{versions.pop()}-{'or-later' if later else 'only'}"


def _version(number: str) -> str:
    return number if "." in number else f"{number}.0"


def _family(words: set[str]) -> str | None:
    """Return AGPL, LGPL, GPL or GFDL; None where no licence or more than one is named."""
    if {"documentation", "gfdl", "fdl"} & words:
        return "GFDL" if {"gnu", "gfdl"} & words else None
    general = {"general", "public"} <= words
    found = {
        "AGPL": "agpl" in words or (general and "affero" in words),
        "LGPL": "lgpl" in words or (general and bool({"lesser", "library"} & words)),
        "GPL": "gpl" in words,
    }
    if general and not any(found.values()):
        return "GPL"
    named = [family for family, is_named in found.items() if is_named]
    # "GNU Affero GPL" and "GNU Lesser GPL".
    if named == ["GPL"] and "affero" in words:
        return "AGPL"
    if named == ["GPL"] and {"lesser", "library"} & words:
        return "LGPL"
    return named[0] if len(named) == 1 else None
