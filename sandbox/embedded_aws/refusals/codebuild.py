"""CodeBuild: projects."""

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rule import Rules, part
from sandbox.embedded_aws.refusals.service_roles import trouble_with

SERVICE = "codebuild.amazonaws.com"
FROM_PIPELINE = "CODEPIPELINE"


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidInputException", message)


def pipelines_hand_over_both_ways(call: Call) -> None:
    """Refuses a project that takes its source from a pipeline and does not hand its artifacts back,
    or the other way round, and a location beside either.

    https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html
    https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html
    """
    parts = {name: part(call.parameters, name) for name in ("source", "artifacts")}
    if not all(parts.values()):
        return
    of_pipelines = [name for name, given in parts.items() if given["type"] == FROM_PIPELINE]
    if len(of_pipelines) == 1:
        raise _invalid(f"{of_pipelines[0]}.type: if one is {FROM_PIPELINE}, so must be the other")
    for name in of_pipelines:
        if parts[name].get("location"):
            raise _invalid(f"{name}.location: not with type {FROM_PIPELINE}")


def variables_are_named_once(call: Call) -> None:
    """Refuses two environment variables of one name.

    https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html
    """
    given = part(call.parameters, "environment").get("environmentVariables") or ()
    names = [one["name"] for one in given]
    for name in names:
        if names.count(name) > 1:
            raise _invalid(f"environment.environmentVariables: {name!r} is there twice")


def roles_are_the_builds(call: Call) -> None:
    """Refuses a role that does not exist, or that CodeBuild may not assume.

    https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    """
    role = call.parameters.get("serviceRole")
    if role is None:
        return
    source = f"arn:aws:codebuild:{call.region}:{call.account}:project/{call.parameters['name']}"
    if trouble := trouble_with(call, role, SERVICE, source):
        raise _invalid(
            f"serviceRole: CodeBuild is not authorized to perform: sts:AssumeRole: {trouble}"
        )


OF_A_PROJECT = (pipelines_hand_over_both_ways, variables_are_named_once, roles_are_the_builds)
RULES: Rules = {
    ("codebuild", "CreateProject"): OF_A_PROJECT,
    ("codebuild", "UpdateProject"): OF_A_PROJECT,
}
