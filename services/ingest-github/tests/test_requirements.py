"""Who depends on whom, and on which Python, is what everybody asks and hardly anybody offers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.markers import Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ingest_github.pypi.requirements import MOST_NAMES, minimum_python, read_dependencies


@pytest.mark.parametrize(
    ("specifiers", "minimum"),
    [
        (">=3.9", "3.9"),
        (">=3.6.2,<4", "3.6"),
        ("~=3.8.1", "3.8"),
        (">=2.7, !=3.0.*, !=3.1.*", "2.7"),
        (">=2.7,!=2.7.*,>=3.2", "3.2"),
        (">3.11", "3.11"),
        ("==3.10.*", "3.10"),
        (">=3", "3.0"),
        ("<2.7", "2.0"),
        (">=4", None),
        (">=3.6.*", "3.6"),
        (">3.6.*", "3.6"),
        (">=2.7.*,!=3.0.*,!=3.1.*,<4.*", "2.7"),
        (">=3.7.*,<4", "3.7"),
        ("~=3.8.*", "3.8"),
        ("~=3", "3.0"),
        ("=>3.6", "3.6"),
        (">=3.6,", "3.6"),
        (">= 2.7 !=3.0.*", "2.7"),
        (">=3.6 <4", "3.6"),
        ("'>=3.8'", "3.8"),
        ('>="3.8"', "3.8"),
        ("> = 3.8", "3.8"),
        (">=3.8.", "3.8"),
        ("!=3.0*,!=3.1*,>=2.7", "2.7"),
        ("3.x", None),
        ("", None),
    ],
)
def test_the_lowest_python_is_the_lowest_admitted(specifiers: str, minimum: str | None) -> None:
    assert minimum_python(specifiers) == minimum


def test_what_an_extra_alone_asks_for_is_kept_apart() -> None:
    found = read_dependencies(
        [
            "Requests>=2",
            'tomli; python_version < "3.11"',
            'pytest; extra == "test"',
            'colorama; (python_version < "3" or os_name == "nt") and extra == "cli"',
            'both; python_version < "3" or extra == "cli"',
            'requests[socks]; extra == "socks"',
            None,
        ]
    )
    assert found.required == ["both", "requests", "tomli"]
    assert found.by_extra == ["colorama", "pytest"]


def test_a_name_in_several_spellings_is_one_dependency() -> None:
    found = read_dependencies(["Zope.Interface", "zope-interface>=5", 'ZOPE_Interface; extra=="x"'])
    assert (found.required, found.by_extra) == (["zope-interface"], [])


def test_a_package_that_asks_for_its_own_extras_does_not_depend_on_itself() -> None:
    lines = ['fancy.tool[cli]; extra == "all"', "Fancy_Tool[base]", "click"]
    found = read_dependencies(lines, "fancy-tool")
    assert (found.required, found.by_extra) == (["click"], [])


def test_old_and_direct_ways_of_writing_are_understood() -> None:
    lines = ["a (>=1,<2)", "b @ https://example.org/b.zip", "c[x,y] ~= 1.0 ; sys_platform=='win32'"]
    assert read_dependencies(lines).required == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("line", "required", "by_extra"),
    [
        ("numpy (>=1.19.*)", ["numpy"], []),
        ("numpy>=1.19.*", ["numpy"], []),
        ("Torch_Geometric[all] (>=1.*,<2)", ["torch-geometric"], []),
        ("a >= 1.0.x", ["a"], []),
        ("a (>dev)", ["a"], []),
        ("a>=1.*; python_version < '3'", ["a"], []),
        ("a (>=1.*) ; extra == 'b'", [], ["a"]),
        ("a>=1.*; extra == 'b' and python_version >= 3.6", [], ["a"]),
        ("a>=1.*; python_version >= 3.6", ["a"], []),
        ("see the documentation", [], []),
        ("-r requirements.txt", [], []),
        ("https://example.org/a.zip", [], []),
        ("git+https://example.org/a", [], []),
    ],
)
def test_a_requirement_with_a_broken_version_still_names_its_package(
    line: str, required: list[str], by_extra: list[str]
) -> None:
    # Installers name it: uv's lenient requirements, and pip before 24.1.
    found = read_dependencies([line])
    assert (found.required, found.by_extra) == (required, by_extra)


def test_the_longest_lists_are_cut() -> None:
    found = read_dependencies([f"name-{number}" for number in range(5_000)])
    assert len(found.required) == MOST_NAMES


ATOMS = (
    'python_version < "3"',
    'os_name == "nt"',
    'extra == "a"',
    "'b' == extra",
    'extra != "a"',
)
markers = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.builds("({}) {} ({})".format, inner, st.sampled_from(["and", "or"]), inner),
    max_leaves=6,
)


@given(markers)
def test_required_means_that_some_machine_needs_it_without_an_extra(marker: str) -> None:
    machines = (
        {"python_version": python, "os_name": system, "extra": ""}
        for python in ("2.7", "3.12")
        for system in ("nt", "posix")
    )
    needed = any(Marker(marker).evaluate(machine) for machine in machines)
    found = read_dependencies([f"thing; {marker}"])
    assert (found.required == ["thing"]) == needed
    assert (found.by_extra == ["thing"]) == (not needed)


names = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,8}[A-Za-z0-9])?", fullmatch=True)
sound_lines = st.builds(
    "{}{}{}".format,
    names,
    st.sampled_from(["", ">=1", "[x]"]),
    st.sampled_from(["", '; extra == "x"', '; python_version < "3.9"']),
)


@given(st.lists(sound_lines | st.text(max_size=20) | st.none() | st.integers()), names)
def test_every_list_gives_canonical_names_once_without_the_package_itself(
    requires_dist: list[object], package: str
) -> None:
    found = read_dependencies(requires_dist, package)
    both = found.required + found.by_extra
    assert len(both) == len(set(both))
    assert found.required == sorted(found.required)
    assert canonicalize_name(package) not in both
    readable_names = {canonicalize_name(each.name) for each in readable(requires_dist)}
    assert set(both) >= readable_names - {canonicalize_name(package)}


def readable(requires_dist: list[object]) -> list[Requirement]:
    """The lines that packaging understands."""
    read = []
    for line in requires_dist:
        try:
            read.append(Requirement(line))  # type: ignore[arg-type]
        except (InvalidRequirement, TypeError):
            continue
    return read
