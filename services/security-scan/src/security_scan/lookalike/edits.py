"""What was done to a name to arrive at another: one edit, named as a person would."""

from enum import StrEnum
from typing import NamedTuple

from security_scan.lookalike.keyboard import LOOK_SINGLE, NEIGHBOURS

VOWELS = frozenset("aeiouy")


class Edit(StrEnum):
    """The kinds of difference between a name and the one it is close to."""

    SWAP = "swap"
    DOUBLED = "doubled"
    OMITTED = "omitted"
    UNDOUBLED = "undoubled"
    FIRST_OMITTED = "first_omitted"
    FINAL_S_OMITTED = "final_s_omitted"
    DIGIT_OMITTED = "digit_omitted"
    NEIGHBOUR_KEY = "neighbour_key"
    LOOK_ALIKE = "look_alike"
    VOWEL = "vowel"
    OTHER_LETTER = "other_letter"
    DIGIT_CHANGED = "digit_changed"
    NEIGHBOUR_INSERTED = "neighbour_inserted"
    INSERTED = "inserted"
    PUT_IN_FRONT = "put_in_front"
    APPENDED = "appended"
    PLURAL = "plural"
    DIGIT_INSERTED = "digit_inserted"
    TWO_EDITS = "two_edits"
    SEPARATOR = "separator"
    WORD_ORDER = "word_order"
    AFFIX = "affix"
    VERSION_SUFFIX = "version_suffix"
    IMPORT_NAME = "import_name"


class Change(NamedTuple):
    """One edit: its kind, and where it is."""

    edit: Edit
    at: int
    """Index in the name's letters."""
    letters: str = ""
    """What was added, dropped or put in place, for the sentence about it."""


def change(name: str, target: str) -> Change | None:
    """Return the one edit that makes `target` into `name`; none where it takes more, or none.

    Both without separators. A swap of two neighbouring letters is one edit (optimal string
    alignment).
    """
    at = _shared(name, target)
    if len(name) == len(target):
        return _replaced(name, target, at) if name != target else None
    if len(name) == len(target) + 1 and name[at + 1 :] == target[at:]:
        return Change(_insertion(name, at), at, name[at])
    if len(name) + 1 == len(target) and name[at:] == target[at + 1 :]:
        return Change(_omission(target, at), at, target[at])
    return None


def _shared(one: str, other: str) -> int:
    """Return the number of first letters that both have."""
    shortest = min(len(one), len(other))
    return next((n for n in range(shortest) if one[n] != other[n]), shortest)


def _replaced(name: str, target: str, at: int) -> Change | None:
    if name[at + 1 :] == target[at + 1 :]:
        return Change(_replacement(name[at], target[at]), at, target[at] + name[at])
    swapped = name[at : at + 2] == target[at : at + 2][::-1]
    if swapped and name[at + 2 :] == target[at + 2 :]:
        return Change(Edit.SWAP, at, target[at : at + 2])
    return None


def _replacement(new: str, old: str) -> Edit:
    if new.isdigit() and old.isdigit():
        return Edit.DIGIT_CHANGED
    if LOOK_SINGLE.get(new, new) == LOOK_SINGLE.get(old, old):
        return Edit.LOOK_ALIKE
    if (new, old) in NEIGHBOURS:
        return Edit.NEIGHBOUR_KEY
    if new.isdigit() or old.isdigit():
        return Edit.DIGIT_CHANGED
    return Edit.VOWEL if new in VOWELS and old in VOWELS else Edit.OTHER_LETTER


def _insertion(name: str, at: int) -> Edit:
    new = name[at]
    before, after = name[at - 1 : at], name[at + 1 : at + 2]
    if new.isdigit():
        return Edit.DIGIT_INSERTED
    if new == before:
        return Edit.DOUBLED
    if not before:
        return Edit.PUT_IN_FRONT
    if not after and new == "s":
        return Edit.PLURAL
    if (new, before) in NEIGHBOURS or (new, after) in NEIGHBOURS:
        return Edit.NEIGHBOUR_INSERTED
    return Edit.INSERTED if after else Edit.APPENDED


def _omission(target: str, at: int) -> Edit:
    old = target[at]
    if old.isdigit():
        return Edit.DIGIT_OMITTED
    if old == target[at - 1 : at]:
        return Edit.UNDOUBLED
    if at == 0:
        return Edit.FIRST_OMITTED
    return Edit.FINAL_S_OMITTED if old == "s" and at == len(target) - 1 else Edit.OMITTED
