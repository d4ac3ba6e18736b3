"""What many packages together tell of a repository that several of them name."""

from collections import defaultdict
from collections.abc import Sequence
from enum import StrEnum

from msgspec.structs import replace

from events import RepositoryChoice
from ingest_github.github_urls import GitHubLink
from ingest_github.resemblance import Resemblance, resemblance

FOREIGN_FACTOR = 0.5
"""What is left of the confidence in a repository that bears another package's name."""

FAMILY = 4
"""From so many packages on, a repository with none of their names is their common house."""


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
    users: dict[str, list[str]] = defaultdict(list)
    for name, choice in zip(names, choices, strict=True):
        if choice is not None:
            users[choice.full_name.lower()].append(name)
    return [
        None if choice is None else _judged(name, choice, users[choice.full_name.lower()])
        for name, choice in zip(names, choices, strict=True)
    ]


def _judged(name: str, choice: RepositoryChoice, users: Sequence[str]) -> RepositoryChoice:
    standing = sharing(name, choice.full_name, users)
    if standing == Sharing.OWN:
        return choice
    if standing == Sharing.SHARED:
        return replace(choice, reason=f"{choice.reason}; shared by {len(users)} packages")
    return replace(
        choice,
        confidence=round(choice.confidence * FOREIGN_FACTOR, 3),
        reason=f"{choice.reason}; it bears the name of another package that links to it",
    )


def sharing(name: str, full_name: str, users: Sequence[str]) -> Sharing:
    """Tell how a package stands to a repository that `users`, itself among them, name."""
    distinct = set(users)
    if len(distinct) < 2:
        return Sharing.OWN
    owner, repository = full_name.split("/", 1)
    link = GitHubLink(owner, repository)
    if resemblance(name, link) != Resemblance.NONE:
        return Sharing.SHARED
    namesakes = sum(resemblance(user, link) == Resemblance.SAME for user in distinct)
    foreign = namesakes > 0 and len(distinct) < FAMILY
    return Sharing.FOREIGN if foreign else Sharing.SHARED
