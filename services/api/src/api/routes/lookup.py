"""Many packages at once."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api.answers.body import plain
from api.documents.base import documented
from api.documents.lookup import LookedUp
from api.http.problems import TooLargeError
from api.lookup.answer import look_up
from api.lookup.reading import MOST_PACKAGES, read_body
from api.routes.context import Stores

router = APIRouter()
MOST_BYTES = 2**20
"""Bytes of a body; a lock of 1,000 packages with all its files has about as much."""
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "names": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "Names, or requirements such as `flask==3.0.0`.",
                        },
                        "purls": {
                            "type": "array",
                            "items": {"type": "string"},
                            "description": "Package URLs such as `pkg:pypi/flask@3.0.0`.",
                        },
                        "text": {
                            "type": "string",
                            "description": "A requirements file or a lock, as it is.",
                        },
                    },
                },
                "example": {"names": ["requests", "flask==3.0.0"]},
            },
            "text/plain": {
                "schema": {"type": "string"},
                "example": "requests==2.31.0\nflask>=3\n",
            },
        },
    }
}


def _documented() -> dict[str, Any]:
    documentation = documented(LookedUp, f"Up to {MOST_PACKAGES:,} packages at once", kept=False)
    documentation["responses"][413] = {
        **documentation["responses"][422],
        "description": "The body is too large.",
    }
    documentation["openapi_extra"] |= BODY
    return documentation


@router.post("/api/packages/lookup", **_documented())
async def lookup(request: Request, stores: Stores) -> Response:
    """Return what is known of the packages of a list, a requirements file or a lock.

    Lines that cannot be read come back with the reason. Nothing of it is stored.
    """
    body = await _body(request)
    reading = read_body(body, request.headers.get("content-type", ""))
    publication, document = await stores.database.read(
        lambda connection, publication: look_up(connection, publication, reading)
    )
    return plain(publication, document)


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise TooLargeError(f"At most {MOST_BYTES:,} bytes at once, please.")
        parts.append(part)
    return b"".join(parts)
