"""The whole read model, streamed."""

import asyncio
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Header, Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.documents.base import documented
from api.http.problems import UnavailableError
from api.lists.exports import MEDIA_TYPES, Export, ExportBrokenError
from api.routes.context import Stores
from api.routes.parameters import ExportForm

router = APIRouter()
log = structlog.get_logger(__name__)
BUSY_SECONDS = 30
"""Seconds after which somebody who found all places taken may ask again."""


class ExportResponse(StreamingResponse):
    """A stream that gives its place back, and ends when its time is up."""

    def __init__(self, places: asyncio.Semaphore, seconds: float, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._places = places
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream; a reader that stands still is cut off like any other whose time is up.

        A stream that breaks off has no end: the server closes the connection, and the client sees
        that what it got is not whole.
        """
        try:
            async with asyncio.timeout(self._seconds):
                await super().__call__(scope, receive, send)
        except (TimeoutError, ExportBrokenError, UnavailableError) as error:
            log.warning("export_broken_off", reason=f"{type(error).__name__}: {error}")
        finally:
            self._places.release()


@router.get(
    "/api/export/packages.{form}",
    **documented(
        None,
        "All packages as CSV, JSON lines or Parquet",
        media=tuple(MEDIA_TYPES.values()),
        limit_class="exports",
        kept=False,
        tag="exports",
    ),
)
async def export(
    request: Request,
    stores: Stores,
    form: ExportForm,
    if_none_match: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Response:
    """Stream every package, flagged ones included; a broken-off stream is not complete."""
    whole = Export(stores.database, form)
    publication = await whole.begin()
    tag = f'W/"{form}-{publication.generation}"'
    headers = {
        "etag": tag,
        "cache-control": stores.clock.until_midnight(stores.clock.now()).decode(),
        "content-disposition": f'attachment; filename="packages-{publication.newest}.{form}"',
    }
    if if_none_match and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    if request.scope.get("heading"):
        return Response(headers=headers, media_type=MEDIA_TYPES[form])
    places = stores.export_places
    if places.locked():
        raise UnavailableError("Every place for exports is taken.", seconds=BUSY_SECONDS)
    await places.acquire()
    return ExportResponse(
        places,
        stores.settings.export_timeout,
        whole.chunks(),
        headers=headers,
        media_type=MEDIA_TYPES[form],
    )
