"""Many packages at once, over HTTP."""

import logging
from typing import Any

import pytest

LIST = """\
requests==2.31.0
urllib3>=2
quiet-lib
reqeusts
left-pypi
no-such-name==1
-r more.txt
"""


async def looked_up(api: Any, text: str = LIST) -> Any:
    response = await api.client.post("/api/packages/lookup", content=text)
    assert response.status_code == 200, response.text
    return response.json()


async def test_what_deserves_a_look_comes_first(api: Any) -> None:
    answer = await looked_up(api)
    found = [
        (each["name"], [reason["rule"] for reason in each["attention"]])
        for each in answer["packages"]
    ]
    assert found[:3] == [
        ("reqeusts", ["malicious", "no_licence"]),
        ("no-such-name", ["unknown"]),
        ("left-pypi", ["gone", "no_licence"]),
    ]
    assert dict(found)["urllib3"] == ["grave_advisory"]
    assert dict(found)["quiet-lib"][0] == "ended"
    assert answer["unread"] == [
        {"line": 7, "text": "-r more.txt", "reason": "it names another file, which is not here"}
    ]


async def test_advisories_are_those_of_the_version_that_is_pinned(api: Any) -> None:
    async def advisories(text: str) -> list[str]:
        (found,) = (await looked_up(api, text))["packages"]
        return [each["id"] for each in found["security"]["advisories"]]

    assert await advisories("requests==2.31.0") == ["GHSA-1111"]
    assert await advisories("requests==2.32.0") == []
    assert await advisories("requests") == []


async def test_a_release_that_was_withdrawn_is_told(
    own_world: str, owner: Any, settings_for: Any, start_api: Any
) -> None:
    await owner.execute(
        'update packages set releases = \'[{"version": "2.33.0", "yanked": true}]\''
        " where name = 'requests'"
    )
    async with start_api(settings_for(own_world)) as running:
        found = (await looked_up(running, "requests==2.33.0\nrequests==2.34.0"))["packages"]
    assert [(each["asked"]["version"], each["yanked"]) for each in found] == [
        ("2.33.0", True),
        ("2.34.0", False),
    ]


async def test_the_path_stays_the_page_of_a_package_for_readers(api: Any) -> None:
    assert (await api.get("/api/packages/lookup")).status_code == 404
    assert (await api.client.post("/api/packages/requests", content="x")).status_code == 405
    assert (await api.client.put("/api/packages/lookup", content="x")).status_code == 405


async def test_other_sites_may_ask_too_and_nothing_is_kept(api: Any) -> None:
    allowed = await api.client.options("/api/packages/lookup")
    assert "POST" in allowed.headers["access-control-allow-methods"]
    answer = await api.client.post("/api/packages/lookup", content="requests")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-store"
    assert "ratelimit" in answer.headers


async def test_what_is_pasted_is_not_written_to_the_log(
    api: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        await looked_up(api, "secret-internal-name==1")
    assert "secret-internal-name" not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * (2**20 + 1), "text/plain", 413),
        (b'{"names": 1}', "application/json", 422),
        (b"\xff", "text/plain", 422),
        ("\n".join(f"n{number}" for number in range(1001)).encode(), "text/plain", 422),
        (b"", "text/plain", 200),
        (b"\x00\x01", "text/plain", 200),
    ],
)
async def test_odd_bodies_get_a_clear_answer(api: Any, body: bytes, kind: str, status: int) -> None:
    headers = {"content-type": kind}
    answer = await api.client.post("/api/packages/lookup", content=body, headers=headers)
    assert answer.status_code == status, answer.text


async def test_names_choose_packages_in_their_order(api: Any) -> None:
    found = await api.json("/api/packages?names=urllib3,Nothing,Requests,urllib3,reqeusts")
    assert [each["name"] for each in found["packages"]] == ["urllib3", "requests", "reqeusts"]
    assert (found["missing"], found["total"], found["next"]) == (["nothing"], 3, None)


async def test_names_go_alone_and_have_a_bound(api: Any) -> None:
    assert (await api.get("/api/packages?names=requests&sort=stars")).status_code == 422
    many = ",".join(f"a-name-of-some-length-{number}" for number in range(100))
    assert len((await api.json(f"/api/packages?names={many}"))["missing"]) == 100
    assert (await api.get(f"/api/packages?names={many},b")).status_code == 422
    assert (await api.get("/api/packages?names=,")).status_code == 422
