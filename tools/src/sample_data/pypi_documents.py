"""Documents as PyPI's JSON API and Simple API give them."""

import hashlib
from datetime import date
from typing import Any

from packaging.specifiers import SpecifierSet

from sample_data.catalogue import Package
from sample_data.releases import Release

Document = dict[str, Any]

FIRST_SERIAL = 30_000_000
INDEX_ADDRESS = "https://index.example"
"""Sample files are nowhere to be had, and their addresses say so."""

PYTHON_MINORS = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
SUPPORTED_MINORS = 6
"""A package names the newest minor versions of Python only, that many."""

FULL_LICENSE_TEXT = (
    "Licence of this sample package\n\nAnyone may use, change and pass on this software, in source "
    "or binary form, provided that this notice stays with it. There is no warranty of any kind; "
    "whoever uses the software does so at their own risk.\n"
) * 6


def json_document(
    package: Package, releases: list[Release], serial: int, vulnerabilities: list[Document]
) -> Document:
    """The answer to `/pypi/<name>/json`."""
    files = {release.version: _files(package, release) for release in reversed(releases)}
    latest = releases[0].version
    return {
        "info": _info(package, latest),
        "last_serial": serial,
        "ownership": _ownership(package),
        "releases": files,
        "urls": files[latest],
        "vulnerabilities": vulnerabilities,
    }


def simple_document(package: Package, document: Document) -> Document | None:
    """The answer to `/simple/<name>/` where it says more than the JSON document; else none."""
    if package.status == "active":
        return None
    status = {"status": package.status}
    if package.status_reason:
        status["reason"] = package.status_reason
    offered = {} if package.status == "quarantined" else document["releases"]
    return {
        "alternate-locations": [],
        "files": [_simple_file(file) for files in offered.values() for file in files],
        "meta": {"_last-serial": document["last_serial"], "api-version": "1.4"},
        "name": package.name,
        "project-status": status,
        "versions": list(offered),
    }


def _info(package: Package, latest: str) -> Document:
    form, said = package.license[0], package.license[2:]
    page = f"{INDEX_ADDRESS}/project/{package.display}/"
    return {
        "author": None,
        "author_email": None,
        "bugtrack_url": None,
        "classifiers": _classifiers(package),
        "description": f"# {package.display}\n\n{package.summary}.\n\nThis is sample data.\n",
        "description_content_type": "text/markdown",
        "docs_url": None,
        "download_url": None,
        "downloads": {"last_day": -1, "last_month": -1, "last_week": -1},
        "dynamic": None,
        "home_page": _home_page(package),
        "keywords": f"{package.purpose},python",
        "license": {"t": said, "f": FULL_LICENSE_TEXT}.get(form),
        "license_expression": said if form == "e" else None,
        "license_files": ["LICENSE"] if form == "e" else None,
        "maintainer": None,
        "maintainer_email": None,
        "name": package.display,
        "package_url": page,
        "platform": None,
        "project_url": page,
        "project_urls": _project_urls(package),
        "provides_extra": ["test"],
        "release_url": f"{page}{latest}/",
        "requires_dist": _requires_dist(package),
        "requires_python": package.requires_python,
        "summary": package.summary,
        "version": latest,
        "yanked": package.yanked_reason is not None,
        "yanked_reason": package.yanked_reason,
    }


def _requires_dist(package: Package) -> list[str]:
    return [*(f"{name}>=0.1" for name in package.requires), 'pytest>=7; extra == "test"']


def _ownership(package: Package) -> Document:
    """The repository's owner stands for the accounts: sample data names no people."""
    owner = (package.repository or package.name).split("/")[0].lower()
    return {"organization": None, "roles": [{"role": "Owner", "user": owner}]}


def _classifiers(package: Package) -> list[str]:
    form, said = package.license[0], package.license[2:]
    stable = "5 - Production/Stable" if not package.version.startswith("0.") else "4 - Beta"
    return [
        f"Development Status :: {stable}",
        "Intended Audience :: Developers",
        *([f"License :: OSI Approved :: {said}"] if form == "c" else []),
        "Programming Language :: Python",
        *(package.classifiers or _python_classifiers(package.requires_python)),
    ]


def _python_classifiers(requires_python: str | None) -> list[str]:
    admitted = SpecifierSet(requires_python or ">=3.6")
    minors = [minor for minor in PYTHON_MINORS if f"{minor}.0" in admitted]
    return [f"Programming Language :: Python :: {minor}" for minor in minors[-SUPPORTED_MINORS:]]


def _link_style(package: Package) -> int:
    return int.from_bytes(hashlib.blake2b(package.name.encode(), digest_size=2).digest()) % 8


def _project_urls(package: Package) -> dict[str, str] | None:
    """Eight ways in which packages name their repository, one of them not here at all."""
    if package.repository is None:
        return None
    url = f"https://github.com/{package.repository}"
    docs = f"https://{package.name}.readthedocs.io/"
    return (
        {"Source": url, "Homepage": docs},
        {"Homepage": url},
        {"Repository": f"{url}.git", "Documentation": docs},
        {"Source Code": f"{url}/", "Bug Tracker": f"{url}/issues"},
        {"Homepage": docs, "Issue Tracker": f"{url}/issues", "Changelog": f"{url}/releases"},
        {"GitHub": url.replace("https://", "http://www."), "Download": "UNKNOWN"},
        {"source": f"{url}/tree/main/packages/{package.name}"},
        None,
    )[_link_style(package)]


def _home_page(package: Package) -> str | None:
    if package.repository is None:
        return ""
    return f"https://github.com/{package.repository}" if _project_urls(package) is None else None


def _files(package: Package, release: Release) -> list[Document]:
    stem = package.name.replace("-", "_")
    wheel = f"{stem}-{release.version}-py3-none-any.whl"
    sdist = f"{stem}-{release.version}.tar.gz"
    return [
        _file(package, release, wheel, "bdist_wheel", "py3"),
        _file(package, release, sdist, "sdist", "source"),
    ]


def _file(package: Package, release: Release, filename: str, kind: str, python: str) -> Document:
    sha256 = hashlib.sha256(filename.encode()).hexdigest()
    uploaded = _upload_time(release.day, sha256)
    yanked = package.yanked_reason is not None and release.version == package.version
    return {
        "comment_text": None,
        "core-metadata": False,
        "digests": {"sha256": sha256},
        "downloads": -1,
        "filename": filename,
        "has_sig": False,
        "packagetype": kind,
        "python_version": python,
        "requires_python": package.requires_python,
        "size": 20_000 + int(sha256[:5], 16) % 900_000,
        "upload_time": uploaded,
        "upload_time_iso_8601": f"{uploaded}.000000Z",
        "url": f"{INDEX_ADDRESS}/packages/{sha256[:2]}/{sha256[2:4]}/{filename}",
        "yanked": yanked,
        "yanked_reason": package.yanked_reason if yanked else None,
    }


def _upload_time(day: date, digest: str) -> str:
    hour, minute = int(digest[:4], 16) % 24, int(digest[4:8], 16) % 60
    return f"{day.isoformat()}T{hour:02}:{minute:02}:00"


def _simple_file(file: Document) -> Document:
    return {
        "core-metadata": file["core-metadata"],
        "filename": file["filename"],
        "hashes": file["digests"],
        "requires-python": file["requires_python"],
        "size": file["size"],
        "upload-time": file["upload_time_iso_8601"],
        "url": file["url"],
        "yanked": file["yanked_reason"] or file["yanked"],
    }
