"""A Lambda function, its role and its log."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cdktf import AssetType, ITerraformDependable, TerraformAsset
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
from modules.iam import allow
from modules.module import DEFAULT, Module
from modules.roles import ServiceRole

# A function itself tries again, and the next minute's run does.
RETRIES = 0
# Seconds that an event may wait for a run: after hours of a Lambda that runs none, those of all
# these minutes would come at once, and each minute's own run sees more.
EVENT_AGE = 300
RUNTIME = "python3.13"
MEMORY_MIB = 128


@dataclass(frozen=True)
class FunctionSettings:
    """What a function is and may do."""

    name: str
    description: str
    purpose: str
    """What its role is for."""
    handler: str
    """A Python function, by its dotted name."""
    timeout: int
    """Seconds."""
    permissions: Sequence[dict[str, Any]]
    """What its code does, besides writing its log: statements from `allow`."""
    variables: Mapping[str, str]
    """Its environment."""
    on_failure: str | None = None
    """The ARN of a queue for what failed; None where that is a schedule's, and the next run makes
    up for it."""


class Function(Module):
    """One of `functions/`.

    Args:
        settings: What it is and may do.
        log_days: How long its log is kept.
        key_arn: Of the KMS key that encrypts its log.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        settings: FunctionSettings,
        log_days: int,
        key_arn: str,
    ) -> None:
        super().__init__(scope, id)
        log = CloudwatchLogGroup(
            self,
            "log",
            name=f"/aws/lambda/{settings.name}",
            retention_in_days=log_days,
            kms_key_id=key_arn,
        )
        role = ServiceRole(
            self,
            "service_role",
            name=settings.name,
            service="lambda.amazonaws.com",
            description=settings.purpose,
            policy_name=id,
            statements=[*settings.permissions, *_on_log(log.arn)],
        )
        # Its first event may come at once.
        needed = [one for one in (role.policy, log) if one]
        function = self._function(settings, role.arn, needed)
        self.name = function.function_name
        self.arn = function.arn
        LambdaFunctionEventInvokeConfig(
            self,
            "failures",
            function_name=self.name,
            maximum_retry_attempts=RETRIES,
            maximum_event_age_in_seconds=EVENT_AGE,
            destination_config=_to(settings.on_failure) if settings.on_failure else None,
        )

    def _function(
        self, settings: FunctionSettings, role_arn: str, needed: Sequence[ITerraformDependable]
    ) -> LambdaFunction:
        # An asset's folder is called after all constructs above it, with a hash: so it is the
        # stack's.
        code = TerraformAsset(
            self.stack, self.address("code"), path=str(archive()), type=AssetType.FILE
        )
        digest = hashlib.sha256(archive().read_bytes()).digest()
        return LambdaFunction(
            self,
            DEFAULT,
            function_name=settings.name,
            description=settings.description,
            role=role_arn,
            runtime=RUNTIME,
            handler=settings.handler,
            filename=code.path,
            source_code_hash=base64.b64encode(digest).decode(),
            memory_size=MEMORY_MIB,
            timeout=settings.timeout,
            environment=LambdaFunctionEnvironment(variables=dict(settings.variables)),
            depends_on=needed,
        )


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
