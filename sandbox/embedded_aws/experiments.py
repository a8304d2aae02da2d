"""AWS FIS's experiments that cut subnets off, for a time, by network ACLs of FIS's own.

https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#disrupt-connectivity
"""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportPrivateUsage=false

import re
from collections.abc import Iterator

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import unix_time
from moto.ec2.models import ec2_backends
from moto.fis.models import Experiment, fis_backends

CUT_OFF = "aws:network:disrupt-connectivity"
MINUTES = re.compile(r"PT(\d+)M")
MARK = {"Key": "managedByFIS", "Value": "true"}
ALARM = "aws:cloudwatch:alarm"


def begin(experiment: Experiment) -> None:
    """Cuts the experiment's subnets off."""
    ec2 = ec2_backends[experiment.account_id][experiment.region_name]
    experiment.status = "running"
    cut: dict[str, tuple[str, str]] = {}
    for subnet in _subnets(experiment):
        before, association = _association(ec2, subnet)
        made = ec2.create_network_acl(before.vpc_id, [MARK])
        ec2.replace_network_acl_association(association, made.id)
        cut[subnet] = (before.id, made.id)
    vars(experiment)["cut"] = cut


def advance_experiments() -> None:
    """Ends those whose time is up, that were stopped, or whose alarm has gone off."""
    for experiment in _running():
        where = (experiment.account_id, experiment.region_name)
        if experiment.status == "stopping" or alarm_of(*where, experiment.stop_conditions):
            _end(experiment, "stopped")
        elif unix_time() >= experiment.start_time + _seconds(experiment):
            _end(experiment, "completed")


def alarm_of(account: str, region: str, stop_conditions: list[dict[str, str]]) -> str | None:
    """The name of a stop condition's alarm that is in alarm; None if none is."""
    alarms = {one.name: one for one in cloudwatch_backends[account][region].describe_alarms()}
    for condition in stop_conditions:
        name = condition.get("value", "").rpartition(":alarm:")[2]
        if condition["source"] == ALARM and name in alarms and alarms[name].state_value == "ALARM":
            return name
    return None


def _running() -> Iterator[Experiment]:
    for regions in list(fis_backends.values()):
        for backend in list(regions.values()):
            yield from [one for one in backend.experiments.values() if "cut" in vars(one)]


def _end(experiment: Experiment, status: str) -> None:
    """Gives every subnet its own network ACL back."""
    ec2 = ec2_backends[experiment.account_id][experiment.region_name]
    for subnet, (before, made) in vars(experiment).pop("cut").items():
        _, association = _association(ec2, subnet)
        ec2.replace_network_acl_association(association, before)
        ec2.delete_network_acl(made)
    experiment.status = status


def _subnets(experiment: Experiment) -> list[str]:
    (action,) = experiment.actions.values()
    target = experiment.targets[action["targets"]["Subnets"]]
    return [arn.rpartition("/")[2] for arn in target["resourceArns"]]


def _seconds(experiment: Experiment) -> int:
    (action,) = experiment.actions.values()
    return 60 * int(action["parameters"]["duration"].strip("PTM"))  # checked with the template


def _association(ec2, subnet: str):
    """A subnet's network ACL, and the ID of their association."""
    for acl in ec2.network_acls.values():
        for association in acl._associations.values():
            if association.subnet_id == subnet:
                return acl, association.id
    raise KeyError(subnet)
