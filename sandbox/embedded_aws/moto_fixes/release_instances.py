"""Instances that run a release of the application (`instances/`)."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

from typing import Any

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.core.utils import utcnow
from moto.ec2.models import EC2Backend
from moto.ec2.responses.general import General
from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup
from moto.iam.models import iam_backends

from sandbox.embedded_aws.instances.booting import Boot
from sandbox.embedded_aws.instances.boots import BOOTS
from sandbox.embedded_aws.instances.environment_file import release_environment
from sandbox.embedded_aws.instances.health_checks import NO_ANSWER, Failure, HealthCheck
from sandbox.embedded_aws.instances.verdicts import Verdict

# https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
CHECKING = Failure("Elb.InitialHealthChecking", "Initial health checks in progress")


def instances_run_their_release() -> None:
    """moto's instances run nothing, and every target is healthy. Here, one that runs a release
    takes the current one when its group launches it, or waits for the first. Its target is healthy
    if that release, started really, passes the target group's health check."""
    _boot_what_groups_launch()
    _check_targets()
    _show_consoles()


def _boot_what_groups_launch() -> None:
    replace = FakeAutoScalingGroup.replace_autoscaling_group_instances

    def replace_and_boot(self: FakeAutoScalingGroup, *args: Any, **kwargs: Any) -> None:
        before = {state.instance.id for state in self.instance_states}
        try:
            replace(self, *args, **kwargs)
        finally:
            for state in self.instance_states:
                if state.instance.id not in before:
                    _begin(self, state.instance)

    FakeAutoScalingGroup.replace_autoscaling_group_instances = replace_and_boot


def _begin(group: FakeAutoScalingGroup, instance: Any) -> None:
    environment = release_environment(instance.user_data.decode()) if instance.user_data else None
    if environment is None:
        return
    boot = Boot(
        instance.id,
        instance.instance_type,
        group.region,
        group.account_id,
        _role_of(group),
        environment,
    )
    BOOTS[instance.id] = boot
    boot.look()


def _role_of(group: FakeAutoScalingGroup) -> str | None:
    """The role of the instance profile in a group's launch template."""
    if group.ec2_launch_template is None:
        return None
    data = group.ec2_launch_template.get_version(group.launch_template_version).data
    profile = data.get("IamInstanceProfile") or {}
    name = profile.get("Name") or profile.get("Arn", "").rpartition("/")[2]
    if not name:
        return None
    roles = iam_backends[group.account_id]["aws"].get_instance_profile(name).roles
    return roles[0].name if roles else None


def _check_targets() -> None:
    health_for = FakeTargetGroup.health_for

    def health(self: FakeTargetGroup, target: dict[str, Any], ec2_backend: EC2Backend) -> Any:
        found = health_for(self, target, ec2_backend)
        boot = BOOTS.get(target["Id"])
        if found.status != "healthy" or boot is None or self.health_check_protocol != "HTTP":
            return found
        port = found.port if self.health_check_port == "traffic-port" else self.health_check_port
        verdict = boot.verdict(
            HealthCheck(
                self.health_check_path or "/",
                self.matcher["HttpCode"],
                float(self.health_check_timeout_seconds),
            )
        )
        status, why = _state(verdict, listens=str(port) == boot.environment.get("PORT"))
        if why is None:
            return found
        return FakeHealthStatus(
            found.instance_id,
            found.port,
            found.health_check_port,
            status,
            why.reason,
            why.description,
        )

    FakeTargetGroup.health_for = health


def _state(verdict: Verdict | None, *, listens: bool) -> tuple[str, Failure | None]:
    """A target's state, and why it is not healthy. listens: whether the application listens on the
    port that is checked."""
    if verdict is None:
        return "initial", CHECKING
    if verdict.failure is None and listens:
        return "healthy", None
    return "unhealthy", verdict.failure or NO_ANSWER


def _show_consoles() -> None:
    get_console_output = General.get_console_output

    def show(self: General) -> ActionResult:
        boot = BOOTS.get(self._get_param("InstanceId"))
        if boot is None:
            return get_console_output(self)
        output = Base64EncodedString.from_raw_string(boot.console())
        shown = {"InstanceId": boot.instance, "Timestamp": utcnow(), "Output": output}
        return ActionResult(shown)

    General.get_console_output = show
