"""Answers with an ETag, and 304 where the client has them already."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response


def strong_etag(*parts: bytes) -> str:
    """An ETag, quotes included, that changes with any of `parts`."""
    return f'"{hashlib.blake2b(b"|".join(parts), digest_size=16).hexdigest()}"'


def not_modified(request: Request, etag: str) -> bool:
    """Whether If-None-Match names `etag`; weak and strong spellings count as the same."""
    known = request.headers.get("if-none-match", "")
    return etag.removeprefix("W/") in {one.strip().removeprefix("W/") for one in known.split(",")}


def answer(
    request: Request, body: bytes, etag: str, headers: dict[str, str], media_type: str
) -> Response:
    """200 with the body, or 304 without it; both carry the headers and the ETag."""
    headers = {**headers, "etag": etag}
    if not_modified(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=media_type)
