"""Exports, feeds and badges, as the programs that read them do."""

import asyncio
import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import httpx
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.problems import InvalidRequestError
from api.lists.exports import SCHEMA
from api.site import badges

PACKAGES = 139
ATOM = "{http://www.w3.org/2005/Atom}"
SVG = "{http://www.w3.org/2000/svg}"


async def test_csv_and_json_lines_and_parquet_hold_the_same(api: Any) -> None:
    text = (await api.get("/api/export/packages.csv")).text
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text))}
    lines = (await api.get("/api/export/packages.json")).text.splitlines()
    documents = {each["name"]: each for each in map(json.loads, lines)}
    parquet = pq.read_table(io.BytesIO((await api.get("/api/export/packages.parquet")).content))
    table = {each["name"]: each for each in parquet.to_pylist()}
    assert len(rows) == len(documents) == len(table) == PACKAGES
    assert parquet.schema.names == SCHEMA.names == list(documents["requests"])
    assert parquet.schema.metadata[b"data_through"] == b"2026-06-30"
    for name, document in documents.items():
        assert table[name]["last_month"] == document["last_month"] == int(rows[name]["last_month"])
        assert table[name]["summary"] == document["summary"]
        assert (table[name]["summary"] or "") == rows[name]["summary"]
        assert table[name]["stars"] == document["stars"]
        assert table[name]["stale"] == document["stale"]
        assert str(table[name]["released"]) == str(document["released"])
    assert documents["tensorflow"]["topics"] == "machine-learning python"
    assert documents["reqeusts"]["security_status"] == "malicious"


async def test_a_spreadsheet_runs_nothing_of_a_csv_export(
    own_world: str, owner: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    # What OWASP lists under "CSV Injection"; a formula behind other text or a space does not run.
    run = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "="]
    left = ["a=1", " =1", "'=1", '"=1"', "", "1-1", "plain, with a comma\nand a line"]
    wanted = {f"text-{number}": words for number, words in enumerate(run + left)}
    await owner.executemany(
        "insert into packages (name, summary, first_seen) values ($1, $2, '2026-01-01')",
        list(wanted.items()),
    )
    await owner.execute("refresh materialized view package_list")
    async with start_api(settings_for(own_world)) as api:
        sheet = (await api.get("/api/export/packages.csv")).content.decode()
        parquet = (await api.get("/api/export/packages.parquet")).content
    rows = list(csv.DictReader(io.StringIO(sheet, newline="")))
    shown = {row["name"]: row["summary"] for row in rows}
    for name, words in wanted.items():
        assert shown[name] == ("'" + words if words in run else words)
    kept = {row["name"]: row["summary"] for row in pq.read_table(io.BytesIO(parquet)).to_pylist()}
    assert {name: kept[name] for name in wanted} == wanted
    for row in rows:
        float(row["momentum"] or 0)  # a falling number begins with - and stays a number


async def test_an_export_is_named_dated_and_validated(api: Any) -> None:
    answer = await api.client.head("/api/export/packages.csv")
    assert answer.status_code == 200 and answer.content == b""
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].endswith('"packages-2026-06-30.csv"')
    again = await api.get(
        "/api/export/packages.csv", headers={"if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304
    assert (await api.get("/api/export/packages.xlsx")).status_code == 422


async def test_an_export_is_compressed_on_its_way(api: Any) -> None:
    async with api.client.stream(
        "GET", "/api/export/packages.csv", headers={"accept-encoding": "gzip"}
    ) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert (await answer.aread()).startswith(b"name,display_name")


async def test_an_export_breaks_off_when_a_new_generation_comes(
    own_world: str, owner: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    await owner.execute(
        "insert into packages (name, summary, first_seen)"
        " select 'more-' || n, repeat('long words ', 40), '2026-01-01'"
        " from generate_series(1, 60000) n"
    )
    await owner.execute("refresh materialized view package_list")
    async with start_api(settings_for(own_world)) as api:
        with pytest.raises(httpx.RemoteProtocolError):
            async with api.client.stream("GET", "/api/export/packages.json") as answer:
                async for _ in answer.aiter_raw():
                    await owner.execute("update publication set generation = generation + 1")
                    await asyncio.sleep(0.05)


async def test_places_for_exports_are_counted_and_given_back(
    own_world: str, owner: Any, settings_for: Any, start_api: Any, empty_cache: Any
) -> None:
    await owner.execute(
        "insert into packages (name, summary, first_seen)"
        " select 'more-' || n, repeat('long words ', 40), '2026-01-01'"
        " from generate_series(1, 60000) n"
    )
    await owner.execute("refresh materialized view package_list")
    settings = settings_for(
        own_world, exports_at_once=1, export_timeout=3, rate_limit_exports="1000/minute"
    )
    async with start_api(settings) as api:
        async with api.client.stream("GET", "/api/export/packages.json") as standing_still:
            assert standing_still.status_code == 200
            second = await api.get("/api/export/packages.json")
            assert second.status_code == 503 and int(second.headers["retry-after"]) > 0
            for _ in range(50):  # the one that does not read is cut off when its time is up
                await asyncio.sleep(0.2)
                async with api.client.stream("GET", "/api/export/packages.csv") as another:
                    if another.status_code == 200:
                        return
        raise AssertionError("the place was not given back")


@pytest.mark.parametrize("feed", ["rising", "at-risk", "advisories"])
async def test_feeds_are_atom(api: Any, feed: str) -> None:
    answer = await api.get(f"/api/feeds/{feed}.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for required in ("id", "title", "updated"):
            (only,) = element.findall(f"{ATOM}{required}")
            assert only.text
        assert element.find(f"{ATOM}updated").text.endswith("+00:00")  # type: ignore[union-attr]
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    assert root.find(f"{ATOM}link[@rel='self']").get("href").endswith(f"/api/feeds/{feed}.atom")  # type: ignore[union-attr]
    identities = [each.text for each in root.findall(f"{ATOM}entry/{ATOM}id")]
    assert identities and len(set(identities)) == len(identities)


async def test_the_advisory_feed_is_newest_first(api: Any) -> None:
    root = ElementTree.fromstring((await api.get("/api/feeds/advisories.atom")).content)
    titles = [each.text for each in root.findall(f"{ATOM}entry/{ATOM}title")]
    assert titles[0] == "GHSA-2222: Proxy header leaks"


async def test_the_site_map_leads_to_packages(api: Any) -> None:
    answer = await api.get("/sitemap.xml")
    root = ElementTree.fromstring(answer.content)
    places = [each.text for each in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert "http://localhost:8000/package/requests/" in places
    assert not any("reqeusts" in str(place) for place in places)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("requests/downloads.svg", "1.15B/month"),
        ("requests/day.svg", "39.6M/day"),
        ("requests/health.svg", "91/100"),
        ("zope.interface/health.svg", "66/100 (low confidence)"),
        ("requests/rank.svg", "#1"),
        ("requests/version.svg", "2.34.0"),
        ("requests/stars.svg", "54k"),
        ("never-read/stars.svg", "unknown"),
        ("urllib3/security.svg", "vulnerable"),
        ("tensorflow/python.svg", ">=3.10"),
    ],
)
async def test_badges_say_it(api: Any, path: str, message: str) -> None:
    answer = await api.get(f"/api/badge/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    texts = [each.text for each in ElementTree.fromstring(answer.content).iter(f"{SVG}text")]
    assert texts[1] == message


async def test_a_badge_of_nothing_says_so_as_a_picture(api: Any) -> None:
    answer = await api.get("/api/badge/nothing-here/downloads.svg")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "unknown package" in answer.text


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_badge_holds_any_words_and_stays_a_picture_of_them(label: str, message: str) -> None:
    root = ElementTree.fromstring(badges.svg(label, message, "#2f7d32").encode("utf-8", "replace"))
    tags = [each.tag.removeprefix(SVG) for each in root.iter()]
    assert tags == ["svg", "title", "clipPath", "rect", "g", "rect", "rect", "g", "text", "text"]


@given(st.text(max_size=30))
def test_a_colour_is_a_colour_or_a_clear_error(asked: str) -> None:
    try:
        colour = badges.colour_of(asked, "grey")
    except InvalidRequestError:
        return
    assert badges.HEX.fullmatch(colour)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", sorted({*badges.COLOURS.values(), badges.LABEL_COLOUR}))
def test_white_words_are_readable_on_every_colour(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5
