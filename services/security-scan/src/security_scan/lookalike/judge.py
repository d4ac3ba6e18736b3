"""The verdict on one name: what it is close to, how sure that is, and when it is left alone."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from events import Finding, FindingKind, SecurityTask
from security_scan.lookalike.candidates import Candidate, candidates
from security_scan.lookalike.evidence import evidence, sentence
from security_scan.lookalike.features import features
from security_scan.lookalike.model import Model, fitted
from security_scan.lookalike.targets import Target, Targets

POPULAR = 5_000
"""The most used names, which others are compared with."""

USED_ENOUGH = 15_000
"""Rank by downloads up to which a name on PyPI speaks for itself."""

OLD_ENOUGH = timedelta(days=730)
"""Age after which PyPI would have removed an imitation."""


class Likeness(NamedTuple):
    """A name that is close to another, and the probability that this is meant to mislead."""

    candidate: Candidate
    probability: float


class Judge:
    """Knows the popular names, and judges others by them."""

    def __init__(
        self,
        popular: Sequence[str],
        owners: Sequence[str] = (),
        *,
        used_enough: int = USED_ENOUGH,
        model: Model | None = None,
    ) -> None:
        """Take canonical names, the most used first, and the owner of each one's repository.

        A name whose rank is `used_enough` or better is never told to be close to another.
        """
        self._targets = Targets(popular)
        self._owners = dict(zip(popular, (owner.lower() for owner in owners), strict=False))
        self._used_enough = used_enough
        self._model = model or fitted()

    def likeness(self, name: str, rank: int | None = None) -> Likeness | None:
        """Return the most telling likeness of a canonical name; none where it is like no other."""
        if rank is not None and rank <= self._used_enough:
            return None
        near = candidates(name, self._targets, rank)
        if not near:
            return None
        likenesses = (
            Likeness(each, self._model.probability(features(each, self._targets)))
            for each in near
            if not self._siblings(each)
        )
        return max(likenesses, key=lambda each: each.probability, default=None)

    def close(self, name: str, rank: int | None = None) -> Likeness | None:
        """Return the likeness if it is telling enough to be shown."""
        found = self.likeness(name, rank)
        return found if found and found.probability >= self._model.threshold else None

    def findings(self, task: SecurityTask, day: date, link: Callable[[str], str]) -> list[Finding]:
        """Return what is to be said of a package's name; empty where there is no reason to.

        `day` is the run's; `link` gives the page of a package.
        """
        if task.first_release and day - task.first_release > OLD_ENOUGH:
            return []
        found = self.close(task.name, task.rank)
        if found is None or self._same_owner(task, found.candidate.target):
            return []
        return [_finding(found, link)]

    def _siblings(self, candidate: Candidate) -> bool:
        """Whether both belong to one family and differ by a word that others have too."""
        words, target = candidate.name.split("-"), candidate.target
        if words[0] not in self._targets.families or words[0] != target.words[0]:
            return False
        new = [word for word in words if word not in target.words]
        return bool(new) and all(word in self._targets.words for word in new)

    def _same_owner(self, task: SecurityTask, target: Target) -> bool:
        theirs = self._owners.get(target.package or "")
        mine = {owner.lower() for owner in task.owners}
        if task.repository:
            mine.add(task.repository.split("/")[0].lower())
        return bool(theirs) and theirs in mine


def _finding(found: Likeness, link: Callable[[str], str]) -> Finding:
    target = found.candidate.target
    return Finding(
        kind=FindingKind.LOOKALIKE,
        source="names",
        id=target.package or target.name,
        summary=sentence(found.candidate),
        url=link(target.package) if target.package else "",
        probability=round(found.probability, 3),
        evidence=evidence(found.candidate),
    )
