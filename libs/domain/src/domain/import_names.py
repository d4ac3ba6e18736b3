"""Names under which packages are imported or known, from the reviewed table beside this module."""

import tomllib
from functools import lru_cache
from importlib import resources
from typing import NamedTuple


class OtherName(NamedTuple):
    """A name that people type though the package is called otherwise."""

    name: str
    """In lower case; a module within a package has dots."""
    package: str
    """The package that is meant, in canonical form."""
    how: str
    """imported, or known: by the name of the thing itself."""
    source: str
    """Where that was read."""
    imitated: bool = False
    """Whether the look-alike rules compare names with it."""


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, object]]:
    text = resources.files(__package__).joinpath("import_names.toml").read_text("utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def other_names() -> tuple[OtherName, ...]:
    """Return every row of the table, by name."""
    rows: dict[str, object] = _table()["packages"]
    return tuple(OtherName(name, **row) for name, row in rows.items())  # type: ignore[arg-type]


def aliases() -> dict[str, str | None]:
    """Return the names that look-alikes imitate; none stands for Python itself."""
    own: dict[str, str | None] = {
        each.name: each.package for each in other_names() if each.imitated
    }
    names: list[str] = _table()["standard_library"]["names"]  # type: ignore[assignment]
    return own | dict.fromkeys(names)
