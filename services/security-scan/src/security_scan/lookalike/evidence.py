"""The likeness in words: what was seen, never what somebody may have had in mind."""

from security_scan.lookalike.candidates import Candidate
from security_scan.lookalike.edits import Change, Edit
from security_scan.lookalike.targets import Target

WORDS = {
    Edit.SWAP: "the neighbouring letters “{0}” are swapped",
    Edit.DOUBLED: "the letter “{0}” is doubled",
    Edit.OMITTED: "the letter “{0}” is missing",
    Edit.UNDOUBLED: "one “{0}” of two is missing",
    Edit.FIRST_OMITTED: "the first letter “{0}” is missing",
    Edit.FINAL_S_OMITTED: "the “{0}” at the end is missing",
    Edit.DIGIT_OMITTED: "the digit “{0}” is missing",
    Edit.NEIGHBOUR_KEY: "“{1}” stands for “{0}”, its neighbour on the keyboard",
    Edit.LOOK_ALIKE: "it looks alike, with similar letters or digits",
    Edit.VOWEL: "the vowel “{1}” stands for “{0}”",
    Edit.OTHER_LETTER: "the letter “{1}” stands for “{0}”",
    Edit.DIGIT_CHANGED: "“{1}” stands for “{0}”",
    Edit.NEIGHBOUR_INSERTED: "“{0}” is added next to its neighbour on the keyboard",
    Edit.INSERTED: "the letter “{0}” is added",
    Edit.PUT_IN_FRONT: "the letter “{0}” is put in front",
    Edit.APPENDED: "the letter “{0}” is added at the end",
    Edit.PLURAL: "an “s” is added at the end",
    Edit.DIGIT_INSERTED: "the digit “{0}” is added",
    Edit.TWO_EDITS: "two letters differ",
    Edit.SEPARATOR: "only the separators differ",
    Edit.WORD_ORDER: "the words stand in another order",
    Edit.AFFIX: "the word “{0}” is added",
    Edit.VERSION_SUFFIX: "a number is added at the end",
    Edit.IMPORT_NAME: "it is the name under which {package} is imported or known",
}


def evidence(candidate: Candidate) -> list[str]:
    """Return what was seen, one sentence part each."""
    target = candidate.target
    seen = [_difference(candidate.change, target)]
    if target.alias and candidate.change.edit is not Edit.IMPORT_NAME:
        seen.append(_known_as(target))
    if target.package:
        seen.append(f"{target.package} has rank {target.rank} by downloads")
    return seen


def sentence(candidate: Candidate) -> str:
    """Return the one sentence shown to people."""
    what = _difference(candidate.change, candidate.target)
    return f"The name is close to {candidate.target.name}: {what}. Check that you meant it."


def _difference(how: Change, target: Target) -> str:
    letters = (how.letters,) if how.edit is Edit.SWAP or len(how.letters) != 2 else how.letters
    return WORDS[how.edit].format(*letters, package=target.package or "Python's own module")


def _known_as(target: Target) -> str:
    if target.package is None:
        return f"{target.name} comes with Python"
    return f"{target.name} is what {target.package} is imported or known as"
