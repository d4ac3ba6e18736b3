"""OSV records: some of real flaws, told in own words, and those of the invented packages."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from sample_data.stories import LOOKALIKE_OF_REQUESTS

Document = dict[str, Any]


class Flaw(NamedTuple):
    """One flaw with all its identifiers; the first is the record's, more become records too."""

    ids: tuple[str, ...]
    package: str
    introduced: str
    fixed: str | None
    vector: str | None
    severity: str | None
    """As GitHub's database words it; a PYSEC record leaves it out."""
    published: date
    summary: str


KNOWN_FLAWS = (
    Flaw(("GHSA-j8r2-6x86-q33q", "PYSEC-2023-74", "CVE-2023-32681"), "requests", "2.3.0", "2.31.0",
         "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:C/C:H/I:N/A:N", "MODERATE", date(2023, 5, 22),
         "The Proxy-Authorization header goes to the destination after a redirect to HTTPS"),
    Flaw(("GHSA-h5c8-rqwp-cp95", "CVE-2024-22195"), "jinja2", "0", "3.1.3",
         "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "MODERATE", date(2024, 1, 11),
         "The xmlattr filter accepts keys with spaces, so attributes can be injected"),
    Flaw(("GHSA-v845-jxx5-vc9f", "PYSEC-2023-192", "CVE-2023-43804"), "urllib3", "2.0.0", "2.0.6",
         "CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:C/C:H/I:N/A:N", "MODERATE", date(2023, 10, 2),
         "The Cookie header is kept when a redirect leads to another host"),
    Flaw(("GHSA-3f63-hfp8-52jq", "CVE-2023-50447"), "pillow", "0", "10.2.0",
         "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", "CRITICAL", date(2024, 1, 19),
         "Expressions of ImageMath can run arbitrary code through their environment"),
    Flaw(("GHSA-8q59-q68h-6hv4", "PYSEC-2021-142", "CVE-2020-14343"), "pyyaml", "0", "5.4",
         "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CRITICAL", date(2021, 3, 25),
         "full_load and FullLoader run code from documents that are not trusted"),
    Flaw(("GHSA-xg9f-g7g7-2323", "PYSEC-2023-58", "CVE-2023-25577"), "werkzeug", "0", "2.2.3",
         "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "HIGH", date(2023, 2, 15),
         "Multipart forms with very many parts use up processor and memory"),
    Flaw(("GHSA-5h86-8mv2-jq9f", "PYSEC-2024-24", "CVE-2024-23334"), "aiohttp", "1.0.5", "3.9.2",
         "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", "MODERATE", date(2024, 1, 29),
         "Static routes that follow symbolic links give files outside their folder"),
    Flaw(("GHSA-jjg7-2v4v-x38h", "PYSEC-2024-60", "CVE-2024-3651"), "idna", "0", "3.7",
         "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "MODERATE", date(2024, 4, 11),
         "Crafted names take quadratic time to encode"),
    Flaw(("GHSA-g7vv-2v7x-gj9p", "CVE-2024-34062"), "tqdm", "4.4.0", "4.66.3",
         "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:N/I:L/A:N", "LOW", date(2024, 5, 3),
         "Arguments of the command line are evaluated"),
    Flaw(("GHSA-wj6h-64fc-37mp", "CVE-2024-23342"), "ecdsa", "0", None,
         "CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", "HIGH", date(2024, 1, 22),
         "The time a signature takes betrays the key, and no fix is planned"),
)  # fmt: skip

INVENTED_FLAWS = (
    Flaw(("PYSEC-2026-90001", "CVE-2026-990001"), "cobaltcache", "3.0.0", None,
         "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CRITICAL", date(2026, 9, 14),
         "Values read from a shared cache are unpickled without a check (sample record)"),
    Flaw(("PYSEC-2026-90002", "CVE-2026-990002"), "harborgate", "0", "2.6.0",
         "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:L/A:N", "MODERATE", date(2026, 6, 2),
         "Header names are not checked, so requests can be smuggled (sample record)"),
)  # fmt: skip


def advisory_records(last_day: date) -> list[Document]:
    """Every OSV record of the sample data set, as the bucket holds them."""
    flaws = [record for flaw in (*KNOWN_FLAWS, *INVENTED_FLAWS) for record in _records(flaw)]
    month_ago = last_day - timedelta(days=29)
    malicious = [
        _malicious("MAL-2026-90001", LOOKALIKE_OF_REQUESTS, month_ago, versions=None),
        _malicious("MAL-2025-90002", "num2words", date(2025, 7, 28), versions=["0.5.15", "0.5.16"]),
        _withdrawn("MAL-2026-90003", "meadowlark-sdk", last_day - timedelta(days=80)),
        _withdrawn("MAL-2026-4750", "fastapi", date(2026, 5, 12)),
    ]
    return [*flaws, *malicious]


def pypi_vulnerabilities(package: str) -> list[Document]:
    """What PyPI's own document lists for a package whose latest version is affected."""
    return [
        {
            "id": flaw.ids[0],
            "aliases": list(flaw.ids[1:]),
            "details": flaw.summary,
            "summary": None,
            "fixed_in": [],
            "link": f"https://osv.dev/vulnerability/{flaw.ids[0]}",
            "source": "osv",
            "withdrawn": None,
        }
        for flaw in (*KNOWN_FLAWS, *INVENTED_FLAWS)
        if flaw.package == package and flaw.fixed is None
    ]


def _records(flaw: Flaw) -> list[Document]:
    """One record for each database that has the flaw; CVE numbers are aliases only."""
    return [_record(flaw, own) for own in flaw.ids if not own.startswith("CVE-")]


def _record(flaw: Flaw, own: str) -> Document:
    events = [{"introduced": flaw.introduced}, *([{"fixed": flaw.fixed}] if flaw.fixed else [])]
    record = {
        **_frame(own, flaw.package, flaw.published),
        "aliases": [other for other in flaw.ids if other != own],
        "summary": flaw.summary,
        "details": f"{flaw.summary}.",
        "affected": [_affected(flaw.package, [{"type": "ECOSYSTEM", "events": events}], [])],
    }
    if own.startswith("GHSA") or own.startswith("PYSEC-2026-9"):
        record["severity"] = [{"type": "CVSS_V3", "score": flaw.vector}]
        record["database_specific"] = {"severity": flaw.severity, "cwe_ids": []}
    return record


def _malicious(own: str, package: str, day: date, versions: list[str] | None) -> Document:
    everything = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]
    ranges = everything if versions is None else []
    return {
        **_frame(own, package, day),
        "summary": f"Malicious code in {package} (PyPI)",
        "details": "Code in the named versions does harm when it is installed (sample record).",
        "affected": [_affected(package, ranges, versions or [])],
        "database_specific": {"malicious-packages-origins": [], "cwe_ids": ["CWE-506"]},
    }


def _withdrawn(own: str, package: str, day: date) -> Document:
    taken_back = f"{(day + timedelta(days=3)).isoformat()}T08:00:00Z"
    record = _malicious(own, package, day, versions=None)
    return {**record, "modified": taken_back, "withdrawn": taken_back}


def _frame(own: str, package: str, day: date) -> Document:
    moment = f"{day.isoformat()}T08:00:00Z"
    return {
        "schema_version": "1.7.4",
        "id": own,
        "published": moment,
        "modified": moment,
        "references": [{"type": "WEB", "url": f"https://osv.dev/vulnerability/{own}"}],
    }


def _affected(package: str, ranges: list[Document], versions: list[str]) -> Document:
    return {
        "package": {"ecosystem": "PyPI", "name": package, "purl": f"pkg:pypi/{package}"},
        "ranges": ranges,
        "versions": versions,
    }
