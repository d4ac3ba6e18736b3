"""One look at one repository: facts, or why there are none."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from msgspec.structs import replace

from events import MetadataTask, Outcome, RepositoryFacts, RepositoryObservation
from ingest_github.clock import Clock, moment_of
from ingest_github.github.client import GitHub, Reply
from ingest_github.github.depth import with_depth
from ingest_github.github.facts import repository_facts

MOST_RECENT = 20_000
"""Looks remembered; the oldest are forgotten first."""


@dataclass(frozen=True)
class Question:
    """What is asked about a repository; the same question is answered once for a while."""

    full_name: str
    etag: str | None
    known_id: int | None
    deep: bool


class RepositoryReader:
    """Looks at repositories; one named by many packages is read once."""

    def __init__(self, github: GitHub, clock: Clock, recent_seconds: float) -> None:
        self._github = github
        self._clock = clock
        self._recent = Recent(clock, recent_seconds)

    async def read(
        self,
        task: MetadataTask,
        full_name: str,
        day: date,
        released: date | None,
        requests: Counter[str],
    ) -> RepositoryObservation:
        """Look at a task's repository; what was known of another one does not count."""
        known = full_name.lower() == (task.repository or "").lower()
        question = Question(
            full_name.lower(),
            # An unchanged repository would leave deeper facts as they are, or unknown.
            task.repository_etag if known and not task.deep else None,
            task.repository_id if known else None,
            task.deep,
        )
        look = await self._recent.get(
            question, lambda: self._look(question, full_name, day, released, requests)
        )
        return replace(look, package=task.name)

    async def _look(
        self,
        question: Question,
        full_name: str,
        day: date,
        released: date | None,
        requests: Counter[str],
    ) -> RepositoryObservation:
        reply = await self._ask(f"/repos/{full_name}", question, full_name, requests)
        facts = repository_facts(reply.body) if reply.outcome == Outcome.OK else None
        outcome, reason = reply.outcome, reply.reason
        if outcome == Outcome.OK and facts is None:
            outcome, reason = Outcome.FAILED, "the answer is no repository"
        if facts and question.known_id and facts.id != question.known_id:
            reply, facts, reason = await self._followed(question, reply, full_name, requests)
        if facts and question.deep:
            facts, unanswered = await with_depth(self._github, facts, day, released, requests)
            reason = "; ".join(filter(None, (reason, unanswered))) or None
        return RepositoryObservation(
            package="",
            asked=full_name,
            outcome=outcome,
            observed_at=moment_of(self._clock),
            reason=reason,
            etag=reply.etag,
            facts=facts,
        )

    async def _ask(
        self, path: str, question: Question, full_name: str, requests: Counter[str]
    ) -> Reply:
        return await self._github.get(path, requests, key=full_name, etag=question.etag)

    async def _followed(
        self, question: Question, reply: Reply, full_name: str, requests: Counter[str]
    ) -> tuple[Reply, RepositoryFacts | None, str | None]:
        """Follow a repository whose name somebody else has taken since, by its id."""
        moved = await self._ask(f"/repositories/{question.known_id}", question, full_name, requests)
        facts = repository_facts(moved.body)
        if facts is not None:
            return moved, facts, f"{full_name} is another repository now; followed by id"
        reason = f"repository {question.known_id} is no more; another one bears its name"
        return reply, repository_facts(reply.body), reason


class Recent:
    """Answers given lately, and those on their way, by question."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._seconds = seconds
        self._looks: dict[Question, tuple[float, asyncio.Future[RepositoryObservation]]] = {}

    async def get(
        self, question: Question, look: Callable[[], Awaitable[RepositoryObservation]]
    ) -> RepositoryObservation:
        """Return a recent answer, or wait for one on its way, or look."""
        self._forget()
        kept = self._looks.get(question)
        if kept is not None:
            return await asyncio.shield(kept[1])
        answer = asyncio.ensure_future(look())
        self._looks[question] = (self._clock.now() + self._seconds, answer)
        try:
            found = await answer
        except BaseException:
            self._looks.pop(question, None)
            raise
        if found.outcome in {Outcome.FAILED, Outcome.SKIPPED}:
            self._looks.pop(question, None)
        return found

    def _forget(self) -> None:
        """Drop what is too old, or too much; entries lie in the order of their time."""
        now = self._clock.now()
        for question, (until, answer) in list(self._looks.items()):
            if (until > now and len(self._looks) <= MOST_RECENT) or not answer.done():
                break
            del self._looks[question]
