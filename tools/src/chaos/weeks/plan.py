"""Which night brings what: the world's own events, and the troubles of this machine."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from chaos.troubles.disk import FullDisk


class Trouble(StrEnum):
    """What may befall the machine or its sources in a night."""

    LATE_DAY = "the source has the day only after the night; the scorer asks for it again"
    REBOOT = "every process killed with -9 while the downloads come in, then the machine started"
    FULL_DISK = "PostgreSQL's disk full for 10 s while the downloads come in"
    UPGRADE = "all services replaced by the next release while the downloads come in"


@dataclass(frozen=True)
class Plan:
    """What happens on which night, counted from 0."""

    nights: int
    quarantine: int
    """The night before which a project is put into quarantine; in the undisturbed weeks as well."""
    troubles: Mapping[int, Trouble]

    @property
    def undisturbed(self) -> "Plan":
        """The same weeks without any trouble."""
        return replace(self, troubles={})


TWO_WEEKS = Plan(
    nights=14,
    quarantine=8,
    troubles={
        2: Trouble.LATE_DAY,
        4: Trouble.REBOOT,
        6: Trouble.UPGRADE,
        9: Trouble.FULL_DISK,
        10: Trouble.LATE_DAY,
        12: Trouble.REBOOT,
    },
)

THREE_NIGHTS = Plan(
    nights=3,
    quarantine=2,
    troubles={0: Trouble.UPGRADE, 1: Trouble.LATE_DAY, 2: Trouble.REBOOT},
)
"""For `make test`."""

DISK = FullDisk("postgres", 10)
