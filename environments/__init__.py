"""Environment files: one describes one deployment; everything else is derived from it."""

from environments.errors import EnvironmentFileError
from environments.loading import DEFAULT_ENVIRONMENT, load_environment
from environments.model import (
    ROLES,
    STACKS,
    Backend,
    Dns,
    Environment,
    ExistingNetwork,
    Failover,
    RegionalSettings,
    Role,
    RoutingControl,
    Stack,
    Strategy,
)

__all__ = [
    "DEFAULT_ENVIRONMENT",
    "ROLES",
    "STACKS",
    "Backend",
    "Dns",
    "Environment",
    "EnvironmentFileError",
    "ExistingNetwork",
    "Failover",
    "RegionalSettings",
    "Role",
    "RoutingControl",
    "Stack",
    "Strategy",
    "load_environment",
]
