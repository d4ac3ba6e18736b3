"""Misspellings of the names that are used most, found letter by letter.

Trigrams do not see what fingers do: `reqeusts` shares five of thirteen with `requests`. So the most
used names are kept here and compared by edit distance, a swap of neighbours counting once.
"""

import msgspec
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


class Words(msgspec.Struct, frozen=True):
    """Words to compare with, and for each the place of the most used name that it stands for."""

    words: list[str]
    places: list[int]

    def close(self, typed: str, mistakes: int) -> list[int]:
        """Give places of words with so many mistakes at most: the fewest first, then by use."""
        found = process.extract(
            typed, self.words, scorer=OSA.distance, score_cutoff=mistakes, limit=None
        )
        near = sorted((distance, self.places[at]) for _, distance, at in found)
        return [place for _, place in near]


class Spelling:
    """The names of one generation, the most used first."""

    def __init__(self) -> None:
        self._generation = -1
        self._names: list[str] = []
        self._whole: dict[int, Words] = {}
        self._begun: dict[int, Words] = {}
        """Both by the length of what is typed; made when first asked for."""

    async def load(self, connection: Connection, publication: Publication) -> None:
        """Read the names where they are of another generation."""
        if self._generation != publication.generation:
            rows = QUERIES.most_downloaded(connection, most=KNOWN)
            self.learn([row["name"] async for row in rows])
            self._generation = publication.generation

    def learn(self, names: list[str]) -> None:
        """Take these names instead of those known, the most used first."""
        self._names, self._whole, self._begun = names, {}, {}

    def meant(self, typed: str, most: int) -> list[str]:
        """Give names that were perhaps meant, the fewest mistakes first, then by use."""
        length = len(typed)
        if not SHORTEST <= length <= LONGEST:
            return []
        places = self._like(length).close(typed, _forgiven(length))
        if len(places) < most and length > SHORTEST:
            places += self._beginning(length).close(typed, 1)
        return [self._names[place] for place in dict.fromkeys(places)][:most]

    def _like(self, length: int) -> Words:
        """Give the names that are not too short or long for what is typed."""
        if length not in self._whole:
            slack = _forgiven(length)
            places = [
                place for place, name in enumerate(self._names) if abs(len(name) - length) <= slack
            ]
            self._whole[length] = Words([self._names[place] for place in places], places)
        return self._whole[length]

    def _beginning(self, length: int) -> Words:
        """Give the beginnings of so many letters, each once."""
        if length not in self._begun:
            begun: dict[str, int] = {}
            for place, name in enumerate(self._names):
                begun.setdefault(name[:length], place)
            self._begun[length] = Words(list(begun), list(begun.values()))
        return self._begun[length]


def _forgiven(length: int) -> int:
    return 2 if length >= LONG else 1
