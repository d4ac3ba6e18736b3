"""The simulators as a child process, for tests that need real sources that fail on demand."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SOURCES = ("clickhouse", "bigquery", "pypi", "github", "osv")
STOP_SECONDS = 30
"""More than enough for a server on a busy machine to stop, or to answer a control address."""


class Playing:
    """A running server: where each source is, and the controls of its port."""

    def __init__(self, addresses: dict[str, str], process: "subprocess.Popen[str]") -> None:
        self.addresses = addresses
        self.process = process

    def break_down(self, source: str, *rules: dict[str, Any]) -> None:
        """Put fault rules in force at a source."""
        self._control(source, "/__faults__", "POST", list(rules))

    def mend(self, source: str) -> None:
        """Clear the fault rules of a source."""
        self._control(source, "/__faults__", "DELETE")

    def faults(self, source: str) -> list[dict[str, Any]]:
        """The rules in force, with their hits."""
        rules: list[dict[str, Any]] = self._control(source, "/__faults__", "GET")
        return rules

    def publish(self, source: str, *lines: dict[str, Any]) -> None:
        """Change documents: lines of the source's file, each in the place of the one before."""
        self._control(source, "/__documents__", "POST", b"\n".join(map(_line, lines)))

    def requests(self, source: str) -> dict[str, int]:
        """How many requests ended with which status."""
        counts: dict[str, int] = self._control(source, "/__requests__", "GET")
        return counts

    def forget_requests(self, source: str) -> None:
        """Count requests from nothing again."""
        self._control(source, "/__requests__", "DELETE")

    def move_clock(self, source: str, **change: float) -> float:
        """Change the simulated time (`advance`, `reach` or `speed`); gives the time now."""
        now: float = self._control(source, "/__clock__", "POST", change)["now"]
        return now

    def _control(self, source: str, path: str, method: str, body: Any = None) -> Any:
        data = body if isinstance(body, bytes | None) else _line(body)
        request = urllib.request.Request(self.addresses[source] + path, data, method=method)
        with urllib.request.urlopen(request, timeout=STOP_SECONDS) as answer:
            return json.load(answer)


def _end(process: "subprocess.Popen[str]") -> None:
    """Stop the server; the engine may be in a query that nothing interrupts, so then kill it."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)


def _line(value: Any) -> bytes:
    return json.dumps(value).encode()


@contextmanager
def playing(
    data: Path, sources: Sequence[str] = SOURCES, options: Sequence[str] = ()
) -> Iterator[Playing]:
    """Play `sources` of a data set folder on free ports while the block runs."""
    ports = [word for name in sources for word in (f"--{name}-port", "0")]
    command = [sys.executable, "-m", "simulators", "--data", str(data), *ports, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Playing(_addresses(process, len(sources)), process)
        finally:
            _end(process)


def _addresses(process: "subprocess.Popen[str]", count: int) -> dict[str, str]:
    """The server prints a line for each source when it is ready to listen."""
    if process.stdout is None:
        raise RuntimeError("the simulators was started without a pipe")
    lines = [process.stdout.readline().partition(" ") for _ in range(count)]
    if not all(address for _, _, address in lines):
        raise RuntimeError(f"the simulators ended with status {process.wait(STOP_SECONDS)}")
    return {name: address.strip() for name, _, address in lines}
