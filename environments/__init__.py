"""Environment files: one describes one deployment; everything else is derived from it."""

from environments.errors import EnvironmentFileError, Mistake
from environments.loading import DEFAULT_ENVIRONMENT, load_environment
from environments.model import (
    Backend,
    Capacity,
    Dns,
    Environment,
    ExistingNetwork,
    HealthCheck,
    RegionalSettings,
    Role,
    Stack,
)

__all__ = [
    "DEFAULT_ENVIRONMENT",
    "Backend",
    "Capacity",
    "Dns",
    "Environment",
    "EnvironmentFileError",
    "ExistingNetwork",
    "HealthCheck",
    "Mistake",
    "RegionalSettings",
    "Role",
    "Stack",
    "load_environment",
]
