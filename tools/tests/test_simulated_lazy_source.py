"""A source that is dear to make is made once, by whoever asks it first."""

import asyncio
import time

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from simulators.lazy_source import LazySource


class Dear:
    """A source that takes its time, and counts how often it was made."""

    made = 0

    def __init__(self) -> None:
        time.sleep(0.2)
        Dear.made += 1

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/", self.answer)])

    async def answer(self, _request: Request) -> Response:
        return PlainTextResponse("here")


async def test_many_first_questions_make_it_once_and_all_are_answered() -> None:
    source = LazySource(Dear)
    assert Dear.made == 0
    transport = httpx.ASGITransport(app=source.application())
    async with httpx.AsyncClient(transport=transport, base_url="http://late") as client:
        answers = await asyncio.gather(*(client.get("/") for _ in range(5)))
    assert [answer.text for answer in answers] == ["here"] * 5
    assert Dear.made == 1
