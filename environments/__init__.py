"""Environment files: one describes one deployment; everything else is derived from it."""

from environments.application import Application, ApplicationKind
from environments.data import Data, DatabaseKind, DataEngine, Promotion
from environments.dns import Dns, HealthCheck
from environments.errors import EnvironmentFileError
from environments.loading import DEFAULT_ENVIRONMENT, environment_file, load_environment
from environments.model import (
    OTHER,
    REMOTE_STACKS,
    ROLE_NAMES,
    ROLES,
    STACKS,
    Environment,
    RemoteStack,
    Role,
    SwitchPlace,
)
from environments.sections import (
    Alarms,
    Backend,
    Capacity,
    ExistingNetwork,
    Failover,
    Firewall,
    FirewallMode,
    RegionalSettings,
    RoutingControl,
    Strategy,
)
from environments.tables import Table

__all__ = [
    "DEFAULT_ENVIRONMENT",
    "OTHER",
    "REMOTE_STACKS",
    "ROLES",
    "ROLE_NAMES",
    "STACKS",
    "Alarms",
    "Application",
    "ApplicationKind",
    "Backend",
    "Capacity",
    "Data",
    "DataEngine",
    "DatabaseKind",
    "Dns",
    "Environment",
    "EnvironmentFileError",
    "ExistingNetwork",
    "Failover",
    "Firewall",
    "FirewallMode",
    "HealthCheck",
    "Promotion",
    "RegionalSettings",
    "RemoteStack",
    "Role",
    "RoutingControl",
    "Strategy",
    "SwitchPlace",
    "Table",
    "environment_file",
    "load_environment",
]
