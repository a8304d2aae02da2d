"""AWS FIS: experiment templates, and when an experiment may start."""

import re
from typing import Any

from moto.fis.models import fis_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.experiments import CUT_OFF, MINUTES, alarm_of
from sandbox.embedded_aws.refusals.rule import Rules, part, stricter
from sandbox.embedded_aws.refusals.service_roles import trouble_with

FIS = "fis.amazonaws.com"
# What denies traffic of the subnets, and may be had without further parameters.
SCOPES = {"all", "availability-zone", "dynamodb", "s3", "vpc"}
# https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html
MOST_MINUTES, MOST_SUBNETS = 12 * 60, 100
ARN = re.compile(r"arn:aws:ec2:[a-z0-9-]+:\d{12}:subnet/subnet-[0-9a-f]+")


def _invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)


def templates_have_a_role_that_trusts_them(call: Call) -> None:
    """Refuses a role that FIS may not assume.

    https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html
    """
    source = f"arn:aws:fis:{call.region}:{call.account}:experiment-template/new"
    trouble = trouble_with(call, call.parameters["roleArn"], FIS, source)
    if trouble is not None:
        raise _invalid(f"FIS cannot assume the role: {trouble}")


@stricter(
    "FIS has many more actions. [Page](https://docs.aws.amazon.com/fis/latest/userguide/"
    "fis-actions-reference.html)"
)
def templates_cut_subnets_off(call: Call) -> None:
    """Refuses another action, a target that is none of the template's, a scope that there is not,
    and a duration beyond twelve hours.

    https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#disrupt-connectivity
    """
    targets = part(call.parameters, "targets")
    for action in part(call.parameters, "actions").values():
        if action["actionId"] != CUT_OFF:
            raise _invalid(f"actionId {action['actionId']} is not played here")
        _check_action(action, targets)
    for name, target in targets.items():
        arns: list[str] = target.get("resourceArns", [])
        if target["resourceType"] != "aws:ec2:subnet" or not 0 < len(arns) <= MOST_SUBNETS:
            raise _invalid(f"Target {name} must have 1 to {MOST_SUBNETS} subnets")
        if not all(ARN.fullmatch(arn) for arn in arns):
            raise _invalid(f"Target {name} has an ARN that is no subnet's: {arns}")


def _check_action(action: dict[str, Any], targets: Any) -> None:
    given = action.get("parameters", {})
    found = MINUTES.fullmatch(given.get("duration", ""))
    if found is None or not 1 <= int(found[1]) <= MOST_MINUTES:
        raise _invalid(f"duration {given.get('duration')} is not PT1M to PT{MOST_MINUTES}M")
    if given.get("scope") not in SCOPES:
        raise _invalid(f"scope {given.get('scope')} is not one of {', '.join(sorted(SCOPES))}")
    if action.get("targets", {}).get("Subnets") not in targets:
        raise _invalid("The action's target Subnets is none of the template's targets")


def experiments_start_while_their_alarm_is_silent(call: Call) -> None:
    """Refuses an experiment whose stop condition is met already.

    https://docs.aws.amazon.com/fis/latest/userguide/stop-conditions.html
    """
    templates = fis_backends[call.account][call.region].experiment_templates
    template = templates.get(call.parameters["experimentTemplateId"])
    alarm = template and alarm_of(call.account, call.region, template.stop_conditions)
    if alarm:
        raise Refusal("ConflictException", f"The stop condition {alarm} is in alarm", status=409)


RULES: Rules = {
    ("fis", "CreateExperimentTemplate"): (
        templates_have_a_role_that_trusts_them,
        templates_cut_subnets_off,
    ),
    ("fis", "StartExperiment"): (experiments_start_while_their_alarm_is_silent,),
}
