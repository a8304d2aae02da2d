"""What gives a load balancer its security groups back after a drill, whatever happens to whoever
took them away."""

from cdktf_cdktf_provider_aws.scheduler_schedule_group import SchedulerScheduleGroup
from constructs import Construct

from modules.iam import allow
from modules.module import Module
from modules.roles import ServiceRole

SCHEDULER = "scheduler.amazonaws.com"


class Reopening(Module):
    """A group for the schedule that a drill makes before it closes the load balancer, and the role
    by which EventBridge Scheduler then opens it again.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html

    Args:
        name: The name of the group of schedules, and of the role.
        account_id: The account.
        load_balancer_arn: The only load balancer that the role may open.
    """

    def __init__(
        self, scope: Construct, id: str, *, name: str, account_id: str, load_balancer_arn: str
    ) -> None:
        super().__init__(scope, id)
        SchedulerScheduleGroup(self, "drill_schedules", name=name)
        ServiceRole(
            self,
            "drill_scheduler",
            name=name,
            service=SCHEDULER,
            description="Opens the load balancer again after a drill",
            policy_name="open",
            statements=[allow("elasticloadbalancing:SetSecurityGroups", on=load_balancer_arn)],
            on_behalf_of={"aws:SourceAccount": account_id},
        )
