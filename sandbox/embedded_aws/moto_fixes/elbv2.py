"""Fixes of moto's Elastic Load Balancing."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import InstanceBackend
from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend, FakeHealthStatus, FakeTargetGroup, elbv2_backends

NOT_IN_USE = (
    "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer",
)
NOT_IN_ZONES = (
    "Target.NotInUse",
    "Target is in an Availability Zone that is not enabled for the load balancer",
)


def protected_balancers_stay() -> None:
    """moto deletes a load balancer despite its deletion protection."""
    delete_balancer = ELBv2Backend.delete_load_balancer

    def delete(self: ELBv2Backend, arn: str) -> None:
        balancer = self.load_balancers.get(arn)
        if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
            message = f"Load balancer '{arn}' cannot be deleted because deletion protection is on"
            raise ELBClientError("OperationNotPermitted", message)
        delete_balancer(self, arn)

    ELBv2Backend.delete_load_balancer = delete


def targets_wait_for_a_listener() -> None:
    """moto reports a target healthy as soon as it is registered. AWS reports a target as unused
    until a listener or rule forwards to its group, and if its zone is not one of the load
    balancer's:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html#target-health-states
    """
    health_for = FakeTargetGroup.health_for

    def health(self: FakeTargetGroup, target: dict[str, Any], ec2_backend: EC2Backend) -> Any:
        found = health_for(self, target, ec2_backend)
        if found.status != "healthy":
            return found
        zones = _zones_served(self)
        instance = ec2_backend.get_instance_by_id(target["Id"])
        if not zones:
            reason, why = NOT_IN_USE
        elif instance is not None and instance.placement.zone not in zones:
            reason, why = NOT_IN_ZONES
        else:
            return found
        return FakeHealthStatus(
            found.instance_id, found.port, found.health_check_port, "unused", reason, why
        )

    FakeTargetGroup.health_for = health


def terminated_targets_leave() -> None:
    """moto keeps an instance that its Auto Scaling group has terminated as a healthy target; only
    TerminateInstances deregisters it:
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/attach-load-balancer-asg.html"""
    terminate_instances = InstanceBackend.terminate_instances

    def terminate(self: EC2Backend, instance_ids: list[str]) -> Any:
        ended = terminate_instances(self, instance_ids)
        elbv2_backends[self.account_id][self.region_name].notify_terminate_instances(instance_ids)
        return ended

    InstanceBackend.terminate_instances = terminate


def _zones_served(group: FakeTargetGroup) -> set[str]:
    """The zones of the load balancers that forward to a target group."""
    backend = elbv2_backends[group.account_id][group.region_name]
    return {
        zone.zone_name
        for balancer in list(backend.load_balancers.values())
        if any(
            group.arn in backend._get_target_group_arns_from(action.data)
            for listener in list(balancer.listeners.values())
            for rule in list(listener.rules.values())
            for action in rule.actions
        )
        for zone in balancer.availability_zones
    }
