"""The web application in one region. It does not know which role the region plays."""

from modules.regional.alarms import RegionalAlarms
from modules.regional.logs import LogSettings
from modules.regional.region import Regional, RegionalDns
from modules.regional.releases import ReleasesBucket, ReleasesSettings

__all__ = [
    "LogSettings",
    "Regional",
    "RegionalAlarms",
    "RegionalDns",
    "ReleasesBucket",
    "ReleasesSettings",
]
