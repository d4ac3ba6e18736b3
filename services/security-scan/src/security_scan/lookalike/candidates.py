"""Which much used names a name is close to, and what makes it so: the rules."""

from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz.distance import OSA

from security_scan.lookalike.edits import Change, Edit, change
from security_scan.lookalike.keyboard import appearance
from security_scan.lookalike.targets import (
    SHARED_LETTERS,
    SHORTEST,
    TWO_EDIT_LENGTH,
    Target,
    Targets,
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
NEVER_RANKED = 1_000_000_000

Found = Iterator[tuple[Target, Change]]


class Candidate(NamedTuple):
    """A name, one that it is close to, and the difference."""

    name: str
    target: Target
    change: Change


def candidates(name: str, targets: Targets, rank: int | None = None) -> list[Candidate]:
    """Give every more used name that a canonical name is close to; the first rule that says so.

    Without a rank of its own a name counts as less used than every popular one.
    """
    own = rank or targets.ranks.get(name, NEVER_RANKED)
    found: dict[str, Candidate] = {}
    for target, how in _by_every_rule(name, targets):
        if target.rank < own and target.package != name and target.name not in found:
            found[target.name] = Candidate(name, target, how)
    return list(found.values())


def _by_every_rule(name: str, targets: Targets) -> Found:
    letters = name.replace("-", "")
    yield from _same_letters(name, letters, targets)
    if len(letters) >= SHORTEST - 1:
        yield from _one_edit(letters, targets)
    yield from _same_appearance(letters, targets)
    if letters[-1:].isdigit():
        yield from _with_version(letters, targets)
    if letters != name:
        words = name.split("-")
        yield from _other_order(words, targets)
        yield from _with_generic_word(words, targets)
    if len(letters) >= TWO_EDIT_LENGTH - 2:
        yield from _two_edits(letters, targets)


def _same_letters(name: str, letters: str, targets: Targets) -> Found:
    for target in targets.by_letters.get(letters, ()):
        if target.name != name:
            yield target, Change(Edit.SEPARATOR, 0)
        elif target.alias:
            yield target, Change(Edit.IMPORT_NAME, 0)


def _one_edit(letters: str, targets: Targets) -> Found:
    if targets.halves.isdisjoint(halves(letters)):
        return
    keys = [letters[:at] + letters[at + 1 :] for at in range(len(letters))]
    for key in sorted(targets.omissions.intersection([letters, *keys])):
        for target in targets.by_omission[key]:
            if how := change(letters, target.letters):
                yield target, how


def _same_appearance(letters: str, targets: Targets) -> Found:
    for target in targets.by_appearance.get(appearance(letters), ()):
        if target.letters != letters:
            yield target, Change(Edit.LOOK_ALIKE, 0)


def _two_edits(letters: str, targets: Targets) -> Found:
    start, end = letters[:SHARED_LETTERS], letters[-SHARED_LETTERS:]
    if start not in targets.by_start and end not in targets.by_end:
        return
    for target in (*targets.by_start.get(start, ()), *targets.by_end.get(end, ())):
        if abs(len(target.letters) - len(letters)) > 2:
            continue
        if OSA.distance(letters, target.letters, score_cutoff=2) == 2:
            yield target, Change(Edit.TWO_EDITS, 0)


def _with_version(letters: str, targets: Targets) -> Found:
    for target in targets.by_letters.get(letters.rstrip(DIGITS), ()):
        yield target, Change(Edit.VERSION_SUFFIX, len(target.letters))


def _other_order(words: list[str], targets: Targets) -> Found:
    for target in targets.by_words.get(tuple(sorted(words)), ()):
        if target.words != tuple(words):
            yield target, Change(Edit.WORD_ORDER, 0)


def _with_generic_word(words: list[str], targets: Targets) -> Found:
    for word, rest in ((words[0], words[1:]), (words[-1], words[:-1])):
        if word in GENERIC_WORDS:
            for target in targets.by_letters.get("".join(rest), ()):
                yield target, Change(Edit.AFFIX, 0, word)
