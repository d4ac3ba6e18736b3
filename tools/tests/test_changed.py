"""Before a commit the tests of what changed run, and not those of everything."""

from pathlib import Path

import pytest

from checks.changed import affected_tests


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("services/api/tests", "libs/events/src", "tools/tests"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tools/tests/test_child.py").touch()
    (tmp_path / "services/api/tests/test_lists.py").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("files", "run"),
    [
        (["services/api/src/api/app.py"], ["services/api/tests"]),
        (
            ["services/api/src/api/app.py", "services/api/tests/test_lists.py"],
            ["services/api/tests"],
        ),
        (["services/api/tests/test_lists.py"], ["services/api/tests/test_lists.py"]),
        (["tools/tests/test_child.py"], ["tools/tests/test_child.py"]),
        (["tools/tests/test_deleted.py"], []),
        (["libs/events/src/events/runs.py", "README.md", "frontend/index.html"], []),
    ],
)
def test_changed_files_lead_to_their_own_tests(
    checkout: Path, files: list[str], run: list[str]
) -> None:
    assert affected_tests(files, checkout) == run
