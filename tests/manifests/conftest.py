"""Both overlays, rendered by kubectl with the example's secrets."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from rendering import Overlay, render


@pytest.fixture(scope="session", params=["production", "local"])
def overlay(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Overlay:
    return render(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Overlay:
    return render("production", tmp_path_factory.mktemp("production"))
