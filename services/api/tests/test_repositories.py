"""What a package's page tells of its repository."""

from typing import Any

import pytest


@pytest.mark.parametrize(("name", "shared_by"), [("requests", 3), ("urllib3", None)])
async def test_how_many_packages_name_the_repository_is_told_where_it_was_counted(
    api: Any, name: str, shared_by: int | None
) -> None:
    repository = (await api.json(f"/api/packages/{name}"))["repository"]
    assert repository["shared_by"] == shared_by
