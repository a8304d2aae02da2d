"""What serves where the application is the user's own release."""

import os
from collections.abc import Mapping
from pathlib import Path

from environments import ROLES, Environment, Role
from environments.instance_types import architecture
from operations.aws import Connect
from operations.delivery.bucket import ReleasesBucket
from proof.drill.bucket_copy import BucketCopy
from proof.drill.process_groups import ProcessGroups
from proof.drill.reading import Emitted, EmittedRegion
from proof.drill.release_server import NOTHING, ReleaseServer
from sandbox.embedded_aws.instances.environment_file import BUCKET, release_environment
from terminal.errors import OperationError

SHORT = 12


class ReleaseSoftware:
    """Runs on each instance what its region's bucket names as current. folder: for the copies of
    the buckets. variables: what each region's instances get in place of what the user data says."""

    hangs = True

    def __init__(
        self,
        environment: Environment,
        emitted: Emitted,
        connect: Connect,
        *,
        digest: str,
        folder: Path,
        variables: Mapping[Role, Mapping[str, str]] | None = None,
    ) -> None:
        user = " as nobody" if os.geteuid() == 0 else ""
        self.name = f"release {digest[:SHORT]}{user}"
        self._copies = folder / "buckets"
        self._groups = ProcessGroups()
        self._variables = variables or {}
        self._by_role: dict[Role, BucketCopy] = {}
        for role in ROLES:
            region = emitted.regions[role]
            self._by_role[role] = BucketCopy(
                ReleasesBucket(_bucket(region), region.region, connect),
                self._copies,
                architecture(environment.regional(role).instance_type),
            )

    def server(self, region: EmittedRegion, folder: Path, port: int) -> ReleaseServer:
        """An instance of the region."""
        return ReleaseServer(
            region,
            folder,
            port,
            copy=self._by_role[region.role],
            copies=self._copies,
            groups=self._groups,
            variables=self._variables.get(region.role, NOTHING),
        )

    def end(self) -> None:
        """Ends whatever is left of the releases."""
        self._groups.close()


def _bucket(region: EmittedRegion) -> str:
    """The bucket that the emitted user data names."""
    variables = release_environment(region.user_data)
    if variables is None:
        raise OperationError(f"the emitted user data of {region.region} names no releases bucket")
    return variables[BUCKET]
