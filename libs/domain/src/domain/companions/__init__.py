"""Why a package is downloaded: what moves like it, what carries it, what rises together.

Pure: daily counts and requirements in, arrays out. `definition` holds every constant once.
"""

from domain.companions.carriers import Carriers, carriers_of
from domain.companions.causes import Causes, causes_of
from domain.companions.definition import STANDARD, Bounds, described
from domain.companions.nearest import Nearest
from domain.companions.requirements import Requirements
from domain.companions.series import Reason, Series
from domain.companions.waves import waves_of

__all__ = [
    "STANDARD",
    "Bounds",
    "Carriers",
    "Causes",
    "Nearest",
    "Reason",
    "Requirements",
    "Series",
    "carriers_of",
    "causes_of",
    "described",
    "waves_of",
]
