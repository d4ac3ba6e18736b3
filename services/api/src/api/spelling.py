"""Misspellings of names, found letter by letter.

Trigrams do not see what fingers do: `reqeusts` shares five of thirteen with `requests`. So all
names are kept here and compared by edit distance, a swap of neighbours counting once. What cannot
be close is not compared: each word has a signature of the letters it holds, and a mistake changes
at most two bits of it.
"""

import asyncio
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from api.database import (
    NOTHING_PUBLISHED,
    QUERIES,
    Connection,
    Publication,
    every,
)

KEEP_SECONDS = 1.0
"""Seconds between two looks for a new generation."""
USED = 20_000
"""Names that are put before others, and whose beginnings are compared as well: the most used."""
SHORTEST = 4
"""Letters from which a word can be a misspelling; a beginning needs one more."""
LONG = 7
"""Letters from which two mistakes are forgiven instead of one."""
LONGEST = 60
"""Letters beyond which nothing is compared."""
BITS_A_MISTAKE = 2
"""One letter in place of another takes a bit away and adds one; other mistakes change fewer."""
AGAIN = np.uint64(32)
"""How much higher the bit stands that says a word holds a letter more than once."""
Signatures = NDArray[np.uint64]


def _bits() -> Signatures:
    """Give one bit for each letter, one for all digits, one for the hyphen, one for all else."""
    kinds = ["0123456789", "-", *"abcdefghijklmnopqrstuvwxyz"]
    places = np.full(256, len(kinds), dtype=np.uint64)
    for place, kind in enumerate(kinds):
        places[list(kind.encode())] = place
    return np.left_shift(np.uint64(1), places)


BITS = _bits()


def signatures(words: bytes, length: int) -> Signatures:
    """Give the signature of each word; they are of one length, with nothing in between."""
    letters = np.frombuffer(words, dtype=np.uint8).reshape(-1, length)
    held = np.zeros(len(letters), dtype=np.uint64)
    again = held.copy()
    for column in letters.T:
        bits = BITS[column]
        again |= held & bits
        held |= bits
    return held | np.left_shift(again, AGAIN)


class Shelf:
    """Words of one length, side by side."""

    def __init__(self, words: bytes, length: int) -> None:
        self._words = words
        self._length = length
        self._signatures = signatures(words, length)

    def close(self, typed: str, mistakes: int) -> list[tuple[int, int]]:
        """Give (mistakes, place) of the words with so many mistakes at most."""
        (sought,) = signatures(typed.encode("ascii", "replace"), len(typed))
        differing = np.bitwise_count(self._signatures ^ sought)
        alike = np.flatnonzero(differing <= BITS_A_MISTAKE * mistakes).tolist()
        words = [self.word(place) for place in alike]
        found = process.extract(
            typed, words, scorer=OSA.distance, score_cutoff=mistakes, limit=None
        )
        return [(distance, alike[at]) for _, distance, at in found]

    def word(self, place: int) -> str:
        """Give the word at a place."""
        start = place * self._length
        return self._words[start : start + self._length].decode("ascii", "replace")


class Names:
    """The names of one generation."""

    def __init__(self, by_length: Mapping[int, bytes], used: Iterable[str]) -> None:
        self._shelves = {length: Shelf(words, length) for length, words in by_length.items()}
        self._used = list(used)
        self._rank = {name: rank for rank, name in enumerate(self._used)}
        self._begun: dict[int, tuple[Shelf, NDArray[np.int32]]] = {}
        """By the length of what is typed, made when first asked for."""

    def meant(self, typed: str, most: int) -> list[tuple[int, str]]:
        """Give (mistakes, name) of what was perhaps meant: the fewest first, then by use."""
        if not SHORTEST <= len(typed) <= LONGEST:
            return []
        last = len(self._rank)
        found = self._whole(typed) + self._beginnings(typed)
        found.sort(key=lambda each: (each[0], self._rank.get(each[1], last), each[1]))
        fewest: dict[str, int] = {}
        for mistakes, name in found:
            fewest.setdefault(name, mistakes)
        return [(mistakes, name) for name, mistakes in fewest.items()][:most]

    def _whole(self, typed: str) -> list[tuple[int, str]]:
        forgiven = 2 if len(typed) >= LONG else 1
        lengths = range(len(typed) - forgiven, len(typed) + forgiven + 1)
        shelves = [self._shelves[length] for length in lengths if length in self._shelves]
        return [
            (mistakes, shelf.word(place))
            for shelf in shelves
            for mistakes, place in shelf.close(typed, forgiven)
        ]

    def _beginnings(self, typed: str) -> list[tuple[int, str]]:
        """Give, for each beginning of used names that is close, the most used name behind it."""
        length = len(typed)
        if length == SHORTEST:
            return []
        if length not in self._begun:
            self._begun[length] = self._begin(length)
        shelf, ranks = self._begun[length]
        return [(mistakes, self._used[ranks[place]]) for mistakes, place in shelf.close(typed, 1)]

    def _begin(self, length: int) -> tuple[Shelf, NDArray[np.int32]]:
        ranks: dict[str, int] = {}
        for rank, name in enumerate(self._used):
            if len(name) > length:
                ranks.setdefault(name[:length], rank)
        words = "".join(ranks).encode("ascii", "replace")
        return Shelf(words, length), np.fromiter(ranks.values(), np.int32, len(ranks))


class Spelling:
    """The names of the generation last seen."""

    def __init__(self) -> None:
        self._generation = NOTHING_PUBLISHED.generation
        self._loading = asyncio.Lock()
        self._names = Names({}, [])

    async def of(self, connection: Connection, publication: Publication) -> Names:
        """Give the names of a generation, read where they are of another one."""
        async with self._loading:
            if self._generation != publication.generation:
                rows = await every(QUERIES.names_by_length(connection))
                used = await every(QUERIES.most_downloaded(connection, most=USED))
                by_length = {row["length"]: row["names"] for row in rows}
                names = [row["name"] for row in used]
                self._names = await asyncio.to_thread(Names, by_length, names)
                self._generation = publication.generation
            return self._names
