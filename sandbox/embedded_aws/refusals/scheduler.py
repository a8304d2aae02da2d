"""EventBridge Scheduler: one-time schedules and their targets."""

import json
from datetime import UTC, datetime

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rule import Rules, part, stricter
from sandbox.embedded_aws.refusals.service_roles import trouble_with
from sandbox.embedded_aws.schedules import SET_GROUPS, due_at

SCHEDULER = "scheduler.amazonaws.com"


def _invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)


def schedules_are_in_the_future(call: Call) -> None:
    """Refuses an expression that is no time, and a time that has passed.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
    """
    expression = call.parameters["ScheduleExpression"]
    try:
        due = due_at(expression)
    except ValueError:
        raise _invalid(f"Invalid Schedule Expression {expression}.") from None
    if due <= datetime.now(UTC):
        raise _invalid("Start date and time of a one-time schedule must be in the future.")


def schedules_have_a_role_that_trusts_them(call: Call) -> None:
    """Refuses a role that Scheduler may not assume.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role
    """
    group = call.parameters.get("GroupName", "default")
    source = (
        f"arn:aws:scheduler:{call.region}:{call.account}:schedule/{group}/{call.parameters['Name']}"
    )
    role = part(call.parameters, "Target")["RoleArn"]
    trouble = trouble_with(call, role, SCHEDULER, source)
    if trouble is not None:
        raise _invalid(
            "The execution role you provide must allow AWS EventBridge Scheduler to assume the"
            f" role: {trouble}"
        )


@stricter(
    "Scheduler calls more than 6,000 API operations, with whatever input they take. [Page]("
    "https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html)"
)
def schedules_open_a_load_balancer(call: Call) -> None:
    """Refuses a target that is not played here, and an input that the API would not take.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html
    """
    target = part(call.parameters, "Target")
    if target["Arn"] != SET_GROUPS:
        raise _invalid(f"Provided Arn is not in correct format: {target['Arn']}")
    try:
        given = json.loads(target.get("Input", ""))
    except ValueError:
        raise _invalid("Target.Input is not JSON") from None
    if set(given) != {"LoadBalancerArn", "SecurityGroups"} or not given["SecurityGroups"]:
        raise _invalid("Target.Input needs LoadBalancerArn and SecurityGroups, and takes no more")


RULES: Rules = {
    ("scheduler", "CreateSchedule"): (
        schedules_are_in_the_future,
        schedules_have_a_role_that_trusts_them,
        schedules_open_a_load_balancer,
    )
}
