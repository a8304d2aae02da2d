"""Whether the standby is what the primary is, but for what is meant to differ."""

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from environments import ROLES, Role
from environments.data import READER_HOST, WRITER_HOST
from functions.standby_readiness.serving import image_of
from functions.standby_readiness.stored import current_release
from modules.user_data import Workload, user_data
from operations.checks import Found, Status
from operations.readiness.deployment import Deployment

# What users would notice if it differed. The image has a check of its own.
ALIKE = (
    "InstanceType",
    "MetadataOptions",
    "CreditSpecification",
    "Monitoring",
    "BlockDeviceMappings",
    "EbsOptimized",
)
SHOWN = 60


def present_size_fits(deployment: Deployment) -> Found:
    """The standby's group may become as large as the primary's is at present, which target tracking
    may have made larger than the environment file has it."""
    environment = deployment.environment
    present: int = deployment.group("primary")["DesiredCapacity"]
    most: int = deployment.group("dr")["MaxSize"]
    woken = environment.primary.capacity.desired
    if most < present:
        yield (
            Status.FAULT,
            f"the primary has {present} instances now, and the standby may have {most} at most:"
            " raise dr.capacity.max",
        )
        return
    yield Status.READY, f"the primary has {present} now; the standby may have {most}"
    if environment.failover.activation and present > woken:
        yield (
            Status.NOTE,
            f"a failover starts {woken} (primary.capacity.desired); target tracking adds the rest"
            " within minutes",
        )


def images_agree(deployment: Deployment) -> Found:
    """Both regions start instances from the same image, by its name, architecture and root
    device: images are regional, so their IDs differ."""
    images: list[dict[str, Any]] = []
    for role in ROLES:
        region = deployment.region(role)
        template = deployment.template(role)
        image = image_of(
            deployment.client("ec2", region), deployment.client("ssm", region), template
        )
        if image is None:
            yield Status.FAULT, f"{region}: there is no image {template['ImageId']}"
            return
        images.append(image)
    primary, standby = images
    for key in ("Architecture", "Name", "RootDeviceName"):
        if primary.get(key) != standby.get(key):
            yield (
                Status.FAULT,
                f"{key} differs: {primary.get(key)} in the primary, {standby.get(key)} in the"
                " standby",
            )
            return
    yield Status.READY, f"{standby.get('Name')}, {standby.get('Architecture')}"


def templates_agree(deployment: Deployment) -> Found:
    """Both launch templates have the same instance type, disks and metadata options, and the same
    user data but for the lines in which the environment file makes the regions differ."""
    primary, standby = (deployment.template(role) for role in ROLES)
    told = {role: deployment.environment.regional(role).instance_type for role in ROLES}
    differing = [
        key
        for key in ALIKE
        if primary.get(key) != standby.get(key)
        and not (key == "InstanceType" and told["primary"] != told["dr"])
    ]
    for key in differing:
        yield Status.FAULT, f"{key} differs: {primary.get(key)} and {standby.get(key)}"
    lines = list(_skewed_lines(deployment, primary, standby))
    for line in lines:
        yield Status.FAULT, f"user data: {line}"
    if not differing and not lines:
        yield Status.READY, f"{standby['InstanceType']}, and the same user data but for the region"


def _skewed_lines(
    deployment: Deployment, primary: dict[str, Any], standby: dict[str, Any]
) -> Iterator[str]:
    """What one region's user data have alone and the file does not make differ, and what it does
    make differ and is not there."""
    scripts = [_script(template) for template in (primary, standby)]
    wanted = [_wanted(deployment, role) for role in ROLES]
    for own, other in ((0, 1), (1, 0)):
        region = deployment.region(ROLES[own])
        special = _only(wanted[own], wanted[other])
        filled_in = [line for line in wanted[own] if WRITER_HOST in line or READER_HOST in line]
        meant = [_pattern(line) for line in special + filled_in]
        for line in _only(scripts[own], scripts[other]):
            if not any(pattern.fullmatch(line) for pattern in meant):
                yield f"only {region} has the line {_shortened(line)}"
        for line in special:
            if not any(map(_pattern(line).fullmatch, scripts[own])):
                yield f"{region} lacks the line {_shortened(line)}: apply its stack"


def _shortened(line: str) -> str:
    return repr(line if len(line) <= SHOWN else f"{line[:SHOWN]}...")


def _script(template: dict[str, Any]) -> list[str]:
    return base64.b64decode(template.get("UserData", "")).decode(errors="replace").splitlines()


def _wanted(deployment: Deployment, role: Role) -> list[str]:
    environment = deployment.environment
    workload = Workload(
        environment.application, environment.variables(role), environment.regional(role).page
    )
    return user_data(workload).splitlines()


def _only(lines: Iterable[str], others: Iterable[str]) -> list[str]:
    """The lines that the others do not have as often."""
    return list((Counter(lines) - Counter(others)).elements())


def _pattern(line: str) -> re.Pattern[str]:
    """A line in which Terraform fills in the database's host names."""
    text = re.escape(line)
    for placeholder in (WRITER_HOST, READER_HOST):
        text = text.replace(re.escape(placeholder), r"[\w.-]+")
    return re.compile(text)


def releases_agree(deployment: Deployment) -> Found:
    """Both regions name the same release as current."""
    environment = deployment.environment
    if environment.application.kind != "release":
        return
    found: dict[Role, str | None] = {
        role: current_release(
            deployment.client("s3", deployment.region(role)), environment.releases_bucket(role)
        )
        for role in ROLES
    }
    primary, standby = (digest[:12] if digest else "none" for digest in found.values())
    if found["primary"] == found["dr"]:
        yield Status.READY, primary
    else:
        yield (
            Status.FAULT,
            f"{primary} in the primary, {standby} in the standby: failover deploy DIGEST",
        )


def secret_is_in_sync(deployment: Deployment) -> Found:
    """Secrets Manager has copied the database's secret to the standby's region.

    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicationStatusType.html
    """
    environment, standby = deployment.environment, deployment.region("dr")
    if environment.data.kind is None:
        return
    name = environment.database_secret
    manager = deployment.client("secretsmanager", deployment.region("primary"))
    replicas = manager.describe_secret(SecretId=name).get("ReplicationStatus", [])
    found = next((one for one in replicas if one["Region"] == standby), None)
    if found is None:
        yield Status.FAULT, f"{name} is not replicated to {standby}: apply `primary`"
    elif found["Status"] != "InSync":
        why = found.get("StatusMessage", "")
        yield Status.FAULT, f"{name} is {found['Status']} in {standby}: {why}"
    else:
        yield Status.READY, f"{name} is InSync in {standby}"
