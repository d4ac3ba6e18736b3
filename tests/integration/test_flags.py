"""A package that a source calls malicious leaves every list within one run, and comes back."""

import json
import zipfile
from pathlib import Path

from visitors import CHROMIUM, LAST, collect, names_in_lists, shown, words_of

from devstack.stack import Stack
from events import RunKind

VICTIM = "flask"
RECORD = {
    "id": "MAL-2026-999999",
    "modified": "2026-11-22T10:00:00Z",
    "published": "2026-11-22T09:00:00Z",
    "summary": "Malicious code in flask (an invented record)",
    "details": "Sends the environment away when it is imported.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": VICTIM},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        }
    ],
}


async def test_a_flag_takes_a_package_out_of_every_list_and_its_lifting_brings_it_back(
    changing: tuple[Stack, Path],
) -> None:
    stack, archive = changing
    for kind in (RunKind.DOWNLOADS, RunKind.METADATA, RunKind.SECURITY):
        generation = await collect(stack, kind)
    assert VICTIM in await names_in_lists(stack, generation)

    clean = archive.read_bytes()
    with zipfile.ZipFile(archive, "a") as members:
        members.writestr(f"{RECORD['id']}.json", json.dumps(RECORD))
    generation = await collect(stack, RunKind.SECURITY)
    assert VICTIM not in await names_in_lists(stack, generation)
    package = await shown(stack, f"/api/packages/{VICTIM}", generation)
    assert package["security"]["status"] == "malicious"
    (finding,) = [each for each in package["security"]["findings"] if each["kind"] == "malicious"]
    assert (finding["id"], finding["source"]) == (RECORD["id"], "osv")
    search = await shown(stack, f"/api/search?q={VICTIM}", generation)
    assert (search["packages"][0]["name"], search["packages"][0]["security"]["status"]) == (
        VICTIM,
        "malicious",
    )
    if CHROMIUM.exists():
        words = await words_of(stack, VICTIM)
        assert words.lower().index("malicious") < words.index("Downloads over time")
        assert str(RECORD["id"]) in words

    archive.write_bytes(clean)
    generation = await collect(stack, RunKind.SECURITY)
    assert VICTIM in await names_in_lists(stack, generation)
    package = await shown(stack, f"/api/packages/{VICTIM}", generation)
    assert package["security"]["status"] != "malicious"
    (lifted,) = package["security"]["history"]
    assert (lifted["id"], lifted["lifted"]) == (RECORD["id"], str(LAST))
