"""Settings of security-scan."""

from pathlib import Path

from pydantic import Field

from security_scan.archive import MIB, Bounds
from servicekit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read from the environment; a field's name in capitals is its variable."""

    osv_url: str = Field(
        "https://osv-vulnerabilities.storage.googleapis.com",
        description="Root of OSV's bucket, in which `PyPI/all.zip` lies.",
    )
    osv_page_url: str = Field(
        "https://osv.dev/vulnerability/",
        description="Where a finding's link leads; the advisory's identifier is appended.",
    )
    pypi_url: str = Field(
        "https://pypi.org", description="PyPI as its pages are linked from findings."
    )
    cache_dir: Path = Field(
        Path(".local/security-scan"),
        description="Folder that keeps the archive between runs; workers may share it.",
    )
    osv_timeout: float = Field(
        60.0, description="Seconds without a byte after which a download is given up."
    )
    osv_attempts: int = Field(
        5, ge=1, description="How often the archive is asked for before the run is held."
    )
    osv_max_bytes: int = Field(1024 * MIB, description="Largest archive accepted, in bytes.")
    osv_max_unpacked_bytes: int = Field(
        4096 * MIB, description="Largest sum of unpacked records accepted, in bytes."
    )
    osv_max_record_bytes: int = Field(
        16 * MIB, description="Largest record read, in bytes; a larger one counts as broken."
    )
    osv_max_records: int = Field(500_000, description="Most files accepted in the archive.")
    concurrency: int = Field(
        2, ge=1, description="Messages of work that one process handles side by side."
    )

    @property
    def bounds(self) -> Bounds:
        """What an archive may hold."""
        return Bounds(
            records=self.osv_max_records,
            unpacked=self.osv_max_unpacked_bytes,
            record=self.osv_max_record_bytes,
        )
