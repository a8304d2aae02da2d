"""DynamoDB: tables, their keys, streams and time to live."""

import re
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals.kms import key_of
from sandbox.embedded_aws.refusals.rule import Rules, part

NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")


def invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)


def table_of(call: Call, region: str | None = None) -> Any:
    """moto's table that a call names, by its name or ARN, in its own region or another; None if
    there is none."""
    tables: Any = dynamodb_backends[call.account][region or call.region].tables
    return tables.get(call.parameters["TableName"].rpartition("/")[2])


def table_names_are_names(call: Call) -> None:
    """Refuses invalid table names.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    """
    if not NAME.fullmatch(name := call.parameters["TableName"]):
        raise invalid(f"TableName: {name!r}, not 3 to 255 of a-zA-Z0-9_.-")


def keys_are_a_partition_and_a_sort_key(call: Call) -> None:
    """Refuses a key schema that does not begin with its partition key, or has an attribute twice.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_KeySchemaElement.html
    """
    schema = call.parameters["KeySchema"]
    kinds = [element["KeyType"] for element in schema]
    if kinds not in (["HASH"], ["HASH", "RANGE"]):
        raise invalid(f"KeySchema: {', '.join(kinds)}, not HASH, or HASH and RANGE")
    names = [element["AttributeName"] for element in schema]
    if len(set(names)) < len(names):
        raise invalid(f"KeySchema: the sort key is the partition key, {names[0]!r}")


def limits_are_for_on_demand(call: Call) -> None:
    """Refuses the limits of on-demand capacity on a table without, and limits below 1, except for
    -1, which is none.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_OnDemandThroughput.html
    """
    limits = part(call.parameters, "OnDemandThroughput")
    table = table_of(call)
    mode = call.parameters.get("BillingMode") or (table and table.billing_mode)
    if limits and mode != "PAY_PER_REQUEST":
        raise invalid("OnDemandThroughput: only with BillingMode PAY_PER_REQUEST")
    for name, units in limits.items():
        if units != -1 and units < 1:
            raise invalid(f"OnDemandThroughput.{name}: {units}, neither -1 nor at least 1")


def streams_have_a_view(call: Call) -> None:
    """Refuses a stream without a view, and a view without a stream.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
    """
    stream = part(call.parameters, "StreamSpecification")
    if stream and stream["StreamEnabled"] != ("StreamViewType" in stream):
        raise invalid("StreamSpecification: StreamEnabled and StreamViewType go together")


def keys_are_of_the_region(call: Call) -> None:
    """Refuses a customer's KMS key that is not in the table's region or not enabled, and one for
    encryption by a key that AWS owns.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSESpecification.html
    """
    encryption = part(call.parameters, "SSESpecification")
    key = encryption.get("KMSMasterKeyId")
    if key is None:
        return
    if not encryption.get("Enabled"):
        raise invalid("SSESpecification.KMSMasterKeyId: only with Enabled")
    check_key(call, "SSESpecification.KMSMasterKeyId", key, call.region)


def check_key(call: Call, where: str, key: str, region: str) -> None:
    """Raises Refusal unless the key is an enabled one in this region."""
    found = key_of(call.account, region, key)
    if found is None or (key.startswith("arn:") and f":{region}:" not in key):
        raise invalid(f"{where}: there is no KMS key {key} in {region}")
    if found.key_state != "Enabled":
        raise invalid(f"{where}: the KMS key {found.arn} is {found.key_state}")


def expiry_changes_once(call: Call) -> None:
    """Refuses to turn on what is on, or off what is off, and to change the attribute of one that is
    on.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
    """
    table, wanted = table_of(call), call.parameters["TimeToLiveSpecification"]
    if table is None:
        return
    on = table.ttl["TimeToLiveStatus"] == "ENABLED"
    if on == wanted["Enabled"]:
        raise invalid(f"TimeToLive is already {'enabled' if on else 'disabled'}")
    if on and table.ttl.get("AttributeName") != wanted["AttributeName"]:
        raise invalid(f"TimeToLive is active on another attribute: {table.ttl['AttributeName']}")


_SETTINGS = (limits_are_for_on_demand, streams_have_a_view, keys_are_of_the_region)
RULES: Rules = {
    ("dynamodb", "CreateTable"): (
        table_names_are_names,
        keys_are_a_partition_and_a_sort_key,
        *_SETTINGS,
    ),
    ("dynamodb", "UpdateTable"): _SETTINGS,
    ("dynamodb", "UpdateTimeToLive"): (expiry_changes_once,),
}
