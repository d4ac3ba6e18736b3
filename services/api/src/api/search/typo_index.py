"""Misspellings of names, found letter by letter.

Trigrams do not see what fingers do: `reqeusts` shares five of thirteen with `requests`. So all
names are kept here and compared by edit distance, a swap of neighbours counting once. What cannot
be close is not compared: each word has a signature of the letters it holds, and a mistake changes
at most two bits of it.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from api.database import (
    NOTHING_PUBLISHED,
    QUERIES,
    Connection,
    Publication,
    Row,
    every,
)

KEEP_SECONDS = 1.0
"""Seconds between two looks for a new generation."""
READING_SECONDS = 20
"""How long all names may take to be read; a fifth of a second where nothing else is asked."""
USED = 20_000
"""Names that are put before others, and whose beginnings are compared as well: the most used."""
SHORTEST = 4
"""Letters from which a word can be a misspelling; a beginning needs one more."""
LONG = 7
"""Letters from which two mistakes are forgiven instead of one."""
USUAL = 24
"""Letters up to which beginnings are made before somebody asks for them."""
LONGEST = 60
"""Letters beyond which nothing is compared."""
BITS_A_MISTAKE = 2
"""One letter in place of another takes a bit away and adds one; other mistakes change fewer."""
Signatures = NDArray[np.uint64]
LETTERS = b"abcdefghijklmnopqrstuvwxyz"
OTHERS = b"0123456789-"


def _bits(kinds: bytes, first: int, otherwise: int) -> Signatures:
    """Return each byte's bit: one for each kind, from the `first` on, or that of no kind."""
    bits = np.full(256, otherwise, dtype=np.uint64)
    for place, kind in enumerate(kinds, start=first):
        bits[kind] = 1 << place
    return bits


ELSE = 1 << (len(LETTERS) + len(OTHERS))
"""The bit of all that no name is made of."""
HELD = _bits(LETTERS + OTHERS, 0, ELSE)
"""The bit that says a word holds a letter, digit or hyphen."""
AGAIN = _bits(LETTERS, 64 - len(LETTERS), 0)
"""The bit that says a word holds a letter more than once."""


def signatures(words: bytes, length: int) -> Signatures:
    """Return the signature of each word; they are of one length, with nothing in between."""
    letters = np.frombuffer(words, dtype=np.uint8).reshape(-1, length)
    held = np.zeros(len(letters), dtype=np.uint64)
    again = held.copy()
    for column in letters.T:
        bits = HELD[column]
        again |= np.where(held & bits, AGAIN[column], np.uint64(0))
        held |= bits
    return held | again


@lru_cache(maxsize=64)
def _signature(word: bytes) -> np.uint64:
    """Return one word's; each shelf asks for that of the word that was typed."""
    signature: np.uint64 = signatures(word, len(word))[0]
    return signature


class Shelf:
    """Words of one length, side by side."""

    def __init__(self, words: bytes, length: int) -> None:
        self._words = np.frombuffer(words, dtype=f"S{length}")
        self._signatures = signatures(words, length)

    def close(self, typed: str, mistakes: int) -> list[tuple[int, int]]:
        """Return (mistakes, place) of the words with so many mistakes at most."""
        letters = typed.encode("ascii", "replace")
        differing = np.bitwise_count(self._signatures ^ _signature(letters))
        alike = np.flatnonzero(differing <= BITS_A_MISTAKE * mistakes)
        words = self._words[alike].tolist()
        found = process.extract(
            letters, words, scorer=OSA.distance, score_cutoff=mistakes, limit=None
        )
        return [(distance, int(alike[at])) for _, distance, at in found]

    def word(self, place: int) -> str:
        """Return the word at a place."""
        return bytes(self._words[place]).decode("ascii", "replace")


class Names:
    """The names of one generation."""

    def __init__(self, by_length: Mapping[int, bytes], used: Iterable[str]) -> None:
        self._shelves = {length: Shelf(words, length) for length, words in by_length.items()}
        self._used = list(used)
        self._rank = {name: rank for rank, name in enumerate(self._used)}
        self._begun: dict[int, tuple[Shelf, NDArray[np.int32]]] = {}
        """By the length of what is typed, made when first asked for."""

    def prepared(self) -> "Names":
        """Make the beginnings that are usually asked for beforehand; gives itself."""
        for length in range(SHORTEST + 1, USUAL + 1):
            self._begun[length] = self._begin(length)
        return self

    def meant(self, typed: str, most: int) -> list[tuple[int, str]]:
        """Return (mistakes, name) of what was perhaps meant: the fewest first, then by use."""
        if not SHORTEST <= len(typed) <= LONGEST:
            return []
        last = len(self._rank)
        found = self._whole(typed) + self._beginnings(typed)
        found.sort(key=lambda each: (each[0], self._rank.get(each[1], last), each[1]))
        fewest: dict[str, int] = {}
        for mistakes, name in found:
            fewest.setdefault(name, mistakes)
        return [(mistakes, name) for name, mistakes in fewest.items()][:most]

    def nearest(self, typed: Sequence[str], most: int) -> list[str]:
        """Return the words most like those typed, however unlike they are; the most used first."""
        like = [
            (likeness, word)
            for each in typed
            for word, likeness, _ in process.extract(each, self._used, scorer=ratio, limit=most)
        ]
        like.sort(key=lambda pair: (-pair[0], self._rank[pair[1]]))
        return list(dict.fromkeys(word for _, word in like))[:most]

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


class Vocabulary(msgspec.Struct, frozen=True):
    """What misspellings are looked for among."""

    names: Names
    words: Names
    """Those that find something, the commonest first."""


class Spelling:
    """The vocabulary of the newest generation."""

    def __init__(self) -> None:
        self._generation = NOTHING_PUBLISHED.generation
        self._loading = asyncio.Lock()
        self._vocabulary = Vocabulary(Names({}, []), Names({}, []))

    async def vocabulary(self, connection: Connection, publication: Publication) -> Vocabulary:
        """Return what is at hand; only the very first request may have to wait for them."""
        if self._generation == NOTHING_PUBLISHED.generation:
            await self.keep(connection, publication)
        return self._vocabulary

    async def keep(self, connection: Connection, publication: Publication) -> None:
        """Read the names of a generation where they are of another one."""
        async with self._loading:
            if self._generation != publication.generation:
                rows = await _names_by_length(connection)
                used = await every(QUERIES.most_downloaded(connection, most=USED))
                by_length = {row["length"]: row["names"] for row in rows}
                names = [row["name"] for row in used]
                common = await every(QUERIES.common_words(connection, most=USED))
                words = Names({}, [row["word"] for row in common])
                read = await asyncio.to_thread(lambda: Names(by_length, names).prepared())
                self._vocabulary = Vocabulary(read, words)
                self._generation = publication.generation


async def _names_by_length(connection: Connection) -> list[Row]:
    """Read all names, which may take longer than a page does."""
    async with connection.transaction():
        await connection.execute(f"set local statement_timeout = '{READING_SECONDS}s'")
        sql = QUERIES.names_by_length.sql
        rows: list[Row] = await connection.fetch(sql, timeout=READING_SECONDS)
        return rows
