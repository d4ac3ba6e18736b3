"""Compose and systemd run what the cluster runs: checked by their own programs, or by rule."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from rendering import ROOT, outcome

from devstack.codegen.one_host.parts import jobs, scheduler, services
from devstack.servers.embedded import nats_binary
from devstack.settings import SERVICES

COMPOSE, SYSTEMD = ROOT / "deploy" / "compose", ROOT / "deploy" / "systemd"
WHOLE: dict[str, Any] = yaml.safe_load((COMPOSE / "compose.yaml").read_text())
OURS = [part.name for part in [*jobs(), *services(), scheduler()]]
STORES = ("postgres", "nats", "valkey")
UNITS = sorted(SYSTEMD.glob("pypi-stats*"))
MOST_EXPOSED = 15
"""Tenths of systemd's own figure of exposure, of 100, that a unit of ours may have."""


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets")
    made = outcome("sh", COMPOSE / "secrets.sh", folder)
    assert made.returncode == 0, made.stderr
    return folder


def test_all_that_runs_in_the_cluster_runs_in_compose() -> None:
    assert set(WHOLE["services"]) == {*OURS, *STORES, "backup"}
    assert {*SERVICES} < set(OURS)


@pytest.mark.parametrize("name", [*OURS, *STORES, "backup"])
def test_no_container_may_do_more_than_run(name: str) -> None:
    each = WHOLE["services"][name]
    assert each["read_only"] is True
    assert each["cap_drop"] == ["ALL"]
    assert each["security_opt"] == ["no-new-privileges:true"]
    assert each["mem_limit"] and each["pids_limit"]
    assert each["image"].startswith("${IMAGE_"), "by what .env names, which is a digest"
    assert each["logging"]["options"].keys() == {"max-size", "max-file"}
    if name in OURS:
        assert each["user"] == "10001:10001"


@pytest.mark.parametrize("name", [*SERVICES, "scheduler", *STORES])
def test_what_stays_up_is_asked_for_its_health_and_started_again(name: str) -> None:
    each = WHOLE["services"][name]
    assert each["restart"] == "unless-stopped"
    assert each["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_no_password_stands_in_a_variable_and_only_the_site_is_reached_from_this_machine() -> None:
    for name, each in WHOLE["services"].items():
        for variable, value in each.get("environment", {}).items():
            assert "PASSWORD" not in variable or variable.endswith("_FILE"), name
            assert "@" not in value, f"{name} {variable}: an address with a login"
        assert all(port.startswith("127.0.0.1:") for port in each.get("ports", []))
    published = [name for name, each in WHOLE["services"].items() if "ports" in each]
    assert published == ["api"]


def test_the_stores_cannot_be_reached_from_elsewhere() -> None:
    assert WHOLE["networks"]["inside"] == {"internal": True}
    for name in STORES:
        assert WHOLE["services"][name]["networks"] == ["inside"]


def test_every_secret_that_is_mounted_is_made_by_the_script(secrets: Path) -> None:
    for name, secret in WHOLE["secrets"].items():
        assert (secrets / secret["file"].removeprefix("./secrets/")).is_file(), name
    mounted = {
        source if isinstance(source, str) else source["source"]
        for each in WHOLE["services"].values()
        for source in each.get("secrets", [])
    }
    assert mounted == set(WHOLE["secrets"])
    url = (secrets / "scorer" / "database_url").read_text()
    assert re.fullmatch(r"postgresql://scorer:p[0-9a-f]{48}@postgres:5432/pypi_stats", url)


def test_the_script_keeps_its_words_and_takes_what_was_given(tmp_path: Path) -> None:
    subprocess.run(["sh", COMPOSE / "secrets.sh", tmp_path], check=True)
    before = (tmp_path / "scorer" / "database_url").read_text()
    (tmp_path / "words" / "GITHUB_TOKENS").write_text("one,two")
    subprocess.run(["sh", COMPOSE / "secrets.sh", tmp_path], check=True)
    assert (tmp_path / "scorer" / "database_url").read_text() == before
    assert (tmp_path / "ingest-github" / "github_tokens").read_text() == "one,two"


def test_settings_are_read_from_files_as_a_container_or_a_unit_has_them(secrets: Path) -> None:
    code = (
        "from scorer.settings import Settings as S; from operate.settings import Settings as O;"
        "print(S().database_url.get_secret_value(), O().nats_password.get_secret_value())"
    )
    for variable in ("SECRETS_DIR", "CREDENTIALS_DIRECTORY"):
        environment = {**os.environ, variable: str(secrets / "scorer")}
        told = subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        assert told[0] == (secrets / "scorer" / "database_url").read_text()
        assert told[1] == (secrets / "scorer" / "nats_password").read_text()


@pytest.mark.parametrize("form", ["compose", "systemd"])
def test_the_bus_takes_its_passwords_from_the_file_beside_its_configuration(
    form: str, secrets: Path, tmp_path: Path
) -> None:
    shutil.copy(secrets / "nats" / "passwords.conf", tmp_path)
    shutil.copy(ROOT / "deploy" / form / "nats.conf", tmp_path / "whole.conf")
    known = {"SERVER_NAME": "one", "JETSTREAM_MAX_FILE": "20GB", "PATH": os.environ["PATH"]}
    checked = outcome(nats_binary(), "-t", "-c", tmp_path / "whole.conf", env=known)
    assert checked.returncode == 0, checked.stderr + checked.stdout


def test_compose_itself_takes_the_file(tmp_path: Path, secrets: Path) -> None:
    if outcome("docker", "compose", "version").returncode:
        pytest.skip("no `docker compose` here")
    folder = tmp_path / "deploy" / "compose"
    shutil.copytree(COMPOSE, folder)
    shutil.copy(COMPOSE / "env.example", folder / ".env")
    shutil.copy(COMPOSE / "settings.env.example", folder / "settings.env")
    shutil.copytree(secrets, folder / "secrets", dirs_exist_ok=True)
    checked = outcome("docker", "compose", "config", "--quiet", cwd=folder)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_all_that_runs_in_the_cluster_has_a_unit() -> None:
    assert {f"pypi-stats-{name}.service" for name in OURS} < {file.name for file in UNITS}


@pytest.mark.parametrize("file", [each for each in UNITS if each.suffix == ".service"], ids=str)
def test_no_unit_may_do_more_than_run(file: Path) -> None:
    text = file.read_text()
    for wanted in (
        "User=pypi-stats",
        "NoNewPrivileges=yes",
        "PrivateTmp=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "CapabilityBoundingSet=\n",
        "MemoryMax=",
    ):
        assert wanted in text, wanted
    assert "PASSWORD" not in text


@pytest.fixture
def placed(tmp_path: Path) -> list[Path]:
    """The units with programs of this machine in the place of those they name."""
    for file in UNITS:
        text = re.sub(r"ExecStart=/\S+", f"ExecStart={sys.executable}", file.read_text())
        (tmp_path / file.name).write_text(text)
    (tmp_path / "postgresql.service").write_text("[Service]\nExecStart=/bin/true\n")
    return [tmp_path / file.name for file in UNITS]


def test_systemd_itself_takes_the_units(placed: list[Path]) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    known = {**os.environ, "SYSTEMD_UNIT_PATH": f"{placed[0].parent}:"}
    checked = outcome("systemd-analyze", "verify", "--man=no", *placed, env=known)
    ours = [line for line in checked.stderr.splitlines() if "pypi-stats" in line]
    assert (checked.returncode, ours) == (0, [])


def test_systemd_finds_little_exposed(placed: list[Path]) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd here")
    for unit in placed:
        if unit.suffix == ".service":
            bound = f"--threshold={MOST_EXPOSED}"
            checked = outcome("systemd-analyze", "security", "--offline=true", bound, unit)
            assert checked.returncode == 0, checked.stdout[-400:]
