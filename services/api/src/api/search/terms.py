"""What was typed, as the ways in which a package may say it."""

import re
from typing import NamedTuple

from domain.search_synonyms import synonyms

WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 8
"""Words of a query that are looked for."""
LONGEST_PHRASE = 4
SYNONYM = 0.8
"""What a synonym counts where the word itself counts one."""
MOST_SYNONYMS = 5
"""For each phrase that was typed."""


class Way(NamedTuple):
    """Words that say, all of them, a stretch of what was typed."""

    words: tuple[str, ...]
    first: int
    """Place of the first typed word that they stand for."""
    last: int
    factor: float


def typed_words(query: str) -> list[str]:
    """Return the words of a query in lower case, each once."""
    return list(dict.fromkeys(WORD.findall(query.lower())))[:MOST_WORDS]


def ways(words: list[str]) -> list[Way]:
    """Return the words themselves, neighbours written together, and synonyms."""
    alone = [Way((word,), place, place, 1.0) for place, word in enumerate(words)]
    joined = [
        Way((words[place] + words[place + 1],), place, place + 1, 1.0)
        for place in range(len(words) - 1)
    ]
    return [*alone, *joined, *_synonyms(words)]


def _synonyms(words: list[str]) -> list[Way]:
    known = synonyms()
    found = []
    for first in range(len(words)):
        for end in range(first + 1, min(len(words), first + LONGEST_PHRASE) + 1):
            others = known.get(tuple(words[first:end]), ())[:MOST_SYNONYMS]
            found += [Way(other, first, end - 1, SYNONYM) for other in others]
    return found
