"""Whether as many instances can start as are needed when the primary fails."""

from collections.abc import Callable, Iterable
from typing import Any

from functions.standby_readiness.outcome import Found, Status
from functions.standby_readiness.standby import SERVES, Standby

# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits
VCPU_SERVICE, VCPU_QUOTA = "ec2", "L-1216C47A"
# Instance families that count towards it, by first letter, and exceptions to that.
STANDARD = frozenset("acdhimrtz")
OTHERS = ("dl", "hpc", "inf", "mac", "trn")
ALIVE = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
# What EC2 Auto Scaling must be able to do for the standby to grow and to heal itself. Suspending
# AlarmNotification keeps target tracking from growing it.
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
NEEDED_PROCESSES = (
    "Launch",
    "Terminate",
    "AddToLoadBalancer",
    "AlarmNotification",
    "HealthCheck",
    "ReplaceUnhealthy",
)


def standard(instance_type: str) -> bool:
    """Whether an instance type counts towards the vCPU quota."""
    return instance_type[0] in STANDARD and not instance_type.startswith(OTHERS)


def vcpus_suffice(standby: Standby) -> Found:
    """The vCPU quota of the standby's region leaves room for as many instances as are needed,
    beside everything else that runs there.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits
    """
    kind: str = standby.template["InstanceType"]
    if not standard(kind):
        yield Status.UNKNOWN, f"{kind} belongs to a family with a quota of its own"
        return
    ec2, own = standby.client("ec2"), {one["InstanceId"] for one in standby.group["Instances"]}
    quotas = standby.client("service-quotas")
    allowed: float = quotas.get_service_quota(ServiceCode=VCPU_SERVICE, QuotaCode=VCPU_QUOTA)[
        "Quota"
    ]["Value"]
    used = vcpus_in_use(ec2, lambda instance: instance["InstanceId"] not in own)
    needed = standby.settings.needed * vcpus_of(ec2, [kind])[kind]
    said = f"{allowed - used:g} of {allowed:g} are free for the standby; it needs {needed}"
    if allowed - used >= needed:
        yield Status.READY, said
        return
    raise_it = (
        f"aws service-quotas request-service-quota-increase --region {standby.settings.region}"
        f" --service-code {VCPU_SERVICE} --quota-code {VCPU_QUOTA} --desired-value {needed + used}"
    )
    yield Status.FAULT, f"{said}: {raise_it}"


def group_can_grow(standby: Standby) -> Found:
    """The Auto Scaling group may have as many instances as are needed, and has those that it is to
    have at rest."""
    settings, group = standby.settings, standby.group
    most, least, desired = group["MaxSize"], group["MinSize"], group["DesiredCapacity"]
    if most < settings.needed:
        yield (
            Status.FAULT,
            f"{settings.group} may have {most} instances at most, and {settings.needed} are needed:"
            " raise its maximum",
        )
    elif desired < settings.rest:
        yield (
            Status.FAULT,
            f"{settings.group} is to have {desired} instances, and {settings.rest} should serve:"
            f" set its desired capacity to {settings.rest}",
        )
    else:
        running = sum(one["LifecycleState"] == SERVES for one in group["Instances"])
        yield (
            Status.READY,
            f"{running} of {desired} instances run, between {least} and {most};"
            f" {settings.needed} are needed",
        )


def processes_run(standby: Standby) -> Found:
    """None of the group's processes that the standby depends on is suspended: a suspended Launch
    keeps it from growing, a suspended AlarmNotification from following the load.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
    """
    suspended = sorted(one["ProcessName"] for one in standby.group.get("SuspendedProcesses", []))
    needed = [name for name in suspended if name in NEEDED_PROCESSES]
    others = [name for name in suspended if name not in NEEDED_PROCESSES]
    if needed:
        command = (
            f"aws autoscaling resume-processes --region {standby.settings.region}"
            f" --auto-scaling-group-name {standby.settings.group}"
        )
        yield Status.FAULT, f"suspended: {', '.join(needed)}: {command}"
    else:
        yield Status.READY, "every process that the standby needs runs"
    if others:
        yield Status.NOTE, f"suspended, without harm to a failover: {', '.join(others)}"


def vcpus_in_use(ec2: Any, counts: Callable[[dict[str, Any]], bool]) -> int:
    """The vCPUs of a region's running On-Demand instances of standard families.

    counts: which instances to count.
    """
    pages = ec2.get_paginator("describe_instances").paginate(Filters=ALIVE)
    kinds = [
        instance["InstanceType"]
        for page in pages
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
        if standard(instance["InstanceType"])
        and instance.get("InstanceLifecycle") != "spot"
        and counts(instance)
    ]
    vcpus = vcpus_of(ec2, kinds)
    return sum(vcpus[kind] for kind in kinds)


def vcpus_of(ec2: Any, kinds: Iterable[str]) -> dict[str, int]:
    """How many vCPUs an instance of each type has."""
    asked = sorted(set(kinds))
    if not asked:
        return {}
    known = ec2.describe_instance_types(InstanceTypes=asked)["InstanceTypes"]
    return {kind["InstanceType"]: kind["VCpuInfo"]["DefaultVCpus"] for kind in known}
