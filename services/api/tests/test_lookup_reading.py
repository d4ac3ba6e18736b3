"""Pasted lists: every package in them is found, and every line that is not read is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from api.http.problems import InvalidRequestError
from api.lookup.affected import is_affected
from api.lookup.reading import MOST_PACKAGES, read_body, read_text
from api.lookup.requirements import read_requirements
from api.lookup.wanted import Unread, Wanted, gathered

REQUIREMENTS = """\
# what we use
requests[socks]==2.31.0 ; python_version >= "3.9"  # pinned
Flask >=3, <4
zope.interface===8.0 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
-r other.txt
--index-url https://index.example/simple
-e git+https://code.example/x.git#egg=x
https://files.example/y-1.0.whl
here @ file:///srv/here.whl
django==4.*
pkg:pypi/urllib3@2.5.0
pkg:npm/left-pad@1.0
!!!
"""


def found(text: str) -> dict[str, str | None]:
    return {each.name: each.version for each in gathered(read_text(text)).wanted}


def refused(text: str) -> dict[int | None, str]:
    return {each.line: each.reason for each in gathered(read_text(text)).unread}


def test_a_requirements_file_is_read_as_pip_reads_it() -> None:
    assert found(REQUIREMENTS) == {
        "requests": "2.31.0",
        "flask": None,
        "zope-interface": "8.0",
        "django": None,
        "urllib3": "2.5.0",
    }


def test_a_lock_with_many_hashes_is_read_in_short() -> None:
    hashes = " \\\n".join(f"    --hash=sha256:{number:064x}" for number in range(300))
    (read,) = gathered(read_text(f"aiohttp==3.14.5 \\\n{hashes}\n")).wanted
    assert (read.name, read.version, read.text) == ("aiohttp", "3.14.5", "aiohttp==3.14.5")


def test_what_cannot_be_read_is_named_with_its_line() -> None:
    reasons = refused(REQUIREMENTS)
    assert list(reasons) == [7, 9, 10, 11, 14, 15]
    assert "another file" in reasons[7]
    assert "npm" in reasons[14]


@pytest.mark.parametrize(
    "lock",
    [
        'version = 1\n[[package]]\nname = "Flask"\nversion = "3.0.0"\n'
        'source = { registry = "https://index.example/simple" }\n'
        '[[package]]\nname = "mine"\nversion = "0"\nsource = { virtual = "." }\n',
        '[[package]]\nname = "flask"\nversion = "3.0.0"\n\n'
        '[[package]]\nname = "mine"\nversion = "0"\n[package.source]\ntype = "git"\nurl = "x"\n',
        'lock-version = "1.0"\ncreated-by = "x"\n[[packages]]\nname = "flask"\n'
        'version = "3.0.0"\nsdist = {path = "flask-3.0.0.tar.gz", hashes = {sha256 = "00"}}\n'
        '[[packages]]\nname = "mine"\ndirectory = {path = "."}\n',
    ],
    ids=["uv", "poetry", "pylock"],
)
def test_locks_name_packages_of_pypi_and_leave_out_others(lock: str) -> None:
    assert found(lock) == {"flask": "3.0.0"}
    (line,) = refused(lock)
    assert line is not None
    assert lock.splitlines()[line - 1].startswith("[[package")


def test_pipfile_lock_is_read() -> None:
    lock = '{"_meta": {}, "default": {"flask": {"version": "==3.0.0"}}, "develop": {"x": {}}}'
    assert found(lock) == {"flask": "3.0.0", "x": None}


@pytest.mark.parametrize(
    "broken", ['[[package]]\nname = "x\n', "{", "[" * 100_000, '{"a":' * 50_000]
)
def test_a_broken_file_is_told_and_harms_nobody(broken: str) -> None:
    reading = gathered(read_text(broken))
    assert reading.wanted == []
    assert reading.unread


@given(st.text(max_size=400))
def test_any_text_is_read_or_named(text: str) -> None:
    for each in read_text(text):
        assert isinstance(each, Wanted | Unread)
        assert each.line is None or 1 <= each.line <= len(text.splitlines())


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,12}[a-z0-9]", fullmatch=True),
            st.sampled_from(["", "==1.2", ">=1,<2", "[extra]==3.0"]),
            st.sampled_from(["", " # why", " ; python_version > '3'", " \\\n  --hash=sha256:00"]),
        ),
        max_size=20,
    )
)
def test_every_requirement_that_packaging_reads_is_found(lines: list[tuple[str, str, str]]) -> None:
    text = "\n".join("".join(parts) for parts in lines)
    read = list(read_requirements(text))
    for (name, bound, _), told in zip(lines, read, strict=True):
        try:
            expected = Requirement(name + bound).name
        except InvalidRequirement:
            assert isinstance(told, Unread)
        else:
            assert isinstance(told, Wanted)
            assert told.name == canonicalize_name(expected)


def test_too_many_packages_are_refused_with_their_number() -> None:
    text = "\n".join(f"name-{number}" for number in range(MOST_PACKAGES + 1))
    with pytest.raises(InvalidRequestError, match="1,001"):
        read_body(text.encode(), "text/plain")
    assert len(read_body(text[:-10].encode(), "").wanted) == MOST_PACKAGES


def test_json_takes_names_requirements_and_purls() -> None:
    body = (
        b'{"names": ["flask==3.0", "pkg:pypi/six"], "purls": ["pkg:pypi/attrs@25.1"], "text": "x"}'
    )
    read = read_body(body, "application/json; charset=utf-8")
    assert [(each.name, each.version) for each in read.wanted] == [
        ("flask", "3.0"),
        ("six", None),
        ("attrs", "25.1"),
        ("x", None),
    ]
    with pytest.raises(InvalidRequestError):
        read_body(b'{"names": 3}', "application/json")
    with pytest.raises(InvalidRequestError):
        read_body(b"\xff\xfe", "text/plain")


@pytest.mark.parametrize(
    ("version", "ranges", "affected"),
    [
        ("2.31.0", ["<2.32.0"], True),
        ("2.32.0", ["<2.32.0"], False),
        ("2.32.0rc1", ["<2.32.0"], True),
        ("1.5", [">=1.0, <1.4", ">=1.5, <=1.6"], True),
        ("1.4", [">=1.0, <1.4", ">=1.5, <=1.6"], False),
        ("3", ["*"], True),
        ("1.0.0", ["==1.0"], True),
        ("1.0.0", ["==odd"], False),
        ("odd", ["<2"], False),
        (None, ["*"], False),
        ("1", [], False),
    ],
)
def test_ranges_are_compared_as_osv_does(
    version: str | None, ranges: list[str], affected: bool
) -> None:
    assert is_affected(version, ranges) is affected
