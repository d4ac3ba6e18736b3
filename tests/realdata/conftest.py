"""Real download counts and recorded answers, where they lie beside the checkout."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def daily_counts() -> Path:
    file = DATA / "downloads" / "daily_2026-02-22_2026-06-30.parquet"
    if not file.exists():
        pytest.skip("the real data sets are not beside this checkout")
    return file


@pytest.fixture(scope="session")
def recordings() -> Path:
    """The folder of what PyPI and GitHub have answered."""
    if not (DATA / "pypi").is_dir():
        pytest.skip("the real data sets are not beside this checkout")
    return DATA
