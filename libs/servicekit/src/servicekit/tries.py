"""A question that is put again while its failure may pass, and one line of log for all its tries.

`async for attempt in Tries(...): with attempt: ...`
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import stamina
import structlog

from servicekit.sources import SOURCES

On = type[Exception] | tuple[type[Exception], ...] | Callable[[Exception], bool | float]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Question:
    """What a line of log must name of a question, beside the package and the run it is about."""

    source: str
    asked: str
    """The path, or what it is for where that is not in a path."""
    then: str
    """What is done where no try was answered."""


class Tries:
    """The tries of one question; an error that `on` does not take ends them at once.

    `failure` says whether an error speaks against the source; one that does not is an answer.
    """

    def __init__(
        self,
        question: Question,
        on: On,
        *,
        attempts: int,
        first_pause: float,
        longest_pause: float,
        failure: Callable[[Exception], bool] = lambda error: True,
    ) -> None:
        self._question = question
        self._failure = failure
        self._began = time.monotonic()
        self._made = 0
        self._error: Exception | None = None
        self._inner = stamina.retry_context(
            on=on,
            attempts=attempts,
            timeout=None,
            wait_initial=first_pause,
            wait_max=longest_pause,
        ).__aiter__()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> "Attempt":
        try:
            return Attempt(self, await anext(self._inner))
        except StopAsyncIteration:
            raise
        except Exception as error:
            if self._failure(error):
                self._told(log.warning, "source failed", error, next=self._question.then)
            raise

    def ended(self, error: Exception | None) -> None:
        """Note how one try ended."""
        self._made += 1
        if error is None:
            self._answered()
        elif self._failure(error):
            self._error = error
            SOURCES.failed(self._question.source, error)

    def _answered(self) -> None:
        SOURCES.answered(self._question.source)
        if self._error is not None:
            self._told(log.info, "source answered after failures", self._error)

    def _told(self, say: Callable[..., Any], event: str, error: Exception, **more: str) -> None:
        say(
            event,
            source=self._question.source,
            asked=self._question.asked,
            tries=self._made,
            seconds=round(time.monotonic() - self._began, 1),
            error=str(error) or type(error).__name__,
            **more,
        )


class Attempt:
    """One try: a context in which the question is put."""

    def __init__(self, tries: Tries, inner: Any) -> None:
        self._tries = tries
        self._inner = inner

    @property
    def num(self) -> int:
        """Its number, from 1 on."""
        return int(self._inner.num)

    def __enter__(self) -> None:
        self._inner.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> bool | None:
        if error is None or isinstance(error, Exception):
            self._tries.ended(error)
        swallowed: bool | None = self._inner.__exit__(kind, error, at)
        return swallowed
