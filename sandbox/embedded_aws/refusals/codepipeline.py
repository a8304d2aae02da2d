"""CodePipeline: the structure of pipelines.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
"""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from moto.s3.models import s3_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.rule import Rules
from sandbox.embedded_aws.refusals.service_roles import trouble_with

SERVICE = "codepipeline.amazonaws.com"
# Keys of each provider's configuration, and whether it must be there.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html
# https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CloudWatchAlarm.html
KEYS: dict[str, dict[str, bool]] = {
    "S3": {
        "S3Bucket": True,
        "S3ObjectKey": True,
        "AllowOverrideForS3ObjectKey": False,
        "PollForSourceChanges": False,
    },
    "CodeBuild": {
        "ProjectName": True,
        "PrimarySource": False,
        "BatchEnabled": False,
        "BuildspecOverride": False,
        "CombineArtifacts": False,
        "EnvironmentVariables": False,
    },
    "CloudWatchAlarm": {"AlarmName": True, "AlarmStates": True, "WaitTime": False},
}
CONDITIONS = ("beforeEntry", "onSuccess", "onFailure")


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidStructureException", message)


def stages_begin_with_sources(call: Call) -> None:
    """Refuses a first stage with anything but source actions, source actions in a later one, and
    a rollback of the first one.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html
    """
    for place, stage in enumerate(_stages(call)):
        where = f"stages[{place}]"
        sources = [_kind(one)["category"] == "Source" for one in stage["actions"]]
        if place == 0 and not (sources and all(sources)):
            raise _invalid(f"{where}: the first stage must have source actions alone")
        if place and any(sources):
            raise _invalid(f"{where}: only the first stage may have source actions")
        if place == 0 and (stage.get("onFailure") or {}).get("result") == "ROLLBACK":
            raise _invalid(f"{where}.onFailure: a source stage cannot be rolled back")


def names_are_unique(call: Call) -> None:
    """Refuses two stages, actions of a stage, or variables of one name."""
    stages = list(_stages(call))
    _once("stages", (one["name"] for one in stages))
    for stage in stages:
        _once(f"stages.{stage['name']}.actions", (one["name"] for one in stage["actions"]))
    _once("variables", (one["name"] for one in _pipeline(call).get("variables") or ()))


def _once(where: str, names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise _invalid(f"{where}: {name!r} is there {times} times")


def artifacts_are_handed_over(call: Call) -> None:
    """Refuses an input artifact that no earlier action puts out, and an output of two actions."""
    known: set[str] = set()
    for stage in _stages(call):
        for action in sorted(stage["actions"], key=lambda one: one.get("runOrder") or 1):
            where = f"{stage['name']}.{action['name']}"
            for one in action.get("inputArtifacts") or ():
                if one["name"] not in known:
                    raise _invalid(f"{where}: no earlier action puts out {one['name']!r}")
            for one in action.get("outputArtifacts") or ():
                if one["name"] in known:
                    raise _invalid(f"{where}: {one['name']!r} is put out already")
                known.add(one["name"])


def newer_features_take_type_v2(call: Call) -> None:
    """Refuses variables, conditions and other execution modes in a pipeline that is not of type V2.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/pipeline-types-planning.html
    """
    pipeline = _pipeline(call)
    if pipeline.get("pipelineType") == "V2":
        return
    newer = ["variables"] if pipeline.get("variables") else []
    if pipeline.get("executionMode", "SUPERSEDED") != "SUPERSEDED":
        newer.append("executionMode")
    newer += [name for stage in _stages(call) for name in CONDITIONS if stage.get(name)]
    if newer:
        raise _invalid(f"pipelineType: {', '.join(newer)} take V2")


def configurations_have_their_keys(call: Call) -> None:
    """Refuses a configuration of an action or a rule with an unknown key, or without a required
    one, for the providers that this project uses."""
    for where, kind, given in _configured(call):
        keys = KEYS.get(kind["provider"])
        if keys is None:
            raise NotImplementedError(f"CodePipeline's provider {kind['provider']}")
        for key in given:
            if key not in keys:
                raise _invalid(f"{where}: contains unknown configuration '{key}'")
        for key, required in keys.items():
            if required and key not in given:
                raise _invalid(f"{where}: is missing required configuration '{key}'")


def _configured(call: Call) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    for stage in _stages(call):
        for action in stage["actions"]:
            where = f"{stage['name']}.{action['name']}"
            yield where, _kind(action), action.get("configuration") or {}
        for name in CONDITIONS:
            for condition in (stage.get(name) or {}).get("conditions") or ():
                for rule in condition.get("rules") or ():
                    where = f"{stage['name']}.{name}.{rule['name']}"
                    yield where, rule["ruleTypeId"], rule.get("configuration") or {}


def artifact_stores_are_in_the_region(call: Call) -> None:
    """Refuses an artifact bucket that does not exist, or is in another region.

    https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ArtifactStore.html
    """
    store = _pipeline(call).get("artifactStore") or {}
    name = store.get("location", "")
    bucket = s3_backends[call.account]["aws"].buckets.get(name)
    if bucket is None or bucket.region_name != call.region:
        raise _invalid(f"artifactStore.location: there is no bucket {name!r} in {call.region}")


def roles_are_the_pipelines(call: Call) -> None:
    """Refuses a role that does not exist, or that CodePipeline may not assume.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    """
    pipeline = _pipeline(call)
    source = f"arn:aws:codepipeline:{call.region}:{call.account}:{pipeline['name']}"
    trouble = trouble_with(call, pipeline["roleArn"], SERVICE, source)
    if trouble is not None:
        raise _invalid(f"roleArn: CodePipeline is not authorized to perform AssumeRole: {trouble}")


def _pipeline(call: Call) -> dict[str, Any]:
    return call.parameters["pipeline"]


def _stages(call: Call) -> Iterable[dict[str, Any]]:
    return _pipeline(call)["stages"]


def _kind(action: dict[str, Any]) -> dict[str, str]:
    return action["actionTypeId"]


OF_A_PIPELINE = (
    stages_begin_with_sources,
    names_are_unique,
    artifacts_are_handed_over,
    newer_features_take_type_v2,
    configurations_have_their_keys,
    artifact_stores_are_in_the_region,
    roles_are_the_pipelines,
)
RULES: Rules = {
    ("codepipeline", "CreatePipeline"): OF_A_PIPELINE,
    ("codepipeline", "UpdatePipeline"): OF_A_PIPELINE,
}
