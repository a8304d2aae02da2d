"""Takes the primary away by its load balancer's security groups.

A schedule that gives them back is made first. It runs in the primary's region, by a role of its
own, so it needs nobody.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError  # pyright: ignore[reportMissingTypeStubs]

from environments import Environment
from functions.failover_control.notes import code_of
from operations.aws import Connect, refused
from terminal.errors import OperationError

SCHEDULE = "open-load-balancer"
# https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
SET_GROUPS = "arn:aws:scheduler:::aws-sdk:elasticloadbalancingv2:setSecurityGroups"
MISSING = "ResourceNotFoundException"


class Closing:
    """Gives the load balancer a security group without a way in, in place of its own."""

    def __init__(self, environment: Environment, connect: Connect) -> None:
        region = environment.primary.region
        self._name = environment.drills
        self._balancer = environment.primary.load_balancer
        self._region = region
        self._minutes = environment.drill.minutes
        self._elb = connect("elbv2", region)
        self._ec2 = connect("ec2", region)
        self._iam = connect("iam", region)
        self._scheduler = connect("scheduler", region)

    @property
    def what(self) -> str:
        return (
            f"the load balancer {self._balancer} in {self._region} gets a security group without a"
            f" way in; EventBridge Scheduler gives it its own back after {self._minutes} minutes"
        )

    @property
    def otherwise(self) -> str:
        return (
            f"EventBridge Scheduler opens {self._balancer} within {self._minutes} minutes of the"
            " drill's beginning"
        )

    def check(self) -> None:
        self._role()
        schedule = self._schedule()
        if schedule is not None:
            raise OperationError(
                f"a drill is under way: the schedule {self._name}/{SCHEDULE} opens"
                f" {self._balancer} {schedule['ScheduleExpression']} UTC; `--end` does it now"
            )
        self._refuse_if_closed()

    def begin(self) -> None:
        balancer, closed, role = self._load_balancer(), self._closed_group(), self._role()
        given = {
            "LoadBalancerArn": balancer["LoadBalancerArn"],
            "SecurityGroups": balancer["SecurityGroups"],
        }
        # A schedule is due at a whole second.
        due = datetime.now(UTC) + timedelta(minutes=self._minutes)
        with refused(f"the schedule that opens {self._balancer} cannot be made, so it stays open"):
            self._scheduler.create_schedule(
                GroupName=self._name,
                Name=SCHEDULE,
                ScheduleExpression=f"at({due:%Y-%m-%dT%H:%M:%S})",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={"Arn": SET_GROUPS, "RoleArn": role, "Input": json.dumps(given)},
            )
            self._scheduler.get_schedule(GroupName=self._name, Name=SCHEDULE)
        self._set_groups(balancer["LoadBalancerArn"], [closed], "closed")

    def end(self) -> bool:
        schedule = self._schedule()
        if schedule is None:
            self._refuse_if_closed()
            return False
        given = json.loads(schedule["Target"]["Input"])
        self._set_groups(given["LoadBalancerArn"], given["SecurityGroups"], "opened")
        with refused(f"the schedule {self._name}/{SCHEDULE} cannot be deleted"):
            try:
                self._scheduler.delete_schedule(GroupName=self._name, Name=SCHEDULE)
            except ClientError as error:  # it has run meanwhile
                if code_of(error) != MISSING:
                    raise
        return True

    def _refuse_if_closed(self) -> None:
        """Raises OperationError if the load balancer is closed, and no schedule knows its own
        groups."""
        closed = self._closed_group()
        if closed in self._load_balancer()["SecurityGroups"]:
            raise OperationError(
                f"{self._balancer} has the security group {closed}, which lets nobody in, and no"
                " schedule to open it: apply the stack `primary`"
            )

    def _set_groups(self, arn: str, groups: Sequence[str], what: str) -> None:
        with refused(f"{self._balancer} cannot be {what}"):
            self._elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=list(groups))

    def _load_balancer(self) -> dict[str, Any]:
        with refused(f"there is no load balancer {self._balancer} in {self._region}"):
            found = self._elb.describe_load_balancers(Names=[self._balancer])
        balancer: dict[str, Any] = found["LoadBalancers"][0]
        return balancer

    def _closed_group(self) -> str:
        only = [{"Name": "tag:Name", "Values": [f"{self._name}-closed"]}]
        with refused(f"security groups in {self._region} cannot be read"):
            found = self._ec2.describe_security_groups(Filters=only)["SecurityGroups"]
        if len(found) != 1:
            raise OperationError(
                f"there is no single security group {self._name}-closed in {self._region}: apply"
                " the stack `primary`"
            )
        group: str = found[0]["GroupId"]
        return group

    def _role(self) -> str:
        with refused(f"the role {self._name} cannot be read"):
            arn: str = self._iam.get_role(RoleName=self._name)["Role"]["Arn"]
        return arn

    def _schedule(self) -> dict[str, Any] | None:
        """The schedule of a drill that is under way; None if there is none."""
        with refused(f"schedules in {self._region} cannot be read"):
            try:
                found: dict[str, Any] = self._scheduler.get_schedule(
                    GroupName=self._name, Name=SCHEDULE
                )
            except ClientError as error:
                if code_of(error) == MISSING:
                    return None
                raise
        return found
