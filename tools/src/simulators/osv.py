"""OSV's public bucket, its `PyPI` folder."""

import zipfile
from email.utils import formatdate
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from simulators.conditional import answer, strong_etag
from simulators.dataset import Dataset
from simulators.faults import FaultKind, find

MEDIA_TYPES = {"all.zip": "application/zip", "modified_id.csv": "text/csv"}
NO_SUCH_KEY = (
    "<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code>"
    "<Message>The specified key does not exist.</Message></Error>"
)


class OsvBucket:
    """Whole files by ETag, and single records out of the archive."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def application(self) -> Starlette:
        """The bucket as an application."""
        return Starlette(routes=[Route("/PyPI/{name}", self.object)])

    async def object(self, request: Request) -> Response:
        """One object of the bucket."""
        if late := find(request.scope["effects"], FaultKind.QUOTA) or find(
            request.scope["effects"], FaultKind.RETRY_AFTER
        ):
            wait = {"retry-after": str(int(late.number))}
            return PlainTextResponse("rate limited\n", status_code=429, headers=wait)
        name = request.path_params["name"]
        body = self._file(name) if name in MEDIA_TYPES else self._record(name)
        if body is None:
            return Response(NO_SUCH_KEY, status_code=404, media_type="application/xml")
        headers = {"cache-control": "public, max-age=3600", "last-modified": self._modified(name)}
        media_type = MEDIA_TYPES.get(name, "application/json")
        return answer(request, body, strong_etag(body), headers, media_type)

    def _file(self, name: str) -> bytes | None:
        path = self._dataset.osv_file(name)
        return path.read_bytes() if path else None

    def _record(self, name: str) -> bytes | None:
        archive = self._dataset.osv_file("all.zip")
        if archive is None:
            return None
        with zipfile.ZipFile(archive) as members:
            return members.read(name) if name in members.namelist() else None

    def _modified(self, name: str) -> str:
        path = self._dataset.osv_file(name) or self._dataset.osv_file("all.zip") or Path()
        return formatdate(path.stat().st_mtime, usegmt=True)
