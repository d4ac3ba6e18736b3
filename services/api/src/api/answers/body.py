"""How a document becomes an answer."""

from hashlib import blake2b
from typing import Any, Literal

import msgspec
from starlette.responses import Response

from api.clock import NOT_KEPT
from api.database import Publication

Lifetime = Literal["generation", "brief"]
"""Answers of a generation stay true until the next one; brief ones for half a minute."""
GENERATION = "x-generation"
LIFETIME = "x-lifetime"
CONTENT_TAG = "x-content-tag"
"""Headers between the routes and the cache; no client sees them."""


def tag_of(content: bytes) -> str:
    """Return a weak ETag: it changes exactly when the content does."""
    return f'W/"{blake2b(content, digest_size=9).hexdigest()}"'


def answer(
    publication: Publication, document: dict[str, Any], lifetime: Lifetime = "generation"
) -> Response:
    """Return the JSON answer, with `data_through` and `generation` added.

    The generation's number is left out of the ETag: a page that did not change keeps its tag.
    """
    content = msgspec.json.encode(document | {"data_through": publication.data_through})
    body = b'{"generation":%d,%b' % (publication.generation, content[1:])
    return kept(publication, body, "application/json", tag_of(content), lifetime)


def plain(publication: Publication, document: dict[str, Any]) -> Response:
    """Return the JSON answer to one request alone, which nobody keeps."""
    dated = {"generation": publication.generation, "data_through": publication.data_through}
    headers = {"cache-control": NOT_KEPT.decode()}
    return Response(msgspec.json.encode(document | dated), 200, headers, "application/json")


def kept(
    publication: Publication,
    body: bytes,
    media_type: str,
    tag: str | None = None,
    lifetime: Lifetime = "generation",
) -> Response:
    """Return an answer that the cache may keep."""
    headers = {
        GENERATION: str(publication.generation),
        LIFETIME: lifetime,
        CONTENT_TAG: tag or tag_of(body),
    }
    return Response(body, headers=headers, media_type=media_type)
