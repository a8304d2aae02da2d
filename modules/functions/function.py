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

# Functions do their own retries, and the next minute's run is another.
RETRIES = 0
# Seconds that an event may wait for a run. Without this limit, a Lambda outage of hours would be
# followed by all of its events at once, although the current minute's run knows more.
EVENT_AGE = 300
RUNTIME = "python3.13"
MEMORY_MIB = 128


@dataclass(frozen=True)
class FunctionSettings:
    """A function's settings and permissions."""

    name: str
    description: str
    purpose: str
    """Description of its role."""
    handler: str
    """Dotted name of a Python function."""
    timeout: int
    """Seconds."""
    permissions: Sequence[dict[str, Any]]
    """Statements from `allow` for what its code does, besides writing its log."""
    variables: Mapping[str, str]
    """Its environment variables."""
    memory: int = MEMORY_MIB
    """MiB."""
    on_failure: str | None = None
    """ARN of a queue for failed events; None if a schedule sends them and the next run makes up for
    it."""


class Function(Module):
    """A function of `functions/`.

    Args:
        settings: Its settings and permissions.
        log_days: How long its log is kept.
        key_arn: KMS key that encrypts its log.
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
        # The first event may arrive as soon as the function exists.
        needed = [*role.policies, log]
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
        # cdktf names an asset's folder after all constructs above it, plus a hash. Directly below
        # the stack, the name does not depend on the modules in between.
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
            memory_size=settings.memory,
            timeout=settings.timeout,
            environment=LambdaFunctionEnvironment(variables=dict(settings.variables)),
            depends_on=needed,
        )


def _to(queue: str) -> LambdaFunctionEventInvokeConfigDestinationConfig:
    return LambdaFunctionEventInvokeConfigDestinationConfig(
        on_failure=LambdaFunctionEventInvokeConfigDestinationConfigOnFailure(destination=queue)
    )


def _on_log(arn: str) -> Iterator[dict[str, Any]]:
    """Lets the function write to its own log group."""
    yield allow("logs:CreateLogStream", "logs:PutLogEvents", on=f"{arn}:*")


def on_metric() -> Iterator[dict[str, Any]]:
    """Lets the function publish metrics. They have no ARN, so a condition on the namespace limits
    it."""
    yield allow(
        "cloudwatch:PutMetricData",
        on="*",
        condition={"StringEquals": {"cloudwatch:namespace": METRIC_NAMESPACE}},
    )
