"""A stack that a thread keeps running: for callers without an event loop of their own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from devstack.stack import Stack


@contextmanager
def in_background(stack: Stack) -> Iterator[Stack]:
    """Run the stack in a thread while the block lasts; its start's error is raised here."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="stack", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(stack.__aenter__(), loop).result()
        try:
            yield stack
        finally:
            asyncio.run_coroutine_threadsafe(stack.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
