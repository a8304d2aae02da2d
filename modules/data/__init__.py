"""The application's database in one region, and what joins the two regions' databases."""

from modules.data.alarms import DatabaseAlarms
from modules.data.aurora import AuroraDatabase
from modules.data.database import Database, Placement
from modules.data.engines import new_database
from modules.data.global_cluster import GlobalCluster
from modules.data.password import read_secret
from modules.data.replicated_instance import ReplicatedInstance

__all__ = [
    "AuroraDatabase",
    "Database",
    "DatabaseAlarms",
    "GlobalCluster",
    "Placement",
    "ReplicatedInstance",
    "new_database",
    "read_secret",
]
