"""Each container's command starts with exactly its manifest's environment, answers, and stops.

Real servers stand for those of the cluster; addresses, the port and the image's folders are
translated, nothing else is added.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from rendering import ROOT, Overlay, Workload, mentioned, outcome

from devstack.background import in_background
from devstack.processes.ports import free_port
from devstack.servers.database import READER, WRITER
from devstack.stack import Stack, stack_in
from events.topology import USERS

DEPLOYMENTS = (
    "api",
    "cache-warmer",
    "ingest-downloads",
    "ingest-github",
    "scorer",
    "security-scan",
    "website",
)
FORTY_SECONDS = 40


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with in_background(stack_in(tmp_path_factory.mktemp("stack"), services=())) as running:
        with psycopg.connect(running.database.url(WRITER)) as database:
            # The api is ready for visitors only where something was published.
            database.execute("update publication set generation = 1, data_through = current_date")
        yield running


class Cluster:
    """Translates a manifest's environment to the servers of this machine."""

    def __init__(self, stack: Stack, temporary: Path) -> None:
        self.stack = stack
        self.port = free_port()
        nats, database, valkey = (
            urlsplit(each) for each in (stack.nats_url, stack.database.url(READER), stack.redis_url)
        )
        self._places = {
            "/tmp/": f"{temporary}/",  # first: the checkout itself may lie there
            "/app/": f"{ROOT}/",
            "nats:4222": nats.netloc.rpartition("@")[2],
            "postgres-rw:5432": database.netloc.rpartition("@")[2],
            "postgres-ro:5432": database.netloc.rpartition("@")[2],
            "valkey:6379": valkey.netloc.rpartition("@")[2],
        }
        self._secrets = {
            **{(user.name, "NATS_PASSWORD"): stack.nats_password(user.name) for user in USERS},
            ("scorer", "POSTGRES_PASSWORD"): stack.database.passwords[WRITER],
            ("api", "POSTGRES_PASSWORD"): stack.database.passwords[READER],
            ("operator", "POSTGRES_PASSWORD"): stack.database.passwords[READER],
            ("api", "VALKEY_PASSWORD"): valkey.password or "",
            ("cache-warmer", "VALKEY_PASSWORD"): valkey.password or "",
            ("api", "WARM_TOKEN"): "token",
            ("cache-warmer", "WARM_TOKEN"): "token",
        }

    def environment(self, workload: Workload) -> dict[str, str]:
        """Return the container's environment as a kubelet would make it."""
        made: dict[str, str] = {}
        for each in workload.environment:
            value = self._value(each)
            if value is not None:
                for name in mentioned(value):
                    value = value.replace(f"$({name})", made[name])
                made[each["name"]] = value
        if "HTTP_PORT" in made:
            made["HTTP_PORT"] = str(self.port)
        if "METRICS_PORT" in made:
            made["METRICS_PORT"] = str(free_port())
        return made

    def _value(self, variable: dict) -> str | None:
        reference = variable.get("valueFrom", {}).get("secretKeyRef")
        if reference is not None:
            known = self._secrets.get((reference["name"], reference["key"]))
            assert known is not None or reference.get("optional"), reference
            return known
        value = variable.get("value") or ""
        for name, place in self._places.items():
            value = value.replace(name, place)
        return value


@pytest.fixture
def cluster(stack: Stack, tmp_path: Path) -> Cluster:
    return Cluster(stack, tmp_path)


@contextmanager
def started(
    workload: Workload, environment: dict[str, str], folder: Path
) -> Iterator[subprocess.Popen]:
    assert workload.command[0] == "python"
    command = [sys.executable, "-B", *workload.command[1:]]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=empty(folder), stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def empty(folder: Path) -> Path:
    place = folder / "app"
    place.mkdir(exist_ok=True)
    return place


def answers(url: str, seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            if httpx.get(url, timeout=3).status_code < 400:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    return False


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployments_container_starts_answers_its_probes_and_obeys_sigterm(
    name: str, production: Overlay, cluster: Cluster, tmp_path: Path
) -> None:
    (workload,) = [each for each in production.deployments if each.name == name]
    with started(workload, cluster.environment(workload), tmp_path) as process:
        for kind in ("startup", "readiness", "liveness"):
            path = workload.container[f"{kind}Probe"]["httpGet"]["path"]
            url = f"http://127.0.0.1:{cluster.port}{path}"
            assert answers(url, FORTY_SECONDS), (kind, (tmp_path / "log").read_text()[-2000:])
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(workload.pod["terminationGracePeriodSeconds"])
        assert process.returncode in (0, -signal.SIGTERM), (tmp_path / "log").read_text()[-2000:]
        assert time.monotonic() - asked < FORTY_SECONDS
    assert not list((tmp_path / "app").iterdir()), (
        "something was written outside the temporary folder"
    )


def test_all_deployments_are_tried(production: Overlay) -> None:
    assert {each.name for each in production.deployments} == set(DEPLOYMENTS)


@pytest.mark.parametrize("name", ["migrations", "bootstrap", "operate"])
def test_a_job_ends_well_and_may_be_run_again(
    name: str, production: Overlay, cluster: Cluster, tmp_path: Path
) -> None:
    (workload,) = [each for each in production.workloads if each.name == name]
    environment = cluster.environment(workload)
    if name == "bootstrap":  # one server stands for three
        environment["NATS_REPLICAS"] = "1"
    command = [sys.executable, "-B", *workload.command[1:]]
    ended = outcome(*command, env=environment, cwd=empty(tmp_path))
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert not list((tmp_path / "app").iterdir())
