"""Ports of the loopback interface: free ones for the servers, a clear word on a taken one."""

import json
import random
import socket
from collections.abc import Iterable
from pathlib import Path

import psutil

from devstack.failure import StackError
from devstack.processes.port_claims import claim

INTERNAL = range(20000, 32000)
"""Below the range from which Linux takes ports of outgoing connections, so that a server that
is started again finds its port free."""


def internal_ports(names: Iterable[str], remembered: Path) -> dict[str, int]:
    """Return each name a port nobody listens on, the one of last time where it is still free."""
    before = _read(remembered)
    ports: dict[str, int] = {}
    for name in names:
        last = before.get(name)
        keeps = last is not None and last not in ports.values() and _may_have(last)
        ports[name] = last if last is not None and keeps else free_port(ports.values())
    remembered.write_text(json.dumps(before | ports))
    return ports


def free_port(besides: Iterable[int] = ()) -> int:
    """Return a port nobody listens on or has claimed, other than those; it is this process's."""
    taken = set(besides)
    for port in random.sample(INTERNAL, k=200):
        if port not in taken and _may_have(port):
            return port
    raise StackError(f"no free port between {INTERNAL.start} and {INTERNAL.stop} on 127.0.0.1")


def _may_have(port: int) -> bool:
    return is_free("127.0.0.1", port) and claim(port)


def is_free(host: str, port: int) -> bool:
    """Say whether one may listen there now."""
    try:
        _listen(host, port)
    except OSError:
        return False
    return True


def require_free(host: str, port: int) -> None:
    """Raise StackError, with who holds the port where that can be seen, unless it is free."""
    try:
        _listen(host, port)
    except PermissionError:
        raise StackError(
            f"port {port} may not be used by this user; choose another with PORT="
        ) from None
    except OSError as error:
        if error.errno is None or "in use" not in str(error):
            raise StackError(f"cannot listen on {host}:{port}: {error.strerror}") from error
        raise StackError(
            f"port {port} is already in use{_holder(port)}; choose another with PORT="
        ) from None
    if host in ("127.0.0.1", "0.0.0.0") and _answers("::1", port):  # noqa: S104 - compared only
        raise StackError(  # a browser would meet that one at http://localhost
            f"port {port} is already in use{_holder(port)}; choose another with PORT="
        )


def _listen(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        probe.listen(1)


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            at_port = connection.laddr and connection.laddr.port == port
            if connection.status == psutil.CONN_LISTEN and at_port and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""


def _read(file: Path) -> dict[str, int]:
    try:
        return {str(name): int(port) for name, port in json.loads(file.read_text()).items()}
    except (OSError, ValueError, AttributeError):
        return {}
