"""Misspellings of the names that are used most, found letter by letter.

Trigrams do not see what fingers do: `reqeusts` shares four of fourteen with `requests`. So the most
used names are kept here and compared by edit distance, a swap of neighbours counting once.
"""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from api.database import QUERIES, Connection, Publication

KNOWN = 20_000
"""Names compared, the most downloaded."""
SHORTEST = 4
"""Letters from which a word can be a misspelling."""
LONG = 7
"""Letters from which two mistakes are forgiven instead of one."""
LONGEST = 60
"""Letters beyond which nothing is compared."""


class Spelling:
    """The names of one generation."""

    def __init__(self) -> None:
        self._generation = -1
        self._names: list[str] = []
        self._beginnings: dict[int, dict[str, int]] = {}
        """By length: each beginning, and the place of the most used name that has it."""

    async def load(self, connection: Connection, publication: Publication) -> None:
        """Read the names where they are of another generation."""
        if self._generation != publication.generation:
            names = QUERIES.most_downloaded(connection, most=KNOWN)
            self._names = [row["name"] async for row in names]
            self._beginnings = {}
            self._generation = publication.generation

    def meant(self, typed: str, most: int) -> list[str]:
        """Give names that were perhaps meant, the fewest mistakes first, then by use."""
        if not SHORTEST <= len(typed) <= LONGEST:
            return []
        mistakes = 2 if len(typed) >= LONG else 1
        places = _close(typed, self._names, mistakes, most)
        if len(places) < most and len(typed) > SHORTEST:
            begun = self._begun(len(typed))
            near = _close(typed, list(begun), 1, most)
            firsts = list(begun.values())
            places = list(dict.fromkeys([*places, *(firsts[place] for place in near)]))
        return [self._names[place] for place in places[:most]]

    def _begun(self, length: int) -> dict[str, int]:
        """Give the beginnings of so many letters; made when first asked for."""
        if length not in self._beginnings:
            begun: dict[str, int] = {}
            for place, name in enumerate(self._names):
                begun.setdefault(name[:length], place)
            self._beginnings[length] = begun
        return self._beginnings[length]


def _close(typed: str, words: list[str], mistakes: int, most: int) -> list[int]:
    """Give the places of words with so many mistakes at most, the fewest first."""
    found = process.extract(typed, words, scorer=OSA.distance, score_cutoff=mistakes, limit=None)
    return [place for _, place in sorted((distance, place) for _, distance, place in found)[:most]]
