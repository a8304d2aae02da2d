"""A deployed system without its web ACLs, for tests of other things."""

import json
from dataclasses import replace

from environments import ROLES, Role
from tests.lighter_stacks import LEFT_OUT, lighten
from tests.sandbox.local.deployed.system import Deployed


def lightened(deployed: Deployed) -> Deployed:
    """The same system, whose stacks and states know of no web ACL: AWS keeps it."""
    lighten(deployed.workspace.outdir(deployed.environment.name))
    for role in ROLES:
        _lighten_state(deployed, role)
    return replace(deployed, prepare=lighten)


def _lighten_state(deployed: Deployed, role: Role) -> None:
    backend = deployed.environment.backend(role)
    s3 = deployed.aws.client("s3", backend.region)
    (key,) = [item["Key"] for item in s3.list_objects_v2(Bucket=backend.bucket)["Contents"]]
    state = json.load(s3.get_object(Bucket=backend.bucket, Key=key)["Body"])
    state["resources"] = [one for one in state["resources"] if one["type"] not in LEFT_OUT]
    state["serial"] += 1
    s3.put_object(Bucket=backend.bucket, Key=key, Body=json.dumps(state).encode())
