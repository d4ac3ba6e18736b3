"""A night in which a package is quarantined, one archived, one reported, as PyPI and OSV tell."""

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from visitors import CHROMIUM, LAST, collect, names_in_lists, shown, words_of

from devstack.stack import Stack
from events import RunKind

QUARANTINED, ARCHIVED, REPORTED = "rich", "click", "flask"
SIMPLE = {"accept": "application/vnd.pypi.simple.v1+json"}
REPORT = {
    "id": "MAL-2026-999998",
    "modified": "2026-11-22T10:00:00Z",
    "published": "2026-11-22T09:00:00Z",
    "summary": "Malicious code in flask (an invented record)",
    "details": "Sends the environment away when it is imported.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": REPORTED},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        }
    ],
}


@pytest.fixture
def pypi(changing: tuple[Stack, Path]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=changing[0].sources.pypi, timeout=30) as client:
        yield client


def tell(pypi: httpx.Client, name: str, **page: Any) -> None:
    """Have PyPI tell of a project on its Simple page; its document and serial stay."""
    document = pypi.get(f"/pypi/{name}/json").json()
    simple = pypi.get(f"/simple/{name}/", headers=SIMPLE).json() | page
    line = json.dumps({"name": name, "json": document, "simple": simple})
    pypi.post("/__documents__", content=line).raise_for_status()


async def test_a_night_tells_quarantine_archiving_and_malware_for_what_they_are(
    changing: tuple[Stack, Path], pypi: httpx.Client
) -> None:
    stack, archive = changing
    for kind in (RunKind.DOWNLOADS, RunKind.METADATA, RunKind.SECURITY):
        generation = await collect(stack, kind)
    assert {QUARANTINED, ARCHIVED, REPORTED} <= await names_in_lists(stack, generation)

    held = {"status": "quarantined", "reason": "reported as malware"}
    tell(pypi, QUARANTINED, files=[], versions=[], **{"project-status": held})
    tell(pypi, ARCHIVED, **{"project-status": {"status": "archived"}})
    assert pypi.get(f"/pypi/{QUARANTINED}/json").status_code == 404
    with zipfile.ZipFile(archive, "a") as members:
        members.writestr(f"{REPORT['id']}.json", json.dumps(REPORT))
    await collect(stack, RunKind.METADATA, LAST + timedelta(days=1))
    generation = await collect(stack, RunKind.SECURITY)

    listed = await names_in_lists(stack, generation)
    assert not {QUARANTINED, REPORTED} & listed
    told = {
        name: await shown(stack, f"/api/packages/{name}", generation)
        for name in (QUARANTINED, ARCHIVED, REPORTED)
    }
    assert {name: page["security"]["status"] for name, page in told.items()} | {ARCHIVED: ""} == {
        QUARANTINED: "quarantined",
        ARCHIVED: "",
        REPORTED: "malicious",
    }
    quarantined = told[QUARANTINED]
    assert quarantined["gone_since"] is None
    assert quarantined["security"]["safe_version"] is None
    assert told[ARCHIVED]["project_status"] == "archived"
    assert told[ARCHIVED]["gone_since"] is None
    if CHROMIUM.exists():
        assert "quarantined by pypi" in (await words_of(stack, QUARANTINED)).lower()
        assert "archived" in (await words_of(stack, ARCHIVED)).lower()
        assert "malicious" in (await words_of(stack, REPORTED)).lower()
