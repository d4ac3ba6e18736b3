"""Search, insights, advisories, status."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

from api.documents.base import Dated, field
from api.documents.packages import Package, ShortSecurity
from api.documents.scores import Input


class MonthDownloads(BaseModel):
    """Downloads of 30 days."""

    last_month: int = field("Without mirrors.", 1_148_400_000)


class Found(BaseModel):
    """A search result."""

    name: str
    display_name: str
    summary: str | None
    match: Literal["exact", "joined", "import", "prefix", "part", "typo", "words"] = field(
        "How it matched: the very name; the name with hyphens or spaces left out; another name, as "
        "that of its import; the beginning of the name; words of the name; a misspelling; words of "
        "summary, keywords and topics.",
        "import",
    )
    why: str = field("Why it was found, in words.", "imported as cv2")
    downloads: MonthDownloads
    project_status: str = field("active, archived, deprecated, quarantined or gone.", "active")
    security: ShortSecurity
    stale: bool = field("Whether its numbers are older than the newest day.", False)


class SearchResult(Dated):
    """What a search found, the likeliest meant first."""

    packages: list[Found]
    query: str
    next: str | None = field("Cursor of the next page; null at the end.")
    total: int = field("Packages on all pages, at most 500.", 37)
    nearest: list[str] = field("Words that find something, where this found nothing.", ["postgres"])


class Category(BaseModel):
    """What an insight list is."""

    name: str = field("Name in addresses.", "hidden_gem")
    title: str
    meaning: str
    rule: str = field("Who belongs to it.")
    sort: str = field(
        "Its order, the highest first: a sort of lists, or star_surplus, stars beyond what its "
        "downloads would explain.",
        "downloads",
    )


class CategoryShown(Category):
    """An insight list and its first packages."""

    count: int = field("Packages in it.", 412)
    packages: list[Package]


class Insights(Dated):
    """All insight lists."""

    categories: list[CategoryShown]


class Listed(Package):
    """A package in an insight list."""

    why: str | None = field("The rule that admits it.")
    why_inputs: list[Input] = field("The known facts that the rule looks at.")


class InsightList(Dated):
    """One insight list."""

    category: Category
    packages: list[Listed]
    next: str | None
    total: int


class Affected(BaseModel):
    """A package that an advisory names."""

    name: str
    fixed_in: list[str]


class ShortAdvisory(BaseModel):
    """One flaw, joined over all its identifiers."""

    id: str = field("Identifier.", "GHSA-9hjg-9r4m-mvj7")
    aliases: list[str] = field("Its other identifiers.", ["CVE-2024-47081"])
    kind: str = field("vulnerable, malicious or hijacked.", "vulnerable")
    severity: str = field("critical, high, medium, low, none or unknown.", "medium")
    score: float | None = field("CVSS base score, 0 to 10.", 5.3)
    summary: str
    url: str
    published: datetime | None
    modified: datetime | None


class CatalogueEntry(ShortAdvisory):
    """An advisory with its packages."""

    packages: list[Affected] = field("At most 20.")


class CatalogueCount(BaseModel):
    """How many advisories of one kind and severity there are."""

    kind: str = field("vulnerable or malicious.", "vulnerable")
    severity: str = field("critical, high, medium, low, none or unknown.", "high")
    count: int


class Catalogue(Dated):
    """One page of the catalogue, the newest first."""

    advisories: list[CatalogueEntry]
    next: str | None
    total: int = field("Advisories that pass the filters.", 42)
    counts: list[CatalogueCount] = field("The whole catalogue, by kind and severity.")


class PackageAdvisory(ShortAdvisory):
    """An advisory and what it says of one package."""

    details: str
    ranges: list[str] = field("Versions it affects.", ["<2.32.4"])
    fixed_in: list[str]
    affects_latest: bool = field("Whether the newest version is affected.", False)


class PackageAdvisories(Dated):
    """All advisories of a package."""

    package: str
    advisories: list[PackageAdvisory]
    total: int


class Source(BaseModel):
    """One kind of run."""

    name: str = field("downloads, metadata or security.", "downloads")
    source: str | None = field("Where it was read from.", "clickhouse")
    newest: date | None = field("Newest day it finished.", "2026-06-30")
    late: bool
    problem: str | None


class Run(BaseModel):
    """One collection."""

    run_id: str
    kind: str
    day: date
    status: str = field("open, applied, held, complete, partial or cancelled.", "complete")
    started: datetime
    completed: datetime | None
    applied: int = field("Batches taken in.", 887)
    expected: int | None = field("Batches there are.", 887)
    reason: str | None
    missing_count: int = field("Packages it should have brought and did not.", 0)
    left_out: list[str] = field(
        "What it went on without, each with its reason.",
        ["breakdown by country: the source has no such table"],
    )


class Gate(BaseModel):
    """One check before numbers are published."""

    run_id: str
    gate: str
    passed: bool
    measured: float | None
    limit: float | None
    reason: str


class Correction(BaseModel):
    """A day whose counts the source changed after they were first published."""

    day: date = field("The day that was counted anew, UTC.", "2026-06-28")
    run_id: str = field("The run that brought the new counts.", "downloads-2026-06-30")
    packages: int = field("Packages whose count of that day changed.", 412)
    downloads: int = field("Downloads added to the day; negative: taken away.", 53_201)


class ScheduleState(BaseModel):
    """When one kind of run is asked for."""

    kind: str = field("downloads, metadata or security.", "downloads")
    rule: str = field("In words.", "At 04:30 every day, UTC")
    next: datetime | None = field("When it is due next; null where nobody asks by schedule.")
    last_run: str | None = field("The run asked for last.", "downloads-2026-06-30-1")
    last_status: str | None = field("How that run stands.", "complete")
    last_started: datetime | None = field("When it was asked for.")


class StatusReport(Dated):
    """What is fresh, late or missing."""

    sample_data: bool
    sources: list[Source]
    scheduled: bool = field("Whether runs are asked for by schedule; samples are not.", True)
    schedules: list[ScheduleState] = field("In the order in which they are asked for.")
    runs: list[Run] = field("The newest thirty.")
    gates: list[Gate] = field("Of those runs.")
    gaps: list[date] = field("Days the source never had, at most the newest hundred.")
    corrections: list[Correction] = field("The newest hundred corrections of published days.")
    packages: int
    stale_packages: int
    unknown_installers: float | None = field(
        "Part of the newest run's downloads by installers that the source does not know, 0 to 1; "
        "they count as users. null: the source does not tell installers.",
        0.04,
    )
