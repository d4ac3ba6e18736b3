"""Each image holds its service and no more: the Dockerfile's own lines, done without Docker."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rendering import PROGRAMS, ROOT, outcome

DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES = re.findall(r"^FROM common AS service-(\S+)$", DOCKERFILE, re.MULTILINE)
PACKAGES = {
    "api": "api.app, api.website",
    "cache-warmer": "cache_warmer.app",
    "ingest-downloads": "ingest_downloads.app",
    "ingest-github": "ingest_github.app",
    "operate": "operate.cli",
    "scorer": "scorer.app, scorer.migrate, servicekit.bootstrap",
    "security-scan": "security_scan.app",
}
"""Image to what its containers start from."""

DEVELOPMENT = ("pytest", "mypy", "chdb", "devstack", "simulators", "playwright", "hypothesis")


def copied(stage: str) -> list[tuple[Path, str]]:
    """Return what a stage copies from the checkout: source and target."""
    begin = re.search(rf"^FROM \S+ AS {re.escape(stage)}$", DOCKERFILE, re.MULTILINE)
    assert begin is not None, stage
    lines = DOCKERFILE[begin.end() :].partition("\nFROM ")[0]
    pairs = re.findall(r"^COPY (?!--from)(\S+) (\S+)$", lines, re.MULTILINE)
    return [(ROOT / source, target) for source, target in pairs]


@pytest.fixture(scope="module", params=SERVICES)
def image(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out as the image: /app, and an environment from the service's own lock."""
    service, folder = request.param, tmp_path_factory.mktemp(request.param)
    without_caches = shutil.ignore_patterns("__pycache__", ".*")
    for source, target in [*copied("common"), *copied(f"service-{service}")]:
        shutil.copytree(source, folder / "app" / target, dirs_exist_ok=True, ignore=without_caches)
    lock = ROOT / "deploy" / "requirements" / f"{service}.lock"
    environment = folder / "venv"
    uv = PROGRAMS / "uv"
    made = outcome(uv, "venv", "-q", "--python", sys.executable, environment)
    assert made.returncode == 0, made.stderr
    hashed = ("--require-hashes", "--only-binary", ":all:", "--no-deps")
    certificates = Path("/etc/ssl/certs/ca-certificates.crt")
    trusting = ["--system-certs"] if certificates.exists() else []
    installed = outcome(
        uv, "pip", "install", "-q", *trusting, "--python", environment, *hashed, "-r", lock
    )
    assert installed.returncode == 0, installed.stderr
    whole = outcome(uv, "pip", "check", "--python", environment)
    assert whole.returncode == 0, whole.stderr
    return folder


def python(image: Path, code: str) -> "subprocess.CompletedProcess[str]":
    clean = {"PYTHONPATH": "src", "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    interpreter = image / "venv" / "bin" / "python"
    return outcome(interpreter, "-W", "error", "-c", code, cwd=image / "app", env=clean)


def test_every_service_has_an_image_and_a_lock() -> None:
    services = {folder.name for folder in (ROOT / "services").iterdir()}
    assert set(SERVICES) == services | {"operate"} == set(PACKAGES)
    locks = {file.stem for file in (ROOT / "deploy" / "requirements").glob("*.lock")}
    assert locks == set(SERVICES)


def test_a_service_starts_with_only_its_own_lock(image: Path) -> None:
    service = next(name for name in SERVICES if image.name.startswith(f"{name}0"))
    started = python(image, f"import {PACKAGES[service]}")
    assert started.returncode == 0, started.stderr

    own = PACKAGES[service].partition(".")[0]
    others = {names.partition(".")[0] for names in PACKAGES.values()} - {own}
    unwanted = sorted(others | set(DEVELOPMENT))
    found = python(
        image,
        f"import importlib.util as u; print([n for n in {unwanted} if u.find_spec(n)])",
    )
    assert found.stdout.strip() == "[]", f"{service} can reach {found.stdout}"


def test_the_locks_agree_with_what_was_tested() -> None:
    tested = pins(ROOT / "requirements.lock")
    for service in SERVICES:
        shipped = pins(ROOT / "deploy" / "requirements" / f"{service}.lock")
        assert shipped.items() <= tested.items(), f"{service}: run `make lock`"


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+(?:\[\S+\])?)==(\S+)", lock.read_text(), re.MULTILINE))


def test_the_user_is_the_one_the_manifests_ask_for() -> None:
    assert DOCKERFILE.rstrip().endswith("USER 10001:10001")


def test_no_image_is_named_without_its_digest() -> None:
    sources = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert set(sources) == {"${PYTHON_IMAGE}", "common", "service-${SERVICE}"}
    assert not re.search(r"^ARG PYTHON_IMAGE=", DOCKERFILE, re.MULTILINE)
