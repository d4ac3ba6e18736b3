"""Runs the ports in one event loop until a signal comes."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

GRACE_SECONDS = 2
"""How long requests in flight may take to end."""


class CuttableProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose connection an application may cut in the middle."""

    def on_message_begin(self) -> None:
        """Offer the cut in the request's scope."""
        super().on_message_begin()
        self.scope["extensions"] = {"simulators": {"cut": self.transport.abort}}


class PortServer(uvicorn.Server):
    """One of several servers in a loop: signals belong to whoever runs them all."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; OSError with a clear sentence where the port is taken."""
    try:
        listening = socket.create_server((host, port), backlog=512)
    except OSError as error:
        raise OSError(f"cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}") from error
    # Its connections inherit this. asyncio sets it only where a socket names its protocol, and
    # without it each body waits 40 ms for the client to acknowledge the head.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


async def serve(ports: list[tuple[ASGIApp, socket.socket]]) -> None:
    """Serve every application on its socket until SIGINT or SIGTERM."""
    servers = [(PortServer(_config(application)), sock) for application, sock in ports]

    def stop() -> None:
        for server, _ in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop)
    await asyncio.gather(*(server.serve(sockets=[sock]) for server, sock in servers))


def _config(application: ASGIApp) -> uvicorn.Config:
    """Quiet about answers that are cut off on purpose."""
    return uvicorn.Config(
        application,
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
