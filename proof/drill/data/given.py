"""What the instances are told of their database: the emitted variables, and the drill's own in
place of the addresses that only AWS has."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from environments import ROLES, Environment, Role
from functions.standby_readiness.standby import template_of
from operations.aws import Connect
from operations.groups import group_in
from proof.drill.reading import Emitted, EmittedRegion
from proof.drill.web_server import LOOPBACK
from sandbox.embedded_aws.client import NOTHING_OF_THE_USERS
from sandbox.embedded_aws.instances.environment_file import release_environment
from sandbox.embedded_aws.instances.running import PATH
from terminal.errors import OperationError

# All that the application asks of the AWS CLI.
AWS = """\
#!/bin/sh
refuse() {{
  echo "the drill's aws: $1" >&2
  exit "$2"
}}
[ "$1 $2" = "secretsmanager get-secret-value" ] || refuse "only get-secret-value, not $*" 252
shift 2
while [ $# -gt 0 ]; do
  case $1 in
    --region) region=$2 ;;
    --secret-id) secret=$2 ;;
    --query) [ "$2" = SecretString ] || refuse "unknown query $2" 252 ;;
    --output) [ "$2" = text ] || refuse "unknown output $2" 252 ;;
    *) refuse "unknown option $1" 252 ;;
  esac
  shift 2
done
file={folder}/secrets/$region/$secret
[ -f "$file" ] || refuse "ResourceNotFoundException: $secret in $region" 254
exec cat "$file"
"""
# A shim of python3 may put the real AWS CLI first on the PATH: it then reaches nobody.
NO_AWS = {"AWS_ENDPOINT_URL": f"http://{LOOPBACK}:1", **NOTHING_OF_THE_USERS}
VARIABLES = "variables.json"


def as_deployed(emitted: Emitted, connect: Connect) -> Emitted:
    """With the user data that Terraform has filled in."""
    regions: dict[Role, EmittedRegion] = {
        role: replace(region, user_data=_user_data(region, connect))
        for role, region in emitted.regions.items()
    }
    return replace(emitted, regions=regions)


def _user_data(region: EmittedRegion, connect: Connect) -> str:
    group = group_in(region.region, region.group, connect)
    template = template_of(connect("ec2", region.region), group)
    return base64.b64decode(template["UserData"]).decode()


def check_endpoints(environment: Environment, emitted: Emitted, connect: Connect) -> None:
    """Raises OperationError where instances are told of another database than their region's."""
    for role, region in emitted.regions.items():
        name = environment.database(role)
        rds = connect("rds", region.region)
        (cluster,) = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"]
        wanted = {
            "DATABASE_HOST": cluster["Endpoint"],
            "DATABASE_READER_HOST": cluster["ReaderEndpoint"],
            "DATABASE_PORT": str(cluster["Port"]),
            "DATABASE_NAME": cluster["DatabaseName"],
        }
        told = release_environment(region.user_data) or {}
        for variable, value in wanted.items():
            if told.get(variable) != value:
                raise OperationError(
                    f"the instances in {region.region} are told that {variable} is"
                    f" {told.get(variable)!r}, and {name}'s is {value!r}"
                )


def secret_of(environment: Environment, role: Role, connect: Connect) -> str:
    """What the deployed secret holds in a region: JSON with `username` and `password`."""
    client = connect("secretsmanager", environment.regional(role).region)
    found: str = client.get_secret_value(SecretId=environment.database_secret)["SecretString"]
    return found


def give(
    environment: Environment, folder: Path, ports: Mapping[Role, int], secrets: Mapping[Role, str]
) -> dict[Role, dict[str, str]]:
    """Writes an `aws` and the secrets into a new folder, and the variables too, for the embedded
    AWS; returns the variables.

    ports: where each region's server is on loopback.
    """
    binaries = folder / "bin"
    binaries.mkdir(parents=True)
    (binaries / "aws").write_text(AWS.format(folder=folder))
    (binaries / "aws").chmod(0o755)
    variables: dict[Role, dict[str, str]] = {}
    for role in ROLES:
        region = environment.regional(role).region
        secret = folder / "secrets" / region / environment.database_secret
        secret.parent.mkdir(parents=True)
        secret.write_text(secrets[role])
        variables[role] = {
            "DATABASE_HOST": LOOPBACK,
            "DATABASE_READER_HOST": LOOPBACK,
            "DATABASE_PORT": str(ports[role]),
            "DATABASE_TLS": "off",
            "PATH": f"{binaries}:{PATH}",
            **NO_AWS,
        }
    by_region = {environment.regional(role).region: variables[role] for role in ROLES}
    (folder / VARIABLES).write_text(json.dumps(by_region))
    return variables
