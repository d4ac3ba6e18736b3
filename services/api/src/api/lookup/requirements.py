"""Texts of requirements: each requirement is read by `packaging`, each purl by `packageurl`.

Lines are joined and cut as pip does it: a backslash continues a line, `#` after a space begins a
comment, and what follows ` --` belongs to the installer.
"""

import re
from collections.abc import Iterator

from packageurl import PackageURL
from packaging.requirements import InvalidRequirement, Requirement

from api.lookup.wanted import Unread, Wanted, pinned, unread, wanted

COMMENT = re.compile(r"(?:^|\s)#.*$")
OPTIONS = re.compile(r"\s--?[a-z].*$", re.IGNORECASE)
ADDRESS = re.compile(r"^(?:[a-z+]+://|[./~]|[a-z]:\\)", re.IGNORECASE)
NAMING = {"-r", "--requirement", "-c", "--constraint"}
EDITABLE = {"-e", "--editable"}
LONGEST_LINE = 4000
"""Letters without what belongs to the installer, such as hashes."""
PURL = "pkg:"


def read_requirements(text: str) -> Iterator[Wanted | Unread]:
    """Yield what each line of a requirements file asks for, or why it could not be read."""
    for line, content in _logical_lines(text):
        entry = _read(content, line)
        if entry is not None:
            yield entry


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line without its comment, with the number at which it begins."""
    parts: list[str] = []
    begins = 1
    for number, raw in enumerate(text.splitlines(), 1):
        if not parts:
            begins = number
        goes_on = raw.endswith("\\") and not raw.lstrip().startswith("#")
        parts.append(raw[:-1] if goes_on else raw)
        if not goes_on:
            yield begins, COMMENT.sub("", " ".join(parts)).strip()
            parts = []
    if parts:
        yield begins, COMMENT.sub("", " ".join(parts)).strip()


def _read(content: str, line: int) -> Wanted | Unread | None:
    """Return what a line says; None where it says nothing of packages."""
    if content.startswith("-"):
        return _option(content, line)
    said = OPTIONS.sub("", content).rstrip()
    if len(said) > LONGEST_LINE:
        return unread(said, "the line is too long", line)
    if said.startswith(PURL):
        return read_purl(said, line)
    return read_requirement(said, line) if said else None


def _option(content: str, line: int) -> Unread | None:
    name = re.split(r"[\s=]", content, maxsplit=1)[0]
    if name in NAMING:
        return unread(content, "it names another file, which is not here", line)
    if name in EDITABLE:
        return unread(content, "it is installed from its source, not from PyPI", line)
    return None


def read_requirement(text: str, line: int | None = None) -> Wanted | Unread:
    """Return what one requirement (PEP 508) asks for."""
    if ADDRESS.match(text):
        return unread(text, "it is an address or a path, not a name", line)
    try:
        read = Requirement(text)
    except InvalidRequirement as error:
        return unread(text, f"not a requirement: {str(error).splitlines()[0]}", line)
    if read.url:
        return unread(text, "it is installed from an address, not from PyPI", line)
    return wanted(read.name, pinned(read.specifier), text, line)


def read_purl(text: str, line: int | None = None) -> Wanted | Unread:
    """Return what a package URL (ECMA-427) asks for."""
    try:
        purl = PackageURL.from_string(text.strip())
    except ValueError as error:
        return unread(text, f"not a package URL: {error}", line)
    if purl.type != "pypi":
        return unread(text, f"its type is {purl.type}, not pypi", line)
    return wanted(purl.name, purl.version, text, line)
