"""The Lambda function, its log, and the queue of what it could not do."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
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
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

from modules.failover_control.package import HANDLER, archive
from modules.failover_control.permissions import on_dead_letters, on_log
from modules.roles import ServiceRole

RUNTIME = "python3.13"
MEMORY_MIB = 128
# Seconds: seven looks, 10 s apart, and what an AWS that hangs may take; meanwhile the next minute's
# run begins, which does no harm.
TIMEOUT = 120
# The function itself tries again, and the next minute's run does; what failed is for people.
RETRIES = 0
# Seconds that an event may wait for a run; the alarm's too, since each minute's own look sees more.
EVENT_AGE = 300
DEAD_LETTER_SECONDS = 14 * 24 * 3600


class ControlFunction:
    """The function.

    permissions: what its code does, besides writing its log. variables: its environment.
    log_days, key_arn: how long its log is kept, and the KMS key that encrypts it.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        permissions: Iterable[dict[str, Any]],
        variables: Mapping[str, str],
        log_days: int,
        key_arn: str,
    ) -> None:
        log = CloudwatchLogGroup(
            scope,
            "control_log",
            name=f"/aws/lambda/{name}",
            retention_in_days=log_days,
            kms_key_id=key_arn,
        )
        dead_letters = SqsQueue(
            scope,
            "control_dead_letters",
            name=f"{name}-dead-letters",
            message_retention_seconds=DEAD_LETTER_SECONDS,
            sqs_managed_sse_enabled=True,
        )
        role = ServiceRole(
            scope,
            "control",
            name=name,
            service="lambda.amazonaws.com",
            description="Failover control: the switch, metrics, the size of the standby",
            statements=[*permissions, *on_log(log.arn), *on_dead_letters(dead_letters.arn)],
        )
        function = _function(scope, name, role, variables, log)
        _keep_what_failed(scope, function, dead_letters.arn)
        self.name = function.function_name
        self.arn = function.arn
        self.dead_letters = dead_letters.name


def _function(
    scope: Construct,
    name: str,
    role: ServiceRole,
    variables: Mapping[str, str],
    log: ITerraformDependable,
) -> LambdaFunction:
    code = TerraformAsset(scope, "control_code", path=str(archive()), type=AssetType.FILE)
    digest = hashlib.sha256(archive().read_bytes()).digest()
    return LambdaFunction(
        scope,
        "control",
        function_name=name,
        description="Keeps a failover in place and wakes the standby",
        role=role.arn,
        runtime=RUNTIME,
        handler=HANDLER,
        filename=code.path,
        source_code_hash=base64.b64encode(digest).decode(),
        memory_size=MEMORY_MIB,
        timeout=TIMEOUT,
        environment=LambdaFunctionEnvironment(variables=dict(variables)),
        # Its first event may come at once.
        depends_on=[needed for needed in (role.policy, log) if needed],
    )


def _keep_what_failed(scope: Construct, function: LambdaFunction, queue: str) -> None:
    LambdaFunctionEventInvokeConfig(
        scope,
        "control_failures",
        function_name=function.function_name,
        maximum_retry_attempts=RETRIES,
        maximum_event_age_in_seconds=EVENT_AGE,
        destination_config=LambdaFunctionEventInvokeConfigDestinationConfig(
            on_failure=LambdaFunctionEventInvokeConfigDestinationConfigOnFailure(destination=queue)
        ),
    )
