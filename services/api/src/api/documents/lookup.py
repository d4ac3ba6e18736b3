"""Many packages at once."""

from datetime import date

from pydantic import BaseModel

from api.documents.base import Dated, field
from api.documents.packages import ShortHealth, Status


class AskedFor(BaseModel):
    """How a package was asked for."""

    text: str = field("As it stood there.", "requests==2.31.0")
    line: int | None = field("Line at which it stood; null where there are none.", 3)
    version: str | None = field("The one version that is meant; null: none alone.", "2.31.0")


class Use(BaseModel):
    """How much a package is used."""

    last_month: int | None = field("Downloads of 30 days without mirrors.", 1_148_400_000)
    rank: int | None = field("Place by last_month among all packages.", 4)


class Licence(BaseModel):
    """The licence."""

    expression: str | None = field("SPDX expression where one could be read.", "Apache-2.0")
    class_: str = field("Class of the licence.", "permissive", alias="class")


class Concern(BaseModel):
    """An advisory about the version that was asked for."""

    id: str = field("Identifier.", "GHSA-9hjg-9r4m-mvj7")
    kind: str = field("vulnerable, malicious or hijacked.", "vulnerable")
    severity: str = field("critical, high, medium, low, none or unknown.", "medium")
    summary: str
    url: str
    fixed_in: list[str] = field("Versions without it.", ["2.32.4"])


class VersionSecurity(BaseModel):
    """What is known against a package and the version that was asked for."""

    status: Status = field("The gravest open finding about the package.", "clean")
    advisories: list[Concern] = field(
        "Advisories about the version asked for, else about the newest; at most 20."
    )


class Reason(BaseModel):
    """Why a package deserves a look."""

    rule: str = field("Name of the rule.", "advisory")
    tone: str = field("bad, caution or note.", "caution")
    text: str = field("The rule in words.", "Known advisories.")


class LookedUpPackage(BaseModel):
    """One package of many."""

    name: str = field("Canonical name (PEP 503).", "requests")
    asked: AskedFor
    known: bool = field("Whether PyPI has it.", True)
    display_name: str | None
    version: str | None = field("Newest version.", "2.34.0")
    released: date | None = field("Day of the newest release, UTC.", "2026-05-20")
    yanked: bool = field("Whether the version asked for was withdrawn.", False)
    downloads: Use
    health: ShortHealth
    maintenance: str = field("When the last sign of work was.", "active")
    license: Licence
    project_status: str = field(
        "active, archived, deprecated, quarantined, gone or unknown.", "active"
    )
    security: VersionSecurity
    attention: list[Reason] = field("What deserves a look, the gravest first.")


class UnreadLine(BaseModel):
    """A line that could not be read."""

    line: int | None = field("Its number; null where there are no lines.", 7)
    text: str = field("As it stood there.", "-r other.txt")
    reason: str = field("Why.", "it names another file, which is not here")


class LookedUp(Dated):
    """Many packages, what deserves a look first."""

    packages: list[LookedUpPackage]
    unread: list[UnreadLine] = field("Lines that could not be read, at most 200.")
