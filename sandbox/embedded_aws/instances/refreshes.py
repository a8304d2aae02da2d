"""All instance refreshes: those of a group, and whatever is due in any."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from moto.autoscaling.models import FakeAutoScalingGroup, autoscaling_backends
from moto.core.models import DEFAULT_ACCOUNT_ID

from sandbox.embedded_aws.instances.refresh import InstanceRefresh


def refreshes_of(group: FakeAutoScalingGroup) -> list[InstanceRefresh]:
    """A group's refreshes, newest first, to add to."""
    return vars(group).setdefault("refreshes", [])


def active_refresh(group: FakeAutoScalingGroup) -> InstanceRefresh | None:
    """A group has at most one:
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html"""
    return next((refresh for refresh in refreshes_of(group) if refresh.active), None)


def advance_refreshes() -> None:
    """Does whatever is due in any region."""
    for backend in list(autoscaling_backends[DEFAULT_ACCOUNT_ID].values()):
        for group in list(backend.autoscaling_groups.values()):
            refresh = active_refresh(group)
            if refresh is not None:
                refresh.advance()
