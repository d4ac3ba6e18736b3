"""What these tests run against: a bus, a source of archives, and archives made to measure."""

import io
import json
import threading
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from devstack.servers.single_nats import make_streams, running_nats
from security_scan.archive import Bounds
from security_scan.index import Index, read_index
from security_scan.settings import Settings

hypothesis.settings.register_profile("no deadline", deadline=None)  # machines may be busy
hypothesis.settings.load_profile("no deadline")

Document = dict[str, Any]


@pytest.fixture
async def bus(tmp_path: Path) -> AsyncIterator[str]:
    """A real server with the product's own users, streams and consumers."""
    with running_nats(tmp_path) as url:
        await make_streams(url)
        yield url


class OsvBucket:
    """A server like OSV's bucket, which can be told to misbehave."""

    def __init__(self) -> None:
        self.body = b""
        self.etag = '"1"'
        self.answers: list[tuple[int, dict[str, str]]] = []
        """Sent instead of the archive, one by one."""
        self.cut_at: int | None = None
        """Bytes after which the connection breaks."""
        self.requests: list[dict[str, str]] = []
        bucket = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                bucket.serve(self)

            def log_message(self, *args: object) -> None:
                """Keep the test's output to the test."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def offer(self, *ids: str, etag: str = '"1"') -> None:
        """Hold an archive of records with these identifiers from now on."""
        self.body, self.etag = zip_of([osv(id_) for id_ in ids]), etag

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        self.requests.append({key.lower(): value for key, value in request.headers.items()})
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        if status == 200 and request.path != "/PyPI/all.zip":
            status = 404
        if status == 200 and self.etag and request.headers["If-None-Match"] == self.etag:
            status = 304
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        body = self.body if status == 200 else b""
        if status == 200 and self.etag:
            request.send_header("ETag", self.etag)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body[: self.cut_at])


@pytest.fixture
def bucket() -> Iterator[OsvBucket]:
    served = OsvBucket()
    try:
        yield served
    finally:
        served.close()


@pytest.fixture
def settings(tmp_path: Path, bucket: OsvBucket) -> Settings:
    return Settings(osv_url=bucket.url, cache_dir=tmp_path / "cache", osv_attempts=3)


def zip_of(documents: list[Document] | dict[str, bytes]) -> bytes:
    """Return an archive of these records, or of these files."""
    files = (
        documents
        if isinstance(documents, dict)
        else {f"{each['id']}.json": json.dumps(each).encode() for each in documents}
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def archive_of() -> Callable[[list[Document] | dict[str, bytes]], bytes]:
    return zip_of


@pytest.fixture
def index_of(tmp_path: Path) -> Callable[[list[Document]], Index]:
    """Return the index of an archive of these records."""

    def make(documents: list[Document]) -> Index:
        path = tmp_path / "made.zip"
        path.write_bytes(zip_of(documents))
        return read_index(path, Bounds())

    return make


def osv(
    id_: str,
    name: str = "flask",
    *,
    versions: list[str] | None = None,
    events: list[dict[str, str]] | None = None,
    **more: Any,
) -> Document:
    """Return one record about one package, as OSV writes it."""
    affected: Document = {"package": {"ecosystem": "PyPI", "name": name}}
    if versions is not None:
        affected["versions"] = versions
    if events is not None:
        affected["ranges"] = [{"type": "ECOSYSTEM", "events": events}]
    document = {"id": id_, "modified": "2024-05-01T00:00:00Z", "affected": [affected]}
    return {"published": "2024-01-10T12:00:00Z", "summary": f"About {id_}"} | document | more


@pytest.fixture
def record() -> Callable[..., Document]:
    return osv
