"""A line that names a licence, or several of them."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from ingest_github.licences.classifiers import CLASSIFIERS, VAGUE_CLASSIFIERS, is_unsaid, label_of
from ingest_github.licences.expressions import (
    LONGEST_EXPRESSION,
    Licence,
    mildest,
    plain_identifiers,
    read_expression,
    strictest,
)
from ingest_github.licences.gnu import read_gnu
from ingest_github.licences.names import NAMES, VAGUE_NAMES, plain

_EXACT = {plain(label): spdx for label, spdx in CLASSIFIERS.items()} | NAMES
_VAGUE = {plain(label): told for label, told in VAGUE_CLASSIFIERS.items()} | VAGUE_NAMES
_INTRODUCTION = re.compile(
    r"^(?:this \w+ is )?(?:spdx-license-identifier)?(?:(?:dual|triple)\b[- ]?)?"
    r"(?:(?:licen[sc]ed?|released|distributed|available)\b)?\s*(?:under\b)?\s*"
    r"(?:(?:the )?terms of\b)?\s*(?:either\b)?\s*(?:of\b)?\s*(?:the\b)?\s*[:-]?\s*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"https?://(?:www\.)?(?:opensource|spdx|gnu|choosealicense)\.\w+/licenses?/([\w.+-]+?)"
    r"(?:\.en)?(?:\.(?:html|txt|php))?/?",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"[\s,;(-]+see (?:the )?(?:file )?[\w./]+(?: file)?(?: for (?:more )?(?:details|information))?"
    r"\)?\.?$",
    re.IGNORECASE,
)
_ClassOf = Callable[[Iterable[str]], str]
_LATER = r"(?!\(?(?:at your|any|later|newer|higher|greater|above)\b)"
_OR = rf"\s+(?:and/)?or\s+{_LATER}|\s*[/|]\s*"
_AND = rf"\s+and\s+{_LATER}|\s*&\s*|\s+\+\s+"
_COMMA = r"\s*,\s*"
_JOINERS: tuple[tuple[re.Pattern[str], re.Pattern[str], str, _ClassOf], ...] = tuple(
    (re.compile(joined, re.IGNORECASE), re.compile(parted, re.IGNORECASE), word, class_of)
    for joined, parted, word, class_of in (
        (_OR, _OR, " OR ", mildest),
        (_OR, rf",?(?:{_OR})|{_COMMA}", " OR ", mildest),
        (_AND, _AND, " AND ", strictest),
        (_AND, rf",?(?:{_AND})|{_COMMA}", " AND ", strictest),
        (_COMMA, _COMMA, " AND ", strictest),
    )
)
"""What a line must hold, and where it is parted then. A choice is parted before a sum: in SPDX too,
AND binds closer. Commas mean what the word before the last name says; without one, that all of the
licences hold, which promises nobody too much."""


@lru_cache(maxsize=4096)
def read_line(line: str) -> Licence | None:
    """Return the licence of an expression, of a usual name, or of several joined by words."""
    if len(line) > LONGEST_EXPRESSION or is_unsaid(label_of(line)):
        return None
    if address := _ADDRESS.fullmatch(line):
        return read_line(address[1])
    named = _REMARK.sub("", line)
    return read_expression(named) or _read_name(named) or _read_several(named)


def vague_class(line: str) -> str | None:
    """Return the class that a name tells which means no one licence; None for other words."""
    return _VAGUE.get(plain(_REMARK.sub("", label_of(line))))


def _read_name(line: str) -> Licence | None:
    label = label_of(line)
    if vague_class(label) is not None:
        return None
    told = plain(label)
    spdx = _EXACT.get(told) or read_gnu(label) or plain_identifiers().get(told)
    return read_expression(spdx) if spdx else None


def _read_several(line: str) -> Licence | None:
    """Return the choice or the sum; None as soon as one part cannot be read."""
    if vague_class(line) is not None:
        return None
    told = _INTRODUCTION.sub("", line)
    for joiner, parted, word, class_of in _JOINERS:
        parts = list(dict.fromkeys(parted.split(told))) if joiner.search(told) else []
        read = [part for each in parts if (part := _read_part(each))] if len(parts) > 1 else []
        if read and len(read) == len(parts):
            return _joined(read, word, class_of)
    return read_line(told) if told and told != line else None


def _read_part(part: str) -> Licence | None:
    if part.count("(") != part.count(")"):  # parted within parentheses
        return None
    told = vague_class(part)
    # A comma within a part belongs to a name, as in `Apache License, Version 2.0`.
    read = _read_name if "," in part else read_line
    return read(part) or (Licence(part, told) if told else None)


def _is_one(name: str) -> bool:
    return " OR " not in name or (name.startswith("(") and name.endswith(")"))


def _joined(
    parts: list[Licence], word: str, class_of: Callable[[Iterable[str]], str]
) -> Licence | None:
    names = [str(part.name) for part in parts]
    if word == " AND ":
        names = [name if _is_one(name) else f"({name})" for name in names]
    name = word.join(names)
    if len(name) > LONGEST_EXPRESSION:
        return None
    return Licence(name, class_of(part.licence_class for part in parts))
