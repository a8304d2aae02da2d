"""Environment files: one describes one deployment; everything else is derived from it."""

from environments.errors import EnvironmentFileError
from environments.loading import DEFAULT_ENVIRONMENT, environment_file, load_environment
from environments.model import ROLES, STACKS, Environment, Role, Stack, SwitchPlace
from environments.sections import (
    Alarms,
    Backend,
    Dns,
    ExistingNetwork,
    Failover,
    Firewall,
    FirewallMode,
    RegionalSettings,
    RoutingControl,
    Strategy,
)

__all__ = [
    "DEFAULT_ENVIRONMENT",
    "ROLES",
    "STACKS",
    "Alarms",
    "Backend",
    "Dns",
    "Environment",
    "EnvironmentFileError",
    "ExistingNetwork",
    "Failover",
    "Firewall",
    "FirewallMode",
    "RegionalSettings",
    "Role",
    "RoutingControl",
    "Stack",
    "Strategy",
    "SwitchPlace",
    "environment_file",
    "load_environment",
]
