"""What many packages together tell of a repository that several of them name.

The service sees a hundred packages at a time, so that there the scorer judges, in its tables and by
the same numbers (`judge_sharing`); here a whole file of packages is judged at once.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from enum import StrEnum

from msgspec.structs import replace

from events import FAMILY, FOREIGN_FACTOR, RepositoryChoice
from ingest_github.repositories.resemblance import Resemblance


class Sharing(StrEnum):
    """How a package stands to a repository that others name too."""

    OWN = "own"
    SHARED = "shared"
    FOREIGN = "foreign"


def judged_together(
    names: Sequence[str], choices: Sequence[RepositoryChoice | None]
) -> list[RepositoryChoice | None]:
    """Correct each choice by the others: a repository named by several packages is shared.

    Where it bears the name of one of them and not of this one, and they have no word in
    common, this one links to somebody else's project.
    """
    houses: dict[str, dict[str, RepositoryChoice]] = defaultdict(dict)
    for name, choice in zip(names, choices, strict=True):
        if choice is not None:
            houses[choice.full_name.lower()][name] = choice
    return [
        None if choice is None else _judged(choice, houses[choice.full_name.lower()].values())
        for choice in choices
    ]


def sharing(choice: RepositoryChoice, users: Collection[RepositoryChoice]) -> Sharing:
    """Tell how a package stands to a repository that `users` name, its own choice among them."""
    if len(users) < 2:
        return Sharing.OWN
    namesakes = sum(user.resemblance == Resemblance.SAME for user in users)
    stranger = choice.resemblance == Resemblance.NONE
    foreign = stranger and namesakes > 0 and len(users) < FAMILY
    return Sharing.FOREIGN if foreign else Sharing.SHARED


def _judged(choice: RepositoryChoice, users: Collection[RepositoryChoice]) -> RepositoryChoice:
    standing = sharing(choice, users)
    if standing == Sharing.OWN:
        return choice
    if standing == Sharing.SHARED:
        return replace(choice, reason=f"{choice.reason}; shared by {len(users)} packages")
    return replace(
        choice,
        confidence=round(choice.confidence * FOREIGN_FACTOR, 3),
        reason=f"{choice.reason}; it bears the name of another package that links to it",
    )
