"""The parts of OSV's schema that are read (ossf.github.io/osv-schema)."""

from typing import Any

import msgspec


class Event(msgspec.Struct):
    """A boundary of a range, as one of four fields."""

    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class Range(msgspec.Struct):
    """Events of one range."""

    type: str = ""
    events: list[Event] | None = None


class Package(msgspec.Struct):
    """Which package an entry is about."""

    ecosystem: str = ""
    name: str = ""


class StatedSeverity(msgspec.Struct):
    """A severity in one notation."""

    type: Any = None
    score: Any = None


class AffectedEntry(msgspec.Struct):
    """What a record says of one package, or of a part of its versions."""

    package: Package | None = None
    severity: list[StatedSeverity] | None = None
    ranges: list[Range] | None = None
    versions: list[str] | None = None


class Remarks(msgspec.Struct):
    """What databases add in their own way."""

    severity: Any = None
    cwe_ids: Any = None


class Document(msgspec.Struct):
    """One record; fields of a wrong type that nothing depends on are taken as they are."""

    id: str
    aliases: list[str] | None = None
    published: Any = None
    modified: Any = None
    withdrawn: Any = None
    summary: str | None = None
    details: str | None = None
    severity: list[StatedSeverity] | None = None
    affected: list[AffectedEntry] | None = None
    database_specific: Remarks | None = None


decode = msgspec.json.Decoder(Document).decode
"""Read one document; msgspec's errors where it is none."""
