"""A source that keeps failing is told once on the terminal, and once that it answers again."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from rich.console import Console

from devstack.commands.source_watch import SourceWatch, first_answers, source_states
from devstack.commands.terminal import Terminal

STATE = {"source": "PyPI", "answered": 2, "failed": 31, "failing": True, "error": "status 500"}


class Service:
    """A service whose `/sources` says what a test wants."""

    def __init__(self) -> None:
        self.states = [STATE]
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(service.states).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


async def test_failing_and_answering_again_are_each_told_once(service: Service) -> None:
    terminal, text = Terminal(), io.StringIO()
    terminal.console = Console(file=text, highlight=False, width=200)
    watch = SourceWatch({"ingest-github": service.address}, terminal)
    await watch.look()
    await watch.look()
    (line,) = text.getvalue().splitlines()
    assert "PyPI keeps failing, 31 of 33 tries within a minute: status 500." in line
    assert "make logs NAME=ingest-github" in line
    service.states = [STATE | {"failed": 0, "failing": False}]
    await watch.look()
    await watch.look()
    _, line = text.getvalue().splitlines()
    assert "PyPI answers again" in line


async def test_a_service_that_is_away_is_no_failing_source(service: Service) -> None:
    probes = {"ingest-github": service.address, "security-scan": "http://127.0.0.1:9"}
    assert list(await source_states(probes)) == ["ingest-github"]


async def test_the_first_answers_are_waited_for_and_no_longer(service: Service) -> None:
    everybody = dict.fromkeys(("ingest-downloads", "ingest-github", "security-scan"))
    await first_answers(dict.fromkeys(everybody, service.address), seconds=60)
