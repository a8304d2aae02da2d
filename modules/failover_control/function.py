"""The control's Lambda function, and its dead-letter queue."""

from collections.abc import Iterable, Mapping
from typing import Any

from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

from modules.failover_control.permissions import on_dead_letters
from modules.functions import Function, FunctionSettings
from modules.module import Module

HANDLER = "functions.failover_control.handler.handle"
# Seconds: seven looks, 10 s apart, plus what calls to AWS may take if they hang. The next minute's
# run starts meanwhile, which does no harm.
TIMEOUT = 120
DEAD_LETTER_SECONDS = 14 * 24 * 3600


class ControlFunction(Module):
    """The function and its dead-letter queue.

    Args:
        name: Name of the function.
        permissions: Statements from `allow` for what its code does, besides writing its log.
        variables: Its environment variables.
        log_days: How long its log is kept.
        key_arn: KMS key that encrypts its log.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        permissions: Iterable[dict[str, Any]],
        variables: Mapping[str, str],
        log_days: int,
        key_arn: str,
    ) -> None:
        super().__init__(scope, id)
        dead_letters = SqsQueue(
            self,
            "control_dead_letters",
            name=f"{name}-dead-letters",
            message_retention_seconds=DEAD_LETTER_SECONDS,
            sqs_managed_sse_enabled=True,
        )
        settings = FunctionSettings(
            name=name,
            description="Keeps a failover in place and wakes the standby",
            purpose="Failover control: the switch, metrics, the size of the standby",
            handler=HANDLER,
            timeout=TIMEOUT,
            permissions=[*permissions, *on_dead_letters(dead_letters.arn)],
            variables=variables,
            # The alarm's event is sent only once, so a failure is left for people to handle.
            on_failure=dead_letters.arn,
        )
        self.function = Function(
            self, "control", settings=settings, log_days=log_days, key_arn=key_arn
        )
        self.dead_letters = dead_letters.name
