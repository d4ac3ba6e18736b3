"""A small load generator: keep-alive connections that each ask again when they are answered."""

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

WARM_UP = 0.5
"""Seconds."""


class _Asking(asyncio.Protocol):
    def __init__(self, request: bytes) -> None:
        self.request = request
        self.answers = 0
        self.bad = 0
        self.waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        data = self.waiting + data if self.waiting else data
        end = data.find(b"\r\n\r\n")
        start = data.find(b"content-length: ") + 16
        if end < 0 or len(data) < end + 4 + int(data[start : data.find(b"\r\n", start)]):
            self.waiting = data
            return
        self.waiting = b""
        self.answers += 1
        self.bad += data[9:12] != b"200"
        self.transport.write(self.request)  # type: ignore[attr-defined]


async def answers(
    port: int, path: str, connections: int, seconds: float, clock: Callable[[], float]
) -> tuple[int, float]:
    """Return how many answers come in so many seconds, and what `clock` counts meanwhile.

    Raises where an answer is not a 200.
    """
    loop = asyncio.get_running_loop()
    request = f"GET {path} HTTP/1.1\r\nhost: bench\r\naccept-encoding: zstd\r\n\r\n".encode()
    asking = [
        await loop.create_connection(lambda: _Asking(request), "127.0.0.1", port)
        for _ in range(connections)
    ]
    protocols = [protocol for _, protocol in asking]
    await asyncio.sleep(WARM_UP)
    before, started = sum(each.answers for each in protocols), clock()
    await asyncio.sleep(seconds)
    answered = sum(each.answers for each in protocols) - before
    took = clock() - started
    for transport, _ in asking:
        transport.close()
    if any(each.bad for each in protocols):
        raise RuntimeError(f"{path}: not every answer was a 200")
    return answered, took


class Latencies:
    """Milliseconds of each request, asked one after the other over one connection."""

    def __init__(self, port: int, paths: list[str], pids: Sequence[int] = ()) -> None:
        self.waited: list[float] = []
        self.worked: list[float] = []
        """Processor time of the processes `pids`: what remains of a wait without neighbours."""
        with socket.create_connection(("127.0.0.1", port)) as connection:
            for path in paths:
                worked, started = _worked(pids), time.perf_counter()
                connection.sendall(f"GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n".encode())
                _read_answer(connection, path)
                self.waited.append(1000 * (time.perf_counter() - started))
                self.worked.append((_worked(pids) - worked) / 1e6)


def quantile(values: list[float], share: float) -> float:
    """Return the value that so many of the values do not exceed."""
    return sorted(values)[max(0, int(len(values) * share) - 1)]


def _worked(pids: Sequence[int]) -> int:
    """Return the nanoseconds that the main threads of processes have run, as Linux counts them."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in pids)


def _read_answer(connection: socket.socket, path: str) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(1 << 18)
    head, _, body = data.partition(b"\r\n\r\n")
    if head[9:12] != b"200":
        raise RuntimeError(f"{path}: {head[:40]!r} {body[:200]!r}")
    start = head.find(b"content-length: ") + 16
    length = int(head[start:].split(b"\r\n")[0])
    received = len(body)
    while received < length:
        received += len(connection.recv(1 << 18))
