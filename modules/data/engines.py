"""Which database an engine stands for."""

from constructs import Construct

from modules.data.aurora import AuroraDatabase
from modules.data.database import Database, Placement
from modules.data.replicated_instance import ReplicatedInstance
from modules.database_settings import DatabaseSettings


def new_database(
    scope: Construct, id: str, *, settings: DatabaseSettings, placement: Placement
) -> Database:
    """The region's database, of the kind that the settings ask for."""
    kind = AuroraDatabase if settings.kind.aurora else ReplicatedInstance
    return kind(scope, id, settings=settings, placement=placement)
