"""Who stands behind Cloudflare's edge has it purged; whatever the edge says, visitors are moved."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from cache_warmer.purge import purge_edge
from cache_warmer.settings import Settings


class Edge(BaseHTTPRequestHandler):
    """Plays the edge's API: remembers what was asked, answers as it is told."""

    status = 200
    asked: list[tuple[str, str, Any]] = []  # noqa: RUF012 - one edge, one list

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.asked.append((self.path, self.headers["authorization"], json.loads(body)))
        answer = json.dumps({"success": self.status == 200}).encode()
        self.send_response(self.status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def edge() -> Iterator[tuple[type[Edge], str]]:
    Edge.asked, Edge.status = [], 200
    with ThreadingHTTPServer(("127.0.0.1", 0), Edge) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Edge, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def behind(url: str, zone: str = "a-zone", token: str = "a-token") -> Settings:
    return Settings(purge_url=url, purge_zone=zone, purge_token=SecretStr(token))


async def test_the_zone_is_purged_whole_with_the_operators_token(edge: Any) -> None:
    played, url = edge
    assert await purge_edge(behind(url))
    assert played.asked == [
        ("/zones/a-zone/purge_cache", "Bearer a-token", {"purge_everything": True})
    ]


@pytest.mark.parametrize(("zone", "token"), [("", "a-token"), ("a-zone", ""), ("", "")])
async def test_nobody_is_asked_where_no_zone_or_token_is_set(
    edge: Any, zone: str, token: str
) -> None:
    played, url = edge
    assert not await purge_edge(behind(url, zone, token))
    assert played.asked == []


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_an_edge_that_refuses_stops_nothing(edge: Any, status: int) -> None:
    played, url = edge
    played.status = status
    assert not await purge_edge(behind(url))
    assert len(played.asked) == 1


async def test_an_edge_that_is_away_stops_nothing() -> None:
    assert not await purge_edge(behind("http://127.0.0.1:1"))
