"""The stand-in site on a free port, in a thread, for as long as it is needed."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import fake_api
import uvicorn


class Served(NamedTuple):
    """A running stand-in."""

    url: str
    mood: fake_api.Mood


@contextmanager
def served() -> Iterator[Served]:
    """Serve the site over the stand-in API."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        mood = fake_api.Mood()
        config = uvicorn.Config(fake_api.application(mood), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", mood)
        server.should_exit = True
        thread.join()
