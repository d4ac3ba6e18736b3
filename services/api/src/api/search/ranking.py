"""The order of what was found: one number a package, from all that speaks for it."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from api.search.terms import Way

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]

SUMMARY, TOPIC, KEYWORD, NAME, HALF = 1, 2, 4, 8, 16
"""Bits of a mark: the fields that hold the word."""
FIELDS = {NAME: "name", HALF: "name", KEYWORD: "keywords", TOPIC: "topics", SUMMARY: "summary"}
ALL_FIELDS = SUMMARY | TOPIC | KEYWORD | NAME | HALF
USE_BITS = 9
OF_FIELDS = (1 << USE_BITS) - 1
"""A mark's bits below its use: the fields, and the places in them."""
MOST_USED = 240.0
"""A mark's use at a milliard downloads a month."""
COMMON = 1_000
"""Packages that bear a word which tells nothing of the one meant."""
FULL_SIZE = 60_000
"""Used packages, among which a word is rare or common."""


class Weights(NamedTuple):
    """What each kind of evidence counts; fitted by `python -m evaluation.search fit`."""

    words: float = 1.0
    """All that was typed, said by the package's own fields."""
    all_words: float = 0.161
    """For a package that says everything that was typed."""
    use: float = 1.547
    exact: float = 0.694
    warned: float = 3.0
    """For the very name of a flagged package."""
    spaced: float = 0.261
    """For a very name that was typed with spaces."""
    plain_word: float = 0.537
    """Taken off a very name that is also a word which many packages use, by how many do."""
    plain_typo: float = 0.604
    """Likewise taken off what is only spelled like such a word."""
    joined: float = 0.367
    imported: float = 1.176
    known: float = 0.608
    prefix: float = 0.143
    typo: float = 0.69
    typos: float = 0.425
    """For two mistakes."""
    name: float = 1.0
    longer_name: float = 0.569
    """Taken off a name's words for each word more."""
    half: float = 0.373
    """For a word that a name begins or ends with, written together with another."""
    keyword: float = 0.819
    topic: float = 0.68
    summary: float = 0.745
    late: float = 0.104
    """Taken off a summary's word for each step further back."""
    both: float = 0.065
    """For a word that stands in the name and in another field."""
    common: float = 3.041
    """How much less common words tell."""


WEIGHTS = Weights()


class Posting(NamedTuple):
    """The packages that bear a word."""

    packages: int
    ids: Integers
    marks: Integers


class Named(NamedTuple):
    """A package that its name speaks for."""

    package_id: int
    match: str
    evidence: str
    """The weight that counts for it."""
    covered: float
    """Share of what was typed that the name says, 0 to 1."""
    use: float
    """As in marks, but from 0 to 1."""
    why: str


class Candidates(NamedTuple):
    """All that may be meant by a query: it is read once, and can be ranked with any weights."""

    words: Sequence[str]
    """As they were typed."""
    ways: Sequence[Way]
    """In which packages may say them."""
    postings: Mapping[str, Posting]
    """Who says each word of a way."""
    named: Sequence[Named]


class Match(NamedTuple):
    """How a package matched, and why in words."""

    match: str
    why: str


def use_of(downloads: int) -> float:
    """Return a number of downloads a month on the scale of marks, 0 to 1."""
    return 8 * math.log2(1 + downloads) / MOST_USED


class Ranking:
    """Packages found for one query."""

    def __init__(self, found: Candidates, weights: Weights = WEIGHTS) -> None:
        """Take all that may be meant."""
        words, ways, postings, named = found
        self._words = words
        self._weights = weights
        self._plainness = _plainness(words, postings)
        self._named: dict[int, Named] = {}
        for each in named:
            known = self._named.get(each.package_id)
            if known is None or self._bonus(each) > self._bonus(known):
                self._named[each.package_id] = each
        known_ways = [way for way in ways if all(word in postings for word in way.words)]
        self.ids = self._every_id(postings, known_ways)
        self._at = {
            word: self.ids.searchsorted(postings[word].ids)
            for way in known_ways
            for word in way.words
        }
        self.use = np.zeros(len(self.ids))
        self.fields = np.zeros((len(words), len(self.ids)), dtype=np.int64)
        self.said = np.zeros((len(words), len(self.ids)))
        self._way = np.zeros_like(self.fields)
        self._ways = known_ways
        for number, way in enumerate(known_ways):
            self._say(number, way, postings)
        self.rarity = np.array(
            [_rarity(place, known_ways, postings) ** weights.common for place in range(len(words))]
        )

    @property
    def named_exactly(self) -> bool:
        """Say whether a package has the very name that was typed."""
        return any(each.evidence in ("exact", "spaced", "warned") for each in self._named.values())

    def _bonus(self, named: Named) -> float:
        weights = self._weights
        bonus: float = getattr(weights, named.evidence)
        if named.match == "typo":
            return bonus - weights.plain_typo * self._plainness
        if named.evidence in ("exact", "spaced", "joined", "known"):
            return bonus - weights.plain_word * self._plainness
        return bonus

    def _every_id(self, postings: Mapping[str, Posting], ways: Sequence[Way]) -> Integers:
        words = {word for way in ways for word in way.words}
        named = np.fromiter(self._named, np.int64, len(self._named))
        ids = np.sort(np.concatenate([named, *(postings[word].ids for word in words)]))
        first: Integers = ids[np.diff(ids, prepend=ids[:1] - 1) != 0]
        return first

    def _say(self, number: int, way: Way, postings: Mapping[str, Posting]) -> None:
        """Note how well each package says a stretch of the query in one way."""
        at, strength, bits = self._saying(way, postings)
        for place in range(way.first, way.last + 1):
            better = strength > self.said[place][at]
            where = at[better]
            self.said[place][where] = strength[better]
            self.fields[place][where] = bits[better]
            self._way[place][where] = number

    def _saying(
        self, way: Way, postings: Mapping[str, Posting]
    ) -> tuple[Integers, Numbers, Integers]:
        """Return the places of the packages that say all words of a way, how well, and where."""
        first, *others = way.words
        at, strength, bits = self._word(first, postings[first])
        for word in others:
            among, also, more = self._word(word, postings[word])
            at, before, now = np.intersect1d(at, among, assume_unique=True, return_indices=True)
            strength = np.minimum(strength[before], also[now])
            bits = bits[before] | more[now]
        return at, strength * way.factor, bits

    def _word(self, word: str, posting: Posting) -> tuple[Integers, Numbers, Integers]:
        at, marks = self._at[word], posting.marks
        self.use[at] = (marks >> USE_BITS) / MOST_USED
        return at, strength_of_marks(self._weights)[marks & OF_FIELDS], marks & ALL_FIELDS

    def order(self, most: int) -> list[int]:
        """Return the numbers of packages, the likeliest meant first."""
        best = np.lexsort((self.ids, -self._scores()))[:most]
        numbers: list[int] = self.ids[best].tolist()
        return numbers

    def _scores(self) -> Numbers:
        weights = self._weights
        total = self.rarity.sum()
        said = self.rarity @ self.said / total if total else np.zeros(len(self.ids))
        whole = (self.said > 0)[self.rarity > 0].all(axis=0) if total else np.zeros(len(self.ids))
        bonus = np.zeros(len(self.ids))
        if self._named:
            named = self._named.values()
            at = self.ids.searchsorted(list(self._named))
            bonus[at] = [self._bonus(each) for each in named]
            self.use[at] = [each.use for each in named]
            said[at] = np.maximum(said[at], [each.covered for each in named])
        scores: Numbers = (
            weights.words * said + weights.use * self.use + bonus + (weights.all_words * whole)
        )
        return scores

    def match(self, package_id: int) -> Match:
        """Return how and why a package was found."""
        named = self._named.get(package_id)
        if named is not None:
            return Match(named.match, named.why)
        at = int(self.ids.searchsorted(package_id))
        said = [place for place in range(len(self._words)) if self.said[place, at] > 0]
        if all(self.fields[place, at] & (NAME | HALF) for place in range(len(self._words))):
            in_name = [self._words_said(place, at) for place in said]
            return Match("part", f"its name holds {_listed(in_name)}")
        return Match("words", "; ".join(self._reasons(at, said)))

    def _words_said(self, place: int, at: int) -> str:
        """Return the words that stand for a typed one: itself, two in one, or a synonym."""
        return " ".join(self._ways[self._way[place, at]].words)

    def _reasons(self, at: int, said: Sequence[int]) -> list[str]:
        by_field: dict[str, list[str]] = {}
        for place in said:
            bit = next(bit for bit in FIELDS if self.fields[place, at] & bit)
            by_field.setdefault(FIELDS[bit], []).append(self._words_said(place, at))
        return [f"its {field} {_verb(field)} {_listed(words)}" for field, words in by_field.items()]


def _verb(field: str) -> str:
    return "say" if field.endswith("s") else "says"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(f"“{word}”" for word in dict.fromkeys(words))


@lru_cache(maxsize=8)
def strength_of_marks(weights: Weights) -> Numbers:
    """Return how much a mark speaks for its package, by all of it but use."""
    return strengths(np.arange(OF_FIELDS + 1), weights)


def strengths(marks: Integers, weights: Weights) -> Numbers:
    """Return how much each mark's fields speak for its package."""
    more_words = np.maximum((marks >> 5 & 3) - 1, 0)
    late = marks >> 7 & 3
    name = np.where(marks & NAME, weights.name - weights.longer_name * more_words, 0.0)
    other = np.maximum.reduce(
        [
            np.where(marks & HALF, weights.half, 0.0),
            np.where(marks & KEYWORD, weights.keyword, 0.0),
            np.where(marks & TOPIC, weights.topic, 0.0),
            np.where(marks & SUMMARY, weights.summary - weights.late * late, 0.0),
        ]
    )
    both = weights.both * ((name > 0) & (other > 0))
    strength: Numbers = np.maximum(name, other) + both
    return strength


def _plainness(words: Sequence[str], postings: Mapping[str, Posting]) -> float:
    """Return how common the rarest of the typed words is, from 0 to 1."""
    counts = [postings[word].packages if word in postings else 0 for word in words]
    return min(1.0, math.log1p(min(counts)) / math.log(COMMON)) if counts else 0.0


def _rarity(place: int, ways: Sequence[Way], postings: Mapping[str, Posting]) -> float:
    """Return how much a typed word tells: as much as its commonest way of being said."""
    counts = [
        min(postings[word].packages for word in way.words)
        for way in ways
        if way.first <= place <= way.last
    ]
    return math.log(FULL_SIZE / (1 + max(counts))) if counts else 0.0
