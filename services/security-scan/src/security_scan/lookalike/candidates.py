"""Which much used names a name is close to, and what makes it so: the rules."""

from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA

from security_scan.lookalike.edits import Change, Edit, change
from security_scan.lookalike.keyboard import appearance
from security_scan.lookalike.targets import (
    SHORTEST,
    Target,
    Targets,
    ends,
    halves,
)

GENERIC_WORDS = frozenset(
    (
        *("2", "3", "api", "async", "binary", "cli", "client", "core", "dev", "extra", "helper"),
        *("http", "lib", "lite", "new", "os", "plus", "pro", "py", "py3", "python", "python3"),
        *("sdk", "test", "tool", "tools", "util", "utils", "wrapper", "x"),
    )
)
"""Words that say nothing about what a package is, so that the rest of its name does."""

DIGITS = "0123456789"
MOST_COMPARED = 12
"""Targets that are compared one by one before another way of finding them is cheaper."""

NEVER_RANKED = 1_000_000_000

SEPARATOR = Change(Edit.SEPARATOR, 0)
IMPORT_NAME = Change(Edit.IMPORT_NAME, 0)
LOOK_ALIKE = Change(Edit.LOOK_ALIKE, 0)
TWO_EDITS = Change(Edit.TWO_EDITS, 0)
WORD_ORDER = Change(Edit.WORD_ORDER, 0)
"""Differences that are in no one place."""

Found = Sequence[tuple[Target, Change]]


class Candidate(NamedTuple):
    """A name, one that it is close to, and the difference."""

    name: str
    target: Target
    change: Change


def candidates(name: str, targets: Targets, rank: int | None = None) -> list[Candidate]:
    """Return every more used name that a canonical name is close to; the first rule that says so.

    Without a rank of its own a name counts as less used than every popular one.
    """
    pairs = _by_every_rule(name, targets)
    if not pairs:
        return []
    own = rank or targets.ranks.get(name, NEVER_RANKED)
    found: dict[str, Candidate] = {}
    for target, how in pairs:
        if target.rank < own and target.package != name and target.name not in found:
            found[target.name] = Candidate(name, target, how)
    return list(found.values())


def _by_every_rule(name: str, targets: Targets) -> list[tuple[Target, Change]]:
    """Most names are close to none: each rule looks once, and is gone."""
    letters = name.replace("-", "")
    found = [
        *_same_letters(name, letters, targets),
        *_one_edit(letters, targets),
        *_same_appearance(letters, targets),
    ]
    if letters[-1:].isdigit():
        found += _with_version(letters, targets)
    if letters != name:
        words = name.split("-")
        found += _other_order(words, targets)
        found += _with_generic_word(words, targets)
    found += _two_edits(letters, targets)
    return found


def _same_letters(name: str, letters: str, targets: Targets) -> Found:
    if letters not in targets.by_letters:
        return ()
    return [
        (target, IMPORT_NAME if target.name == name else SEPARATOR)
        for target in targets.by_letters[letters]
        if target.name != name or target.alias
    ]


def _one_edit(letters: str, targets: Targets) -> Found:
    if len(letters) < SHORTEST - 1:
        return ()
    start, end = halves(letters)
    near = targets.by_half.get(start, ()) + targets.by_half.get(end, ())
    if len(near) > MOST_COMPARED:
        near = _by_omission(letters, targets)
    return [
        (target, how)
        for target in near
        if OSA.distance(letters, target.letters, score_cutoff=1) == 1
        and (how := change(letters, target.letters))
    ]


def _by_omission(letters: str, targets: Targets) -> tuple[Target, ...]:
    """Short names share a half with hundreds: drop each letter, and look for the same result."""
    keys = [letters[:at] + letters[at + 1 :] for at in range(len(letters))]
    found = sorted(targets.omissions.intersection([letters, *keys]))
    return tuple(target for key in found for target in targets.by_omission[key])


def _same_appearance(letters: str, targets: Targets) -> Found:
    same = targets.by_appearance.get(appearance(letters))
    return [(target, LOOK_ALIKE) for target in same if target.letters != letters] if same else ()


def _two_edits(letters: str, targets: Targets) -> Found:
    start, end = ends(letters, len(letters))
    near = targets.by_end.get(start, ()) + targets.by_end.get(end, ())
    return [
        (target, TWO_EDITS)
        for target in near
        if OSA.distance(letters, target.letters, score_cutoff=2) == 2
    ]


def _with_version(letters: str, targets: Targets) -> Found:
    named = targets.by_letters.get(letters.rstrip(DIGITS), ())
    return [(target, Change(Edit.VERSION_SUFFIX, len(target.letters))) for target in named]


def _other_order(words: list[str], targets: Targets) -> Found:
    same = targets.by_words.get(tuple(sorted(words)))
    return [(target, WORD_ORDER) for target in same if list(target.words) != words] if same else ()


def _with_generic_word(words: list[str], targets: Targets) -> Found:
    found: list[tuple[Target, Change]] = []
    if words[0] in GENERIC_WORDS:
        found += _rest(words[0], words[1:], targets)
    if words[-1] in GENERIC_WORDS:
        found += _rest(words[-1], words[:-1], targets)
    return found


def _rest(word: str, rest: list[str], targets: Targets) -> Found:
    how = Change(Edit.AFFIX, 0, word)
    return [(target, how) for target in targets.by_letters.get("".join(rest), ())]
