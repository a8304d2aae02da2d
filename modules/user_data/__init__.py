"""The script that an instance runs on its first boot: it prepares and starts the application."""

from modules.user_data.page import APACHE_CONFIGURATION, CONFIGURATION_FILE, PAGE_FILE
from modules.user_data.preparation import (
    APPLICATION_FOLDER,
    ATTEMPT_TIMEOUT,
    ENVIRONMENT_FILE,
    LAST_ATTEMPT,
)
from modules.user_data.release import FETCHER, UNIT_FILE
from modules.user_data.script import Workload, user_data

__all__ = [
    "APACHE_CONFIGURATION",
    "APPLICATION_FOLDER",
    "ATTEMPT_TIMEOUT",
    "CONFIGURATION_FILE",
    "ENVIRONMENT_FILE",
    "FETCHER",
    "LAST_ATTEMPT",
    "PAGE_FILE",
    "UNIT_FILE",
    "Workload",
    "user_data",
]
