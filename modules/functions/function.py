"""A Lambda function, its role and its log."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cdktf import AssetType, TerraformAsset
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.lambda_function import (
    LambdaFunction,
    LambdaFunctionEnvironment,
)
from cdktf_cdktf_provider_aws.lambda_function_event_invoke_config import (
    LambdaFunctionEventInvokeConfig,
    LambdaFunctionEventInvokeConfigDestinationConfig,
    LambdaFunctionEventInvokeConfigDestinationConfigOnFailure,
)
from constructs import Construct

from functions.failover_control.metrics import METRIC_NAMESPACE
from modules.functions.package import archive
from modules.policies import allow
from modules.roles import ServiceRole

# A function itself tries again, and the next minute's run does.
RETRIES = 0
# Seconds that an event may wait for a run: after hours of a Lambda that runs none, those of all
# these minutes would come at once, and each minute's own run sees more.
EVENT_AGE = 300
RUNTIME = "python3.13"
MEMORY_MIB = 128


class Function:
    """One of `functions/`.

    id: starts the logical id of each of its resources. handler: a Python function, by its dotted
    name. timeout: seconds. purpose: what its role is for. permissions: what its code does, besides
    writing its log. variables: its environment. log_days, key_arn: how long its log is kept, and
    the KMS key that encrypts it. on_failure: the ARN of a queue for what failed; None where that is
    a schedule's, and the next run makes up for it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        description: str,
        purpose: str,
        handler: str,
        timeout: int,
        permissions: Sequence[dict[str, Any]],
        variables: Mapping[str, str],
        log_days: int,
        key_arn: str,
        on_failure: str | None = None,
    ) -> None:
        log = CloudwatchLogGroup(
            scope,
            f"{id}_log",
            name=f"/aws/lambda/{name}",
            retention_in_days=log_days,
            kms_key_id=key_arn,
        )
        role = ServiceRole(
            scope,
            id,
            name=name,
            service="lambda.amazonaws.com",
            description=purpose,
            statements=[*permissions, *_on_log(log.arn)],
        )
        code = TerraformAsset(scope, f"{id}_code", path=str(archive()), type=AssetType.FILE)
        digest = hashlib.sha256(archive().read_bytes()).digest()
        function = LambdaFunction(
            scope,
            id,
            function_name=name,
            description=description,
            role=role.arn,
            runtime=RUNTIME,
            handler=handler,
            filename=code.path,
            source_code_hash=base64.b64encode(digest).decode(),
            memory_size=MEMORY_MIB,
            timeout=timeout,
            environment=LambdaFunctionEnvironment(variables=dict(variables)),
            # Its first event may come at once.
            depends_on=[needed for needed in (role.policy, log) if needed],
        )
        LambdaFunctionEventInvokeConfig(
            scope,
            f"{id}_failures",
            function_name=function.function_name,
            maximum_retry_attempts=RETRIES,
            maximum_event_age_in_seconds=EVENT_AGE,
            destination_config=_to(on_failure) if on_failure else None,
        )
        self.name = function.function_name
        self.arn = function.arn


def _to(queue: str) -> LambdaFunctionEventInvokeConfigDestinationConfig:
    return LambdaFunctionEventInvokeConfigDestinationConfig(
        on_failure=LambdaFunctionEventInvokeConfigDestinationConfigOnFailure(destination=queue)
    )


def _on_log(arn: str) -> Iterator[dict[str, Any]]:
    """Write to the function's own log group."""
    yield allow("logs:CreateLogStream", "logs:PutLogEvents", on=f"{arn}:*")


def on_metric() -> Iterator[dict[str, Any]]:
    """Publish metrics, which have no ARN: the namespace is what narrows it."""
    yield allow(
        "cloudwatch:PutMetricData",
        on="*",
        condition={"StringEquals": {"cloudwatch:namespace": METRIC_NAMESPACE}},
    )
