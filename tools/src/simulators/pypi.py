"""PyPI's JSON API and Simple API."""

from typing import Any

import msgspec
from packaging.utils import canonicalize_name
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from simulators.conditional import answer, strong_etag
from simulators.dataset import Dataset
from simulators.faults import FaultKind, find

SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
API_VERSION = "1.4"
JSON_CACHE = "max-age=900, public"
SIMPLE_CACHE = "max-age=600, public"
GONE = b"null"


class Info(msgspec.Struct):
    """The part of `info` that decides where a document is found."""

    name: str


class FileHead(msgspec.Struct):
    """The part of a file that the Simple API cannot do without."""

    filename: str


class Head(msgspec.Struct):
    """The part of a JSON document that the server itself needs."""

    info: Info
    last_serial: int | None = None
    releases: dict[str, list[FileHead] | None] | None = None


class StatusHead(msgspec.Struct):
    """The part of a project's status that decides where the project is found."""

    status: str = "active"


class SimpleHead(msgspec.Struct):
    """The part of a Simple document that its readers cannot do without."""

    files: list[FileHead] | None = None
    project_status: StatusHead | None = msgspec.field(name="project-status", default=None)


class Line(msgspec.Struct):
    """One line of `pypi.jsonl.gz`; documents stay the bytes they are."""

    name: str
    json: msgspec.Raw
    simple: msgspec.Raw = msgspec.Raw()


_DECODER = msgspec.json.Decoder(Line)


class Project(msgspec.Struct):
    """A package with its documents."""

    stored_name: str
    serial: int
    document: bytes
    simple: bytes | None
    quarantined: bool = False
    """Left out of the list and without a JSON document; its Simple page alone tells of it."""


class PypiSite:
    """Every package of the data set, by canonical name."""

    def __init__(self, dataset: Dataset) -> None:
        self._projects: dict[str, Project] = {}
        self._index: bytes | None = None
        dataset.read_pypi(self.publish)

    def publish(self, line: bytes) -> None:
        """Take in one line of `pypi.jsonl.gz`; where its document is null, the package is gone."""
        told = _DECODER.decode(line)
        name = canonicalize_name(told.name)
        if bytes(told.json) == GONE:
            self._projects.pop(name, None)
        else:
            self._projects[name] = _project(told)
        self._index = None

    def application(self) -> Starlette:
        """The site as an application."""
        application = Starlette(
            routes=[
                Route("/simple/", self.index),
                Route("/simple/{name}/", self.simple),
                Route("/simple/{name}", self.simple),
                Route("/pypi/{name}/json", self.latest),
                Route("/pypi/{name}/{version}/json", self.release),
            ]
        )
        application.router.redirect_slashes = False
        return application

    async def index(self, request: Request) -> Response:
        """Every name with its serial."""
        if self._index is None:
            self._index = self._render_index()
        return _limited(request) or _simple(request, self._index, self._newest_serial())

    async def simple(self, request: Request) -> Response:
        """The files and the status of one project."""
        asked = request.path_params["name"]
        name = canonicalize_name(asked)
        project = self._projects.get(name)
        if limited := _limited(request):
            return limited
        if project is None:
            return PlainTextResponse("404 Not Found", status_code=404)
        if asked != name or not request.url.path.endswith("/"):
            return RedirectResponse(f"/simple/{name}/", status_code=301)
        body = project.simple or _simple_from_json(name, project)
        return _simple(request, body, project.serial)

    async def latest(self, request: Request) -> Response:
        """The document of a project's latest release, with all releases."""
        asked = request.path_params["name"]
        project = self._projects.get(canonicalize_name(asked))
        if limited := _limited(request):
            return limited
        if project is None or project.quarantined:
            return JSONResponse({"message": "Not Found"}, status_code=404)
        if asked != project.stored_name:
            return RedirectResponse(f"/pypi/{project.stored_name}/json", status_code=301)
        return _json(request, project.document, project.serial)

    async def release(self, request: Request) -> Response:
        """The document of one release."""
        project = self._projects.get(canonicalize_name(request.path_params["name"]))
        body = _release_document(project, request.path_params["version"]) if project else None
        if limited := _limited(request):
            return limited
        if project is None or project.quarantined or body is None:
            return JSONResponse({"message": "Not Found"}, status_code=404)
        return _json(request, body, project.serial)

    def _render_index(self) -> bytes:
        entries = [
            {"_last-serial": project.serial, "name": project.stored_name}
            for _, project in sorted(self._projects.items())
            if not project.quarantined
        ]
        meta = {"_last-serial": self._newest_serial(), "api-version": API_VERSION}
        return msgspec.json.encode({"meta": meta, "projects": entries})

    def _newest_serial(self) -> int:
        return max((project.serial for project in self._projects.values()), default=0)


def _project(line: Line) -> Project:
    head = msgspec.json.decode(line.json, type=Head)
    simple = bytes(line.simple)
    if simple in {b"", GONE}:
        return Project(head.info.name, head.last_serial or 0, bytes(line.json), None)
    status = msgspec.json.decode(simple, type=SimpleHead).project_status or StatusHead()
    quarantined = status.status == "quarantined"
    return Project(head.info.name, head.last_serial or 0, bytes(line.json), simple, quarantined)


def _limited(request: Request) -> Response | None:
    effects = request.scope["effects"]
    late = find(effects, FaultKind.QUOTA) or find(effects, FaultKind.RETRY_AFTER)
    if late is None:
        return None
    headers = {"retry-after": str(int(late.number))}
    return PlainTextResponse("Too Many Requests", status_code=429, headers=headers)


def _json(request: Request, body: bytes, serial: int) -> Response:
    headers = {"cache-control": JSON_CACHE, "x-pypi-last-serial": str(serial)}
    return answer(request, body, strong_etag(body), headers, "application/json")


def _simple(request: Request, body: bytes, serial: int) -> Response:
    """JSON for who accepts it; a browser is told how to ask."""
    headers = {"cache-control": SIMPLE_CACHE, "x-pypi-last-serial": str(serial), "vary": "Accept"}
    if SIMPLE_JSON not in request.headers.get("accept", ""):
        return PlainTextResponse(f"ask with Accept: {SIMPLE_JSON}\n", status_code=406)
    return answer(request, body, strong_etag(body), headers, SIMPLE_JSON)


def _release_document(project: Project, version: str) -> bytes | None:
    document: dict[str, Any] = msgspec.json.decode(project.document)
    files = document.pop("releases", {}).get(version)
    if files is None:
        return None
    return msgspec.json.encode(
        {**document, "info": {**document["info"], "version": version}, "urls": files}
    )


def _simple_from_json(name: str, project: Project) -> bytes:
    """The Simple document of a project whose status is active."""
    releases = msgspec.json.decode(project.document).get("releases") or {}
    return msgspec.json.encode(
        {
            "alternate-locations": [],
            "files": [_simple_file(file) for files in releases.values() for file in files or ()],
            "meta": {"_last-serial": project.serial, "api-version": API_VERSION},
            "name": name,
            "project-status": {"status": "active"},
            "versions": list(releases),
        }
    )


def _simple_file(file: dict[str, Any]) -> dict[str, Any]:
    return {
        "core-metadata": file.get("core-metadata", False),
        "filename": file["filename"],
        "hashes": file.get("digests", {}),
        "requires-python": file.get("requires_python"),
        "size": file.get("size"),
        "upload-time": file.get("upload_time_iso_8601"),
        "url": file.get("url"),
        "yanked": file.get("yanked_reason") or file.get("yanked", False),
    }
