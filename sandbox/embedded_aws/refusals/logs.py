"""CloudWatch Logs: log groups and resource policies."""

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals import policies
from sandbox.embedded_aws.refusals.kms import key_of
from sandbox.embedded_aws.refusals.rule import NO_SUCH_NAME, Rules, stricter

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096,
    1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip


def retention_is_one_of_the_known(call: Call) -> None:
    """Refuses a retention period that the API does not offer.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    """
    days = call.parameters["retentionInDays"]
    if days not in RETENTION_DAYS:
        known = ", ".join(map(str, RETENTION_DAYS))
        raise Refusal("InvalidParameterException", f"retentionInDays: {days}, not one of {known}")


def log_group_names_are_ones_own(call: Call) -> None:
    """Refuses names that start with aws/.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    """
    name = call.parameters["logGroupName"]
    if name.startswith("aws/"):
        raise Refusal(
            "InvalidParameterException", f"logGroupName: {name!r} begins with aws/, AWS's own"
        )


def keys_let_logs_in(call: Call) -> None:
    """Refuses a log group's key that does not exist, is not enabled, is not given as an ARN, or
    whose policy does not allow CloudWatch Logs to use it for this group.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    if (key_id := call.parameters.get("kmsKeyId")) is None:
        return
    name = call.parameters.get("logGroupName") or call.parameters.get("resourceIdentifier", "")
    group = f"arn:aws:logs:{call.region}:{call.account}:log-group:{name.rpartition(':')[2]}"
    key = key_of(call.account, call.region, key_id) if ":key/" in key_id else None
    context = {
        **policies.service_context(call.account, group),
        "kms:encryptioncontext:aws:logs:arn": group,
    }
    service = f"logs.{call.region}.amazonaws.com"
    if key is None or key.key_state != "Enabled":
        wrong = "it is not there, not enabled, or not named by its ARN"
    elif refused := [
        action
        for action in ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")
        if not policies.lets(key.policy, policies.PolicyRequest(service, action, key.arn, context))
    ]:
        wrong = f"its policy does not let {service} {refused[0]}"
    else:
        return
    raise Refusal(
        "InvalidParameterException",
        f"kmsKeyId: The specified KMS key does not exist or is not allowed to be used with Arn "
        f"{group!r}: {key_id}: {wrong}",
    )


@stricter(NO_SUCH_NAME)
def resource_policies_are_taken(call: Call) -> None:
    """Refuses a resource policy that is invalid, or that refers to something that does not exist.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html
    """
    text = call.parameters["policyDocument"]
    policies.check(policies.LOGS, "policyDocument", text, call.account)


RULES: Rules = {
    ("logs", "CreateLogGroup"): (log_group_names_are_ones_own, keys_let_logs_in),
    ("logs", "AssociateKmsKey"): (keys_let_logs_in,),
    ("logs", "PutRetentionPolicy"): (retention_is_one_of_the_known,),
    ("logs", "PutResourcePolicy"): (resource_policies_are_taken,),
}
