"""Spans around requests, for an installation that names a collector; not imported otherwise."""

from hmac import compare_digest

from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.middleware import ROUTE, WARM_TOKEN
from servicekit.tracing import PROPAGATOR

IN_MEMORY = "kept"
"""Route of a request that was answered before it was led anywhere."""


class Traced:
    """An ASGI application around the edge.

    The warmer's requests continue its run's trace. A visitor's `traceparent` is not believed: it
    would let strangers decide what is kept.
    """

    def __init__(self, app: ASGIApp, provider: TracerProvider, warm_token: str) -> None:
        self._app = app
        self._provider = provider
        self._tracer = provider.get_tracer("api")
        self._warm_token = warm_token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request within a span; send the last spans when the application stops."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._provider.shutdown()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        with self._tracer.start_as_current_span(
            method, context=self._parent(scope), kind=SpanKind.SERVER
        ) as span:

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self._app(scope, receive, noting)
            route = scope.get(ROUTE, IN_MEMORY)
            span.update_name(f"{method} {route}")
            span.set_attributes({"http.request.method": method, "http.route": route})

    def _parent(self, scope: Scope) -> Context:
        given = dict(scope["headers"])
        token = given.get(WARM_TOKEN, b"")
        if not self._warm_token or not compare_digest(token, self._warm_token):
            return Context()
        carrier = {name.decode("latin-1"): text.decode("latin-1") for name, text in given.items()}
        return PROPAGATOR.extract(carrier, Context())
