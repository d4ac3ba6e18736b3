"""The played PyPI and OSV must answer as documented, and any source must fail on demand."""

import gzip
import io
import json
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample_data.generate import generate, last_days
from simulators.child import Playing, playing
from simulators.faults import FaultKind, FaultPlan, Rule, parse_fault

SIMPLE = {"accept": "application/vnd.pypi.simple.v1+json"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    generate(folder, 260, last_days(date(2026, 11, 22), 10), seed=3)
    return folder


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Playing]:
    with playing(data, ["pypi", "osv"]) as running:
        yield running


@pytest.fixture
def pypi(server: Playing) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.addresses["pypi"]) as client:
        yield client
    server.mend("pypi")


@pytest.fixture
def osv(server: Playing) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.addresses["osv"]) as client:
        yield client
    server.mend("osv")


def test_the_index_names_every_package_with_its_serial(pypi: httpx.Client) -> None:
    index = pypi.get("/simple/", headers=SIMPLE)
    projects = {one["name"]: one["_last-serial"] for one in index.json()["projects"]}
    assert index.headers["content-type"] == SIMPLE["accept"]
    assert index.headers["x-pypi-last-serial"] == str(max(projects.values()))
    assert len(projects) == 258  # of 259: the one in quarantine is left out
    assert "PyYAML" in projects
    assert pypi.get("/pypi/PyYAML/json").json()["last_serial"] == projects["PyYAML"]


def test_a_document_that_is_known_is_not_sent_again(pypi: httpx.Client) -> None:
    first = pypi.get("/pypi/requests/json")
    again = pypi.get("/pypi/requests/json", headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert first.headers["x-pypi-last-serial"] == str(first.json()["last_serial"])
    assert first.headers["cache-control"] == "max-age=900, public"


def test_another_spelling_leads_to_the_stored_one(pypi: httpx.Client) -> None:
    odd = pypi.get("/pypi/zephyr-tools-kit/json")
    assert (odd.status_code, odd.headers["location"]) == (301, "/pypi/Zephyr_Tools.Kit/json")
    simple = pypi.get("/simple/Zephyr_Tools.Kit/", headers=SIMPLE)
    assert (simple.status_code, simple.headers["location"]) == (301, "/simple/zephyr-tools-kit/")


def test_a_package_that_is_gone_is_not_found(pypi: httpx.Client) -> None:
    assert pypi.get("/pypi/driftwood-s3/json").status_code == 404
    assert pypi.get("/pypi/driftwood-s3/json").json() == {"message": "Not Found"}
    assert pypi.get("/simple/driftwood-s3/", headers=SIMPLE).status_code == 404


def test_a_release_has_its_own_document_without_the_others(pypi: httpx.Client) -> None:
    latest = pypi.get("/pypi/requests/json").json()
    oldest = next(iter(latest["releases"]))
    document = pypi.get(f"/pypi/requests/{oldest}/json").json()
    assert document["info"]["version"] == oldest
    assert document["urls"] == latest["releases"][oldest]
    assert "releases" not in document
    assert pypi.get("/pypi/requests/999/json").status_code == 404


@pytest.mark.parametrize(
    ("name", "status", "offers"),
    [("requests", "active", True), ("reqeusts", "quarantined", False),
     ("ironquill", "deprecated", True)],
)  # fmt: skip
def test_simple_tells_the_status(pypi: httpx.Client, name: str, status: str, offers: bool) -> None:
    document = pypi.get(f"/simple/{name}/", headers=SIMPLE).json()
    assert document["project-status"]["status"] == status
    assert bool(document["files"]) == offers


def test_quarantine_is_told_by_the_projects_own_page_alone(pypi: httpx.Client) -> None:
    """As pypi/warehouse does (read 2026-08-21): no entry in the list, no JSON document."""
    assert '"reqeusts"' not in pypi.get("/simple/", headers=SIMPLE).text
    assert pypi.get("/pypi/reqeusts/json").status_code == 404
    assert pypi.get("/simple/reqeusts/", headers=SIMPLE).status_code == 200


def test_archiving_leaves_serial_and_document_as_they_were(
    server: Playing, pypi: httpx.Client
) -> None:
    server.publish("pypi", {"name": "rich", "json": pypi.get("/pypi/rich/json").json()})
    document = pypi.get("/pypi/rich/json")
    page = pypi.get("/simple/rich/", headers=SIMPLE)
    archived = {**page.json(), "project-status": {"status": "archived"}}
    server.publish("pypi", {"name": "rich", "json": document.json(), "simple": archived})
    again = pypi.get("/pypi/rich/json", headers={"if-none-match": document.headers["etag"]})
    told = pypi.get("/simple/rich/", headers={**SIMPLE, "if-none-match": page.headers["etag"]})
    assert (again.status_code, told.status_code) == (304, 200)
    assert again.headers["x-pypi-last-serial"] == document.headers["x-pypi-last-serial"]
    assert told.json()["project-status"] == {"status": "archived"}
    server.publish("pypi", {"name": "rich", "json": document.json()})


def test_a_package_may_change_go_and_come_back(server: Playing, pypi: httpx.Client) -> None:
    document = pypi.get("/pypi/rich/json").json()
    etag = pypi.get("/pypi/rich/json").headers["etag"]
    document["last_serial"] += 1_000_000
    server.publish("pypi", {"name": "rich", "json": document})
    index = pypi.get("/simple/", headers=SIMPLE)
    serials = {one["name"]: one["_last-serial"] for one in index.json()["projects"]}
    changed = pypi.get("/pypi/rich/json", headers={"if-none-match": etag})
    assert serials["rich"] == document["last_serial"]
    assert (changed.status_code, changed.json()) == (200, document)
    server.publish("pypi", {"name": "rich", "json": None})
    assert pypi.get("/pypi/rich/json").status_code == 404
    assert '"rich"' not in pypi.get("/simple/", headers=SIMPLE).text
    server.publish("pypi", {"name": "rich", "json": document})
    assert pypi.get("/pypi/rich/json").json() == document


def test_too_many_requests_come_with_a_wait(server: Playing, pypi: httpx.Client) -> None:
    server.break_down("pypi", {"match": "/pypi/", "fault": "retry-after:7", "times": 1})
    refused = pypi.get("/pypi/requests/json")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "7")
    assert pypi.get("/pypi/requests/json").status_code == 200


def test_half_a_document_does_not_pass_for_a_whole_one(server: Playing, pypi: httpx.Client) -> None:
    server.break_down("pypi", {"match": "/pypi/requests", "fault": "half", "times": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        pypi.get("/pypi/requests/json")
    assert pypi.get("/pypi/requests/json").json()["info"]["name"] == "requests"


def test_a_slow_answer_comes_late_and_whole(server: Playing, pypi: httpx.Client) -> None:
    server.break_down("pypi", {"match": "/pypi/requests", "fault": "slow:0.3", "times": 1})
    started = time.monotonic()
    assert pypi.get("/pypi/requests/json").json()["info"]["name"] == "requests"
    assert time.monotonic() - started >= 0.3


def test_the_archive_of_advisories_is_sent_once(osv: httpx.Client) -> None:
    first = osv.get("/PyPI/all.zip")
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        records = [json.loads(archive.read(name)) for name in archive.namelist()]
    again = osv.get("/PyPI/all.zip", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert len(records) == len(osv.get("/PyPI/modified_id.csv").text.splitlines())
    assert any("withdrawn" in record for record in records)


def test_a_single_advisory_is_an_object_of_the_bucket(osv: httpx.Client) -> None:
    assert osv.get("/PyPI/MAL-2026-90001.json").json()["affected"][0]["package"]["name"] == (
        "reqeusts"
    )
    assert osv.get("/PyPI/NONE-1.json").status_code == 404
    assert osv.get("/npm/all.zip").status_code == 404


def test_a_folder_without_a_sources_file_has_nothing_there(tmp_path: Path) -> None:
    with playing(tmp_path, ["pypi", "github", "osv"]) as empty:
        index = httpx.get(f"{empty.addresses['pypi']}/simple/", headers=SIMPLE)
        assert index.json()["projects"] == []
        assert httpx.get(f"{empty.addresses['github']}/repos/a/b").status_code == 404
        assert httpx.get(f"{empty.addresses['osv']}/PyPI/all.zip").status_code == 404


def test_a_fault_that_makes_no_sense_is_refused_with_the_reason(server: Playing) -> None:
    for rule in ({"fault": "explode"}, {"fault": "status:many"}, {"match": "(", "fault": "drop"}):
        answer = httpx.post(f"{server.addresses['osv']}/__faults__", json=[rule])
        assert answer.status_code == 400
        assert answer.text.strip()
    assert server.faults("osv") == []


@pytest.mark.parametrize(
    ("file", "line", "told"),
    [
        (
            "pypi",
            {"name": "x", "json": {"info": {"name": "x"}, "releases": {"1.0": [{"url": "u"}]}}},
            "missing required field `filename`",
        ),
        (
            "pypi",
            {"name": "x", "json": {"info": {"name": "x"}}, "simple": {"files": [{"size": 1}]}},
            "missing required field `filename`",
        ),
        ("pypi", {"name": "x", "json": {"info": {"name": 7}}}, "Expected `str`, got `int`"),
        ("github", {"full_name": "a/b", "repo": {"id": "seven"}}, "Expected `int`, got `str`"),
        ("github", {"repo": {"id": 7}}, "missing required field `full_name`"),
    ],
)
def test_a_document_that_cannot_be_played_is_one_sentence_with_file_line_and_field(
    tmp_path: Path, file: str, line: dict[str, Any], told: str
) -> None:
    good = {"name": "good", "json": {"info": {"name": "good"}, "releases": None}, "simple": None}
    first = good if file == "pypi" else {"full_name": "c/d", "repo": None, "contributors": None}
    with gzip.open(tmp_path / f"{file}.jsonl.gz", "wt") as lines:
        lines.writelines(json.dumps(each) + "\n" for each in (first, line))
    ended = subprocess.run(
        [sys.executable, "-m", "simulators", "--data", str(tmp_path), f"--{file}-port", "0"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 78
    (sentence,) = ended.stderr.splitlines()
    assert f"{file}.jsonl.gz, line 2: " in sentence
    assert told in sentence


def test_a_port_that_is_taken_is_one_clear_sentence(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "simulators", "--data", str(data), "--osv-port", port],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"simulators: cannot listen on 127.0.0.1:{port}: Address already in use"
    ]


def test_an_answer_does_not_wait_for_the_client_to_acknowledge_its_head(
    pypi: httpx.Client,
) -> None:
    """Every answer of a week that is played would take 40 ms more."""
    waited = []
    for _ in range(10):
        began = time.perf_counter()
        assert pypi.get("/pypi/requests/json").status_code == 200
        waited.append(time.perf_counter() - began)
    assert min(waited) < 0.03


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_when_told(data: Path, number: signal.Signals) -> None:
    with playing(data, ["osv", "pypi"]) as running:
        assert httpx.get(f"{running.addresses['osv']}/healthz").text == "ok\n"
        running.process.send_signal(number)
        assert running.process.wait(10) == 0


@given(
    times=st.integers(0, 5),
    skip=st.integers(0, 5),
    requests=st.integers(0, 15),
)
def test_a_rule_skips_then_hits_then_is_spent(times: int, skip: int, requests: int) -> None:
    plan = FaultPlan()
    plan.rules.append(Rule(match="GET", fault="status:503", times=times, skip=skip))
    met = [bool(plan.meet("GET /x\n", "")) for _ in range(requests)]
    assert met == ([False] * skip + [True] * times + [False] * 15)[:requests]


def test_one_answer_is_spoiled_by_one_fault_and_delayed_by_any() -> None:
    plan = FaultPlan()
    plan.rules = [Rule(fault="drop", times=1), Rule(fault="half", times=1), Rule(fault="slow:1")]
    first, second, third = (plan.meet("GET /", "") for _ in range(3))
    assert [effect.kind for effect in first] == [FaultKind.DROP, FaultKind.SLOW]
    assert [effect.kind for effect in second] == [FaultKind.HALF, FaultKind.SLOW]
    assert [effect.kind for effect in third] == [FaultKind.SLOW]


@given(st.text(max_size=20))
def test_any_text_is_a_fault_or_a_value_error(text: str) -> None:
    try:
        effect = parse_fault(text)
    except ValueError:
        return
    assert text.partition(":")[0] == effect.kind
