"""Structured logs: one event a line, with the service and the run it belongs to."""

import logging
import sys

import stamina.instrumentation
import structlog

from servicekit.bounded_lines import BoundedHandler
from servicekit.settings import ServiceSettings


def configure_logging(service: str, settings: ServiceSettings) -> None:
    """Send structlog's and the standard library's lines to standard output in one format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = BoundedHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(settings),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level, force=True)
    for noisy in ("httpx", "httpcore", "uvicorn.access", "nats"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for name in logging.root.manager.loggerDict:
        if name.startswith("faststream"):  # brings handlers of its own, for a terminal
            logging.getLogger(name).handlers.clear()
            logging.getLogger(name).propagate = True
    # A line for each try, which would name neither source nor question: see `servicekit.tries`.
    stamina.instrumentation.set_on_retry_hooks([])
    structlog.contextvars.bind_contextvars(service=service)


def _renderer(settings: ServiceSettings) -> structlog.typing.Processor:
    if settings.log_format == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty())
