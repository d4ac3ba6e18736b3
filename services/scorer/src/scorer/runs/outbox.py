"""Messages that follow a commit: written in the same transaction, sent afterwards.

A crash between sending and marking sends the same message id again, which the stream stores once.
"""

import asyncpg

from events import Event
from events.message_size import ensure_fits, jetstream_headers
from events.topology import SUBJECTS, Subject
from scorer import queries
from scorer.postgres.jsonb import to_json
from scorer.queries import fetch
from scorer.runs.inbox import Connection
from servicekit.broker import ADDED, Publisher

_SUBJECTS = {subject.name: subject for subject in SUBJECTS}


async def enqueue(connection: Connection, subject: Subject, event: Event, msg_id: str) -> None:
    """Send an event once the connection's transaction is through.

    TooLargeError where the bus would not take it: one such message would hold up all behind it.
    """
    body = to_json(event).encode()
    ensure_fits(subject, body, jetstream_headers(subject, msg_id) | ADDED)
    await queries.runs.enqueue(connection, subject=subject.name, msg_id=msg_id, body=body)


async def relay(pool: asyncpg.Pool, publisher: Publisher) -> int:
    """Send the oldest waiting messages; gives how many. Several relays share the work."""
    async with pool.acquire() as connection, connection.transaction():
        rows = await fetch(queries.runs.unsent(connection))
        for row in rows:
            await publisher.send_body(_SUBJECTS[row["subject"]], row["body"], row["msg_id"])
        await queries.runs.mark_sent(connection, ids=[row["id"] for row in rows])
    return len(rows)
