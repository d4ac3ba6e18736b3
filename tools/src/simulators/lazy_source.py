"""A source that is dear to make and seldom asked: made for the first request."""

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from simulators.port import Source


class LazySource:
    """Stands for a source until somebody asks it; the first request waits until it is made."""

    def __init__(self, make: Callable[[], Source]) -> None:
        self._make = make
        self._made: ASGIApp | None = None
        self._making = asyncio.Lock()

    def application(self) -> ASGIApp:
        """The source as an application."""
        return self._answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._making:
            if self._made is None:
                self._made = (await asyncio.to_thread(self._make)).application()
        await self._made(scope, receive, send)
