"""Run an ASGI application until SIGTERM."""

from typing import Any

import uvicorn

from servicekit.settings import ServiceSettings


def serve(app: Any, settings: ServiceSettings) -> None:
    """Block until the process is told to stop; handlers in flight may finish first."""
    uvicorn.run(
        app,
        host=settings.http_host,
        port=settings.http_port,
        log_config=None,
        access_log=False,
        proxy_headers=False,  # the api decides by itself which proxies it believes
        server_header=False,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        timeout_graceful_shutdown=int(settings.graceful_timeout) + 5,
    )
