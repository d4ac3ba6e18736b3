"""The state of the data, and of the service."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.answers.body import answer
from api.answers.package import Document
from api.cache.request_keys import KEPT
from api.database import Connection, Publication
from api.documents.base import documented
from api.documents.reports import StatusReport
from api.http.problems import NotFoundError, UnavailableError
from api.routes.context import Stores
from api.status import read_status

router = APIRouter()
UNKEPT = {KEPT: False}


@router.get(
    "/api/status", **documented(StatusReport, "What is fresh, late or missing", tag="status")
)
async def status(stores: Stores) -> Response:
    """Return the newest day of every source, the last runs with their gates, and missing days."""
    now = datetime.fromtimestamp(stores.clock.now(), UTC)
    settings = stores.settings

    async def read(connection: Connection, publication: Publication) -> Document:
        return await read_status(
            connection,
            publication,
            now,
            sample_data=settings.sample_data,
            scheduled=settings.scheduled,
        )

    return answer(*await stores.database.read(read), lifetime="brief")


@router.get("/healthz", openapi_extra=UNKEPT, include_in_schema=False)
async def healthz() -> Response:
    """Say that the process turns."""
    return Response(b"ok", media_type="text/plain")


@router.get("/readyz", openapi_extra=UNKEPT, include_in_schema=False)
async def readyz(request: Request, stores: Stores) -> Response:
    """Say whether PostgreSQL answers and has something published; without Redis it may be slow."""
    publication = await stores.database.publication()
    if publication.data_through is None:
        raise UnavailableError("Nothing is published yet.", seconds=30)
    state = "degraded: no redis" if request.app.state.shared.away else "ok"
    return Response(state, media_type="text/plain")


@router.get("/metrics", openapi_extra=UNKEPT, include_in_schema=False)
async def metrics(request: Request, stores: Stores) -> Response:
    """Return the counters in Prometheus's text format, where visitors are meant to see them."""
    if not stores.settings.metrics_public:
        raise NotFoundError("Metrics are not served here.")
    body = generate_latest(request.app.state.metrics.registry)
    return Response(body, headers={"content-type": CONTENT_TYPE_LATEST})
