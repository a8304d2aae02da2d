"""The control's Lambda function, and the queue of what it could not do."""

from collections.abc import Iterable, Mapping
from typing import Any

from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
from constructs import Construct

from modules.failover_control.permissions import on_dead_letters
from modules.functions import Function

HANDLER = "functions.failover_control.handler.handle"
# Seconds: seven looks, 10 s apart, and what an AWS that hangs may take; meanwhile the next minute's
# run begins, which does no harm.
TIMEOUT = 120
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
        dead_letters = SqsQueue(
            scope,
            "control_dead_letters",
            name=f"{name}-dead-letters",
            message_retention_seconds=DEAD_LETTER_SECONDS,
            sqs_managed_sse_enabled=True,
        )
        self.function = Function(
            scope,
            "control",
            name=name,
            description="Keeps a failover in place and wakes the standby",
            purpose="Failover control: the switch, metrics, the size of the standby",
            handler=HANDLER,
            timeout=TIMEOUT,
            permissions=[*permissions, *on_dead_letters(dead_letters.arn)],
            variables=variables,
            log_days=log_days,
            key_arn=key_arn,
            # The alarm's event is told but once: what failed is for people.
            on_failure=dead_letters.arn,
        )
        self.dead_letters = dead_letters.name
