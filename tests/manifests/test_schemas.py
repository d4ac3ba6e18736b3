"""What is rendered is what a cluster takes: schemas of its own kinds and of the operators'."""

import shutil
from pathlib import Path

import kubernetes_validate
import pytest
from rendering import K8S, PROGRAMS, ROOT, Overlay, outcome

OLDEST_KUBERNETES = "1.30"
"""As deploy/k8s/README.md promises."""

CRDS = Path(__file__).parent / "crds"


def custom(resource: dict) -> bool:
    group = resource["apiVersion"].partition("/")[0]
    return "." in group and not group.endswith(".k8s.io")


@pytest.mark.parametrize("version", [OLDEST_KUBERNETES, kubernetes_validate.latest_version()])
def test_every_resource_fits_the_schema_of_the_cluster(overlay: Overlay, version: str) -> None:
    own = [each for each in overlay.resources if not custom(each)]
    assert len(own) > 40
    for resource in own:
        kubernetes_validate.validate(resource, version, strict=True)


@pytest.fixture(scope="session")
def schemas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script beside its packages, installed from the lock into a folder of its own."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed: the custom resources' schemas are not checked")
    folder = tmp_path_factory.mktemp("crds")
    for name in ("package.json", "package-lock.json", "validate.mjs"):
        shutil.copy(CRDS / name, folder)
    installed = outcome(npm, "ci", "--no-audit", "--no-fund", cwd=folder)
    if installed.returncode:
        pytest.skip(f"npm cannot install the schemas here: {installed.stderr[-300:]}")
    return folder / "validate.mjs"


def test_every_custom_resource_fits_its_operators_schema(overlay: Overlay, schemas: Path) -> None:
    checked = outcome("node", schemas, overlay.file)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    expected = [each for each in overlay.resources if custom(each)]
    assert len(checked.stdout.splitlines()) == len(expected) > 0


def test_the_files_keep_one_style() -> None:
    rules = Path(__file__).parent / "yamllint.yaml"
    places = [K8S, ROOT / "deploy" / "grafana"]
    linted = outcome(PROGRAMS / "yamllint", "-s", "-c", rules, *places)
    assert linted.returncode == 0, linted.stdout


def test_the_dockerfile_has_no_known_fault() -> None:
    linted = outcome(PROGRAMS / "hadolint", ROOT / "Dockerfile")
    assert linted.returncode == 0, linted.stdout
