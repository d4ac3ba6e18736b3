"""From PyPI's documents to the facts of a package."""

import re
from datetime import date
from email.utils import getaddresses
from typing import Any

import msgspec

from events import PackageFacts, ProjectStatus
from ingest_github.json_fields import items, mapping, text, texts
from ingest_github.licences.choice import choose_licence
from ingest_github.pypi.releases import (
    MOST_RELEASES,
    History,
    history_of_document,
    history_of_index,
)
from ingest_github.pypi.requirements import minimum_python, read_dependencies

QUARANTINED = "quarantined"
STATUSES = frozenset({"active", "archived", "deprecated", QUARANTINED})
MODULE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
MOST_IMPORTED = 50
"""Import names that are kept of a package."""
DEVELOPMENT_STATUS = re.compile(r"Development Status :: ([1-7]) - ")


class File(msgspec.Struct):
    """What is wanted of a file; the rest of a document of 50 MB is passed over unread."""

    upload_time_iso_8601: Any = None
    upload_time: Any = None
    yanked: Any = None
    yanked_reason: Any = None


class Document(msgspec.Struct):
    """The JSON API's document: only its outline is decoded at once."""

    info: msgspec.Raw = msgspec.Raw(b"null")
    last_serial: Any = None
    ownership: Any = None
    releases: msgspec.Raw = msgspec.Raw(b"null")
    urls: Any = None
    vulnerabilities: Any = None


class ProjectPage(msgspec.Struct):
    """The Simple API's document of one project (PEP 691, 700, 792)."""

    versions: Any = None
    files: Any = None
    project_status: Any = msgspec.field(name="project-status", default=None)


def decode_document(body: bytes) -> Document:
    """Read the JSON API's answer; msgspec.DecodeError where it is no JSON object."""
    return msgspec.json.decode(body, type=Document)


def decode_project_page(body: bytes) -> ProjectPage:
    """Read the Simple API's answer; msgspec.DecodeError where it is no JSON object."""
    return msgspec.json.decode(body, type=ProjectPage)


def package_info(document: Document) -> dict[str, Any]:
    """Return the `info` object; empty where there is none."""
    return dict(mapping(msgspec.json.decode(document.info)))


def package_facts(
    name: str, document: Document, page: ProjectPage | None, day: date
) -> PackageFacts:
    """Return the facts of a package; `day` is the end of the year that releases are counted in."""
    info = package_info(document)
    told = project_status(page)
    return PackageFacts(
        display_name=text(info.get("name"), 200) or name,
        owners=_owners(document.ownership),
        organization=_organization(document.ownership),
        project_status=told.status,
        status_reason=told.reason,
        vulnerabilities=_vulnerabilities(document.vulnerabilities),
        **_described(info),
        **_licensed(info),
        **_required(info, name),
        **_released(_history(info, document, page), day),
    )


def status_facts(name: str, page: ProjectPage, day: date) -> PackageFacts:
    """Return what the Simple API alone tells, of a project that has no JSON document."""
    document = Document(info=msgspec.Raw(b"{}"))
    return package_facts(name, document, page, day)


def _described(info: dict[str, Any]) -> dict[str, Any]:
    """Return what the author says of the latest version."""
    return {
        "version": text(info.get("version"), 100),
        "summary": text(info.get("summary"), 512),
        "yanked": info.get("yanked") is True,
        "yanked_reason": text(info.get("yanked_reason"), 200),
        "classifiers": texts(info.get("classifiers"), 120, 80),
        "development_status": development_status(items(info.get("classifiers"))),
        "keywords": _keywords(info.get("keywords")),
        "import_names": _import_names(info),
        "links": _links(info),
        "maintainers": _maintainers(info),
    }


def _licensed(info: dict[str, Any]) -> dict[str, Any]:
    classifiers = texts(info.get("classifiers"), 150, 200)
    licence = choose_licence(info.get("license_expression"), info.get("license"), classifiers)
    return {"license": licence.name, "license_class": licence.licence_class}


def _required(info: dict[str, Any], name: str) -> dict[str, Any]:
    """Return what the latest version needs."""
    requires_python = text(info.get("requires_python"), 120)
    dependencies = read_dependencies(items(info.get("requires_dist")), name)
    return {
        "requires_python": requires_python,
        "minimum_python": minimum_python(requires_python) if requires_python else None,
        "dependencies": dependencies.required,
        "extra_dependencies": dependencies.by_extra,
    }


def _released(history: History, day: date) -> dict[str, Any]:
    """Return the package's history up to `day`."""
    return {
        "released": history.newest_day,
        "first_release": history.first_day,
        "release_count": len(history.releases),
        "releases_last_year": history.in_year_before(day),
        "releases": history.releases[:MOST_RELEASES],
    }


def development_status(classifiers: list[Any]) -> int | None:
    """Return 1 (planning) to 7 (inactive), the highest that is declared."""
    found = (DEVELOPMENT_STATUS.match(line) for line in classifiers if isinstance(line, str))
    return max((int(match[1]) for match in found if match), default=None)


def _history(info: dict[str, Any], document: Document, page: ProjectPage | None) -> History:
    """Read the releases from the JSON document, or from the Simple page where it has none."""
    releases = _releases(document.releases)
    if not releases and page is not None:
        history = history_of_index(page.versions, page.files)
        if history.releases:
            return history
    return history_of_document(releases, text(info.get("version"), 100), document.urls)


def _releases(raw: msgspec.Raw) -> dict[str, list[Any]]:
    """Decode each version's files on their own, so that one broken list costs one version."""
    try:
        versions = msgspec.json.decode(raw, type=dict[str, msgspec.Raw] | None) or {}
    except msgspec.ValidationError:
        return {}
    return {version: _files(files) for version, files in versions.items()}


def _files(raw: msgspec.Raw) -> list[Any]:
    try:
        return [msgspec.structs.asdict(file) for file in msgspec.json.decode(raw, type=list[File])]
    except msgspec.ValidationError:
        return []


def project_status(page: ProjectPage | None) -> ProjectStatus:
    """Return the status and its reason; PEP 792 says that none means active."""
    stated = mapping(page.project_status if page else None)
    status = stated.get("status")
    known = status if status in STATUSES else "active"
    return ProjectStatus(status=known, reason=text(stated.get("reason"), 300))


def _keywords(value: object) -> list[str]:
    """Split a list, or a text parted by commas, else by spaces."""
    if isinstance(value, str):
        value = value.split("," if "," in value else None)
    return texts(value, 50, 30)


def _import_names(info: dict[str, Any]) -> list[str]:
    """Return what is imported, namespaces after modules; what is marked private is left out."""
    declared = [*items(info.get("import_names")), *items(info.get("import_namespaces"))]
    stated = (each.partition(";") for each in texts(declared, 200, 200))
    names = [name.strip() for name, _, mark in stated if mark.strip() != "private"]
    return [name for name in names if MODULE.fullmatch(name)][:MOST_IMPORTED]


def _links(info: dict[str, Any]) -> dict[str, str]:
    """Return label to address: only what a browser may safely follow."""
    named = dict(mapping(info.get("project_urls")))
    named.setdefault("Homepage", info.get("home_page"))
    read = ((text(label, 60), text(url, 300)) for label, url in named.items())
    kept = {label: url for label, url in read if label and url and _is_web_address(url)}
    return dict(list(kept.items())[:20])


def _is_web_address(url: str) -> bool:
    return url.lower().startswith(("https://", "http://")) and not url.endswith("…")


def _owners(ownership: object) -> list[str]:
    """Return the account names of owners, then maintainers, then the organisation."""
    stated = mapping(ownership)
    roles = [mapping(role) for role in items(stated.get("roles"))]
    owners_first = sorted(roles, key=lambda role: role.get("role") != "Owner")
    names = [role.get("user") for role in owners_first]
    return texts([*names, stated.get("organization")], 100, 50)


def _organization(ownership: object) -> str | None:
    return text(mapping(ownership).get("organization"), 100)


def _maintainers(info: dict[str, Any]) -> list[str]:
    """Return the names in the author and maintainer fields, without addresses."""
    names = [info.get("author"), info.get("maintainer")]
    for field in ("author_email", "maintainer_email"):
        address = text(info.get(field), 1000) or ""
        names += [name for name, _ in getaddresses([address]) if name and "@" not in name]
    return [name for name in texts(names, 100, 20) if "@" not in name]


def _vulnerabilities(value: object) -> list[str]:
    """Return the identifiers that stand today, those withdrawn left out."""
    records = [mapping(record) for record in items(value)]
    return texts([each.get("id") for each in records if not each.get("withdrawn")], 60, 200)
