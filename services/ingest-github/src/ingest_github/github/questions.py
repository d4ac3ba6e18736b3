"""Questions about one repository, and the people and programs that the answers name."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from events import Outcome
from ingest_github.github.client import GitHub, Reply
from ingest_github.json_fields import items, mapping

PAGE = 100
"""Items of the longest page that GitHub gives."""

ONE = {"per_page": "1"}


@dataclass
class Questions:
    """The questions about one repository; what cannot be answered is none and noted."""

    github: GitHub
    full_name: str
    requests: Counter[str]
    unanswered: list[str] = field(default_factory=list)

    async def ask(self, what: str, params: Mapping[str, str]) -> Reply | None:
        """Ask for a list of the repository; None where it cannot be had."""
        reply = await self.github.get(
            f"/repos/{self.full_name}/{what}", self.requests, key=self.full_name, params=params
        )
        if reply.outcome in {Outcome.OK, Outcome.EMPTY}:
            return reply
        self.unanswered.append(f"{what}: {reply.reason}")
        return None

    async def count(self, what: str, **params: str) -> int | None:
        """Count the items of a list."""
        reply = await self.ask(what, ONE | params)
        return None if reply is None else items_of(reply)


def items_of(reply: Reply) -> int:
    """Count a list read one item a page; an empty Git repository has none of anything."""
    return reply.pages if reply.pages is not None else len(items(reply.body))


def is_bot(account: object) -> bool:
    """Return whether an account is a program's: GitHub marks apps so, by type and by name."""
    stated = mapping(account)
    return stated.get("type") == "Bot" or bears_mark(stated.get("login"))


def bears_mark(name: Any) -> bool:
    """Return whether a name ends like those of GitHub's apps."""
    return isinstance(name, str) and name.strip().lower().endswith("[bot]")
