"""With a collector, a night is one trace through every service; without one it costs nothing."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from devstack.background import in_background
from devstack.stack import Stack, stack_in
from events import RunKind
from events.traces import trace_id

LAST = date(2026, 11, 22)
TIMEOUT = 30
"""Seconds within which the last spans must have come."""


class Collector:
    """Takes spans as a collector does: OTLP over HTTP."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, str, str]] = []
        """Service, name of the span, trace."""
        self.asked: set[str] = set()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                collector.asked.add(self.path)
                collector.take(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def take(self, body: bytes) -> None:
        for each in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {pair.key: pair.value.string_value for pair in each.resource.attributes}
            for scope in each.scope_spans:
                for span in scope.spans:
                    self.spans.append((named["service.name"], span.name, span.trace_id.hex()))

    def services_of(self, trace: str) -> set[str]:
        return {service for service, _, of in self.spans if of == trace}


@pytest.fixture
def collector() -> Iterator[Collector]:
    running = Collector()
    thread = threading.Thread(target=running.server.serve_forever, daemon=True)
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join()


@pytest.fixture
def traced(
    collector: Collector, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stack]:
    monkeypatch.setenv("OTEL_ENDPOINT", collector.address)
    monkeypatch.setenv("OTEL_SHARE", "0")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
    with in_background(stack_in(tmp_path, dataset=dataset)) as stack:
        yield stack


async def test_a_run_is_one_trace_from_its_request_to_the_pages_made_ready(
    traced: Stack, collector: Collector
) -> None:
    day = LAST
    run_id = await traced.runs.request(RunKind.DOWNLOADS, day, timedelta(minutes=5))
    await traced.runs.follow(run_id)
    wanted = {"ingest-downloads", "security-scan", "scorer", "cache-warmer", "api"}
    until = time.monotonic() + TIMEOUT
    while collector.services_of(trace_id(run_id)) != wanted and time.monotonic() < until:
        time.sleep(0.2)
    assert collector.services_of(trace_id(run_id)) == wanted
    assert collector.asked == {"/v1/traces"}
    names = {(service, name) for service, name, of in collector.spans if of == trace_id(run_id)}
    assert {
        ("ingest-downloads", "runs.requested process"),
        ("ingest-downloads", "downloads.daily publish"),
        ("scorer", "downloads.daily process"),
        ("scorer", "runs.completed publish"),
        ("cache-warmer", "runs.completed process"),
        ("api", "GET warming"),
    } <= names


NOTHING_LOADED = """
import sys
from {package}.app import make_app
from {package}.settings import Settings
make_app(Settings())
loaded = {{"servicekit.tracing", "opentelemetry.exporter"}} & sys.modules.keys()
assert not loaded, loaded
"""


@pytest.mark.parametrize("package", ["api", "cache_warmer", "ingest_github", "scorer"])
def test_without_a_collector_nothing_of_it_is_loaded(package: str) -> None:
    code = NOTHING_LOADED.format(package=package)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
