"""Dead letters: what was given up, and sending it again."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiosql
import asyncpg
import msgspec

from events import LetterReplayed
from events.message_size import TooLargeError
from events.topology import DEAD_REPLAYED, SUBJECTS
from operate.bus import Bus
from operate.failure import OperatorError

QUERIES: Any = aiosql.from_path(Path(__file__).parent / "queries" / "letters.sql", "asyncpg")


class Letter(msgspec.Struct, frozen=True):
    """A message that was given up."""

    id: int
    service: str
    subject: str
    run_id: str | None
    errors: list[str]
    deliveries: int
    died_at: datetime
    replayed_at: datetime | None
    body: bytes


@dataclass(frozen=True)
class Letters:
    """The dead letters of one installation."""

    database_url: str
    """As the reading role."""
    bus: Bus

    async def recent(self, most: int, *, replayed: bool = False) -> list[Letter]:
        """Return the letters kept last, the newest first; those sent again only if asked for."""
        async with self._reading() as database:
            rows = QUERIES.recent(database, most=most, replayed=replayed)
            return [msgspec.convert(dict(row), Letter) async for row in rows]

    async def one(self, letter_id: int) -> Letter:
        """Return one letter; OperatorError where there is none."""
        async with self._reading() as database:
            row = await QUERIES.one(database, letter_id=letter_id)
        if row is None:
            raise OperatorError(f"there is no dead letter {letter_id}")
        return msgspec.convert(dict(row), Letter)

    async def replay(self, letter: Letter) -> None:
        """Send the message again on its own subject, under an id the stream has not seen.

        OperatorError where the letter had no room for the message itself, or where the message
        and its new headers are larger than the bus takes.
        """
        if not letter.body:
            raise OperatorError(f"letter {letter.id} holds no message: {letter.errors[0]}")
        subjects = {subject.name: subject for subject in SUBJECTS}
        now = datetime.now(UTC)
        replay_id = f"replay:{letter.id}:{now.timestamp():.0f}"
        try:
            await self.bus.send_body(
                subjects[letter.subject], letter.body, replay_id, letter.run_id
            )
        except TooLargeError as error:
            raise OperatorError(f"letter {letter.id} cannot be sent again: {error}") from error
        noted = LetterReplayed(letter_id=letter.id, replayed_at=now)
        await self.bus.send(DEAD_REPLAYED, noted, f"{replay_id}:noted")

    @contextlib.asynccontextmanager
    async def _reading(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(self.database_url, timeout=5)
        try:
            yield connection
        finally:
            await connection.close()
