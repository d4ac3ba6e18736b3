"""Traces by OpenTelemetry, for an installation that names a collector.

Nothing else imports this module, and it is imported only then: without a collector neither the
messages nor the memory cost anything. A run's messages make one trace (`events.traces`).
"""

from collections.abc import Awaitable, Callable
from typing import Any

from faststream import BaseMiddleware
from faststream.nats.opentelemetry import NatsTelemetryMiddleware
from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from events.traces import HEADER, traceparent

EXPORT_TIMEOUT = 5
"""Seconds a collector may take for a batch of spans, also while the process stops."""

PROPAGATOR = TraceContextTextMapPropagator()


def tracer_provider(service: str, endpoint: str, share: float = 1.0) -> TracerProvider:
    """Return what sends spans to a collector at `endpoint` (OTLP over HTTP).

    `share` of the traces that begin here are kept, and all that begin elsewhere and are kept there.
    """
    provider = TracerProvider(
        resource=Resource.create({"service.name": service, "service.namespace": "pypi-stats"}),
        sampler=ParentBased(TraceIdRatioBased(share)),
    )
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_TIMEOUT)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def bus_middlewares(provider: TracerProvider) -> tuple[Any, ...]:
    """Return what makes spans of messages sent and handled, outermost first."""
    spans = NatsTelemetryMiddleware(
        tracer_provider=provider,
        meter_provider=NoOpMeterProvider(),  # Prometheus counts already
    )
    return RunTrace, spans


async def carry(request: Any) -> None:
    """Let an HTTP request (httpx's) continue the trace of what is being handled."""
    PROPAGATOR.inject(request.headers)


class RunTrace(BaseMiddleware[Any, Any]):
    """Puts a message that no handler sends, out of the outbox say, into its run's trace."""

    async def publish_scope(self, call_next: Callable[[Any], Awaitable[Any]], msg: Any) -> Any:
        """Send one message; its id begins with its run's."""
        run_id = (msg.headers or {}).get("Nats-Msg-Id", "").partition(":")[0]
        if not run_id or trace.get_current_span().get_span_context().is_valid:
            return await call_next(msg)
        token = context.attach(PROPAGATOR.extract({HEADER: traceparent(run_id)}))
        try:
            return await call_next(msg)
        finally:
            context.detach(token)
