"""The much used names, arranged so that what is close to one is found without trying them all."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from domain.import_names import aliases
from security_scan.lookalike.keyboard import appearance
from security_scan.lookalike.spelling import Spelling

Key = TypeVar("Key", bound=Hashable)

SHORTEST = 4
"""Letters; shorter names are close to one another by chance."""

TWO_EDIT_RANK = 1_000
TWO_EDIT_LENGTH = 8
"""Letters. Only a long name of the most used ones is still recognised after two edits."""

SHARED_LETTERS = 3
"""Letters at the start or the end that a name two edits away must share."""

STANDARD_LIBRARY_RANK = 100
ALIAS_RANK = 300
"""Ranks of names that are no packages; an alias of a more used package has that one's rank."""

FAMILY = 5
"""Popular names with one first word make it a family."""


class Target(NamedTuple):
    """A name that is worth imitating."""

    name: str
    letters: str
    """The name without separators."""
    words: tuple[str, ...]
    rank: int
    """By downloads; 1 is the most used."""
    package: str | None
    """The package meant; none where the name belongs to Python itself."""

    @property
    def alias(self) -> bool:
        """Whether the package is called otherwise."""
        return self.package != self.name


def _target(name: str, rank: int, package: str | None) -> Target:
    return Target(name, name.replace("-", ""), tuple(name.split("-")), rank, package)


class Targets:
    """Popular names and their aliases, found by letters, by one dropped letter, and so on."""

    def __init__(self, popular: Sequence[str]) -> None:
        """Take canonical names, the most used first."""
        self.ranks = {name: rank for rank, name in enumerate(popular, 1)}
        self.all = [*(_target(n, r, n) for n, r in self.ranks.items()), *self._aliases()]
        self.words = frozenset(word for name in popular for word in name.split("-"))
        self.families = _families(popular)
        self.spelling = Spelling(word for name in popular for word in name.split("-"))
        self.by_letters = _grouped((t.letters, t) for t in self.all)
        self.by_omission = _grouped(pair for t in self.all for pair in _omissions(t))
        self.omissions = frozenset(self.by_omission)
        self.by_half = _grouped((half, t) for t in self.all for half in _halves_nearby(t.letters))
        self.by_appearance = _grouped((appearance(t.letters), t) for t in self.all)
        self.by_words = _grouped((tuple(sorted(t.words)), t) for t in self.all if len(t.words) > 1)
        self.by_end = _grouped(pair for t in self.all for pair in _ends_nearby(t))

    def _aliases(self) -> Iterator[Target]:
        for name, package in aliases().items() if self.ranks else ():
            if name in self.ranks:
                continue
            rank = min(self.ranks.get(package or "", ALIAS_RANK), ALIAS_RANK)
            yield _target(name, rank if package else STANDARD_LIBRARY_RANK, package)


def _families(popular: Iterable[str]) -> frozenset[str]:
    first_words = Counter(name.split("-")[0] for name in popular if "-" in name)
    return frozenset(word for word, count in first_words.items() if count >= FAMILY)


def _omissions(target: Target) -> Iterator[tuple[str, Target]]:
    """Yield the letters whole and with each one dropped: one edit away meets there."""
    letters = target.letters
    if len(letters) >= SHORTEST:
        keys = {letters, *(letters[:at] + letters[at + 1 :] for at in range(len(letters)))}
        yield from ((each, target) for each in keys)


def halves(letters: str) -> tuple[str, str]:
    """Return the start and the end of a name, of which one edit leaves at least one as it was.

    Two letters or three between them belong to neither, so that a swap cannot touch both. Each
    carries the name's length, because only names of nearly one length can meet.
    """
    length = len(letters)
    half = (length - 2) // 2
    return f"{length}<{letters[:half]}", f"{length}>{letters[length - half :]}"


def _halves_nearby(letters: str) -> Iterator[str]:
    """Yield the halves that names one edit away may have in common with these letters."""
    if len(letters) < SHORTEST:
        return
    for length in range(len(letters) - 1, len(letters) + 2):
        half = (length - 2) // 2
        yield f"{length}<{letters[:half]}"
        yield f"{length}>{letters[len(letters) - half :]}"


def ends(letters: str, length: int) -> tuple[str, str]:
    """Return the first and the last letters, marked with a name's length."""
    return f"{length}<{letters[:SHARED_LETTERS]}", f"{length}>{letters[-SHARED_LETTERS:]}"


def _ends_nearby(target: Target) -> Iterator[tuple[str, Target]]:
    """Yield the ends of which names two edits away must share one, for all their lengths."""
    letters = target.letters
    if len(letters) < TWO_EDIT_LENGTH or (target.rank > TWO_EDIT_RANK and not target.alias):
        return
    for length in range(len(letters) - 2, len(letters) + 3):
        yield from ((end, target) for end in ends(letters, length))


def _grouped(pairs: Iterable[tuple[Key, Target]]) -> dict[Key, tuple[Target, ...]]:
    found: dict[Key, tuple[Target, ...]] = {}
    for key, target in pairs:
        found[key] = (*found.get(key, ()), target)
    return found
