"""JSON as PostgreSQL's jsonb takes it."""

from typing import Any

import msgspec


def to_json(value: Any) -> str:
    """Return the JSON text of an event, a part of one, or plain data."""
    return msgspec.json.encode(value).decode()
