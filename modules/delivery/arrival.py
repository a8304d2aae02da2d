"""What starts a pipeline: the arrival of a release in the region's bucket."""

import json

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetInputTransformer,
    CloudwatchEventTargetRetryPolicy,
)
from constructs import Construct

from modules.iam import allow
from modules.module import DEFAULT, Module
from modules.roles import ServiceRole
from releases import FOLDER

# The pipeline's variable that holds the key of the release.
VARIABLE = "release"
# Seconds that EventBridge may try. A pipeline that starts hours after the arrival could undo what
# somebody has delivered meanwhile.
IN_TIME = CloudwatchEventTargetRetryPolicy(
    maximum_event_age_in_seconds=900, maximum_retry_attempts=10
)


class ReleaseArrival(Module):
    """The rule that starts a pipeline for each release that arrives.

    Args:
        name: The pipeline's name, and the rule's.
        region: Region of the rule.
        account_id: Account of the rule.
        bucket: Where releases arrive; it must tell EventBridge.
        pipeline_arn: The pipeline.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        region: str,
        account_id: str,
        bucket: str,
        pipeline_arn: str,
    ) -> None:
        super().__init__(scope, id)
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
        pattern = {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {
                "bucket": {"name": [bucket]},
                "object": {"key": [{"prefix": f"{FOLDER}/"}]},
            },
        }
        rule = CloudwatchEventRule(
            self,
            DEFAULT,
            name=name,
            description="A release has arrived",
            event_pattern=json.dumps(pattern),
        )
        role = ServiceRole(
            self,
            "service_role",
            name=f"{name}-start",
            service="events.amazonaws.com",
            description="Starts the region's pipeline when a release arrives",
            policy_name="start",
            statements=[allow("codepipeline:StartPipelineExecution", on=pipeline_arn)],
            # https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
            on_behalf_of={"aws:SourceArn": f"arn:aws:events:{region}:{account_id}:rule/{name}"},
        )
        # The input of a pipeline is that of StartPipelineExecution, without the name:
        # https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_StartPipelineExecution.html
        CloudwatchEventTarget(
            self,
            "target",
            rule=rule.name,
            target_id="pipeline",
            arn=pipeline_arn,
            role_arn=role.arn,
            input_transformer=CloudwatchEventTargetInputTransformer(
                input_paths={"key": "$.detail.object.key"},
                # EventBridge puts text into quotation marks by itself.
                input_template=f'{{"variables": [{{"name": "{VARIABLE}", "value": <key>}}]}}',
            ),
            retry_policy=IN_TIME,
            depends_on=role.policies,
        )
