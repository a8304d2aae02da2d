"""The web application in one region. It does not know which role the region plays."""

from modules.regional.alarms import RegionalAlarms
from modules.regional.logs import LogSettings
from modules.regional.region import Regional, RegionalDns
from modules.regional.releases import (
    PROGRAM_FOLDER,
    ReleasesBucket,
    ReleasesSettings,
    artifacts_of,
)

__all__ = [
    "PROGRAM_FOLDER",
    "LogSettings",
    "Regional",
    "RegionalAlarms",
    "RegionalDns",
    "ReleasesBucket",
    "ReleasesSettings",
    "artifacts_of",
]
