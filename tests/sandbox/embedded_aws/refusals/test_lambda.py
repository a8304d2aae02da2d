"""What Lambda refuses."""

import io
import zipfile
from typing import Any

import pytest

from modules.quotas import CONCURRENCY
from sandbox.embedded_aws import ACCOUNT, EmbeddedAws
from tests.sandbox.embedded_aws.refusals.service import REGION, Service, role, unique

WRONG = "InvalidParameterValueException"


def archive(size: int = 1) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("handler.py", "#" * size)
    return content.getvalue()


@pytest.fixture(scope="module")
def functions(refusing: EmbeddedAws) -> Service:
    return Service(refusing, "lambda")


@pytest.fixture(scope="module")
def lambdas(refusing: EmbeddedAws) -> str:
    return role(refusing, "lambda.amazonaws.com", "sqs:SendMessage")


def function(its_role: str, **more: Any) -> dict[str, Any]:
    asked = {
        "FunctionName": unique(),
        "Role": its_role,
        "Runtime": "python3.13",
        "Handler": "handler.handle",
        "Code": {"ZipFile": archive()},
    }
    return {**asked, **more}


@pytest.mark.parametrize(
    ("code", "said", "wrong"),
    [
        (WRONG, "AWS_REGION", {"Environment": {"Variables": {"AWS_REGION": "x"}}}),
        (WRONG, "4KB limit", {"Environment": {"Variables": {"AB": "x" * 4090}}}),
        (WRONG, "Handler", {"Handler": None}),
        ("ValidationException", "Timeout", {"Timeout": 901}),
        ("ValidationException", "MemorySize", {"MemorySize": 10241}),
        (WRONG, "Code.ZipFile", {"Code": {"ZipFile": b"no archive"}}),
        (WRONG, "Role", {"Role": f"arn:aws:iam::{ACCOUNT}:role/nobody"}),
    ],
)
def test_functions(
    functions: Service, lambdas: str, code: str, said: str, wrong: dict[str, Any]
) -> None:
    asked = {name: value for name, value in function(lambdas, **wrong).items() if value is not None}
    functions.refused("create_function", code, said, **asked)


def test_a_role_of_another_service(functions: Service, refusing: EmbeddedAws) -> None:
    other = role(refusing, "ec2.amazonaws.com")
    functions.refused("create_function", WRONG, "assumed by Lambda", other, **function(other))


def test_a_good_one(functions: Service, lambdas: str) -> None:
    variables = {"Variables": {"AB": "x" * 4087}}  # 4,096 bytes as JSON
    asked = function(lambdas, Environment=variables, Timeout=900, MemorySize=10240)
    functions.ok("create_function", **asked)
    name = asked["FunctionName"]
    functions.refused("create_function", "ResourceConflictException", name, **asked)
    more = {"Variables": {"AB": "x" * 4088}}
    functions.refused(
        "update_function_configuration", WRONG, "4KB", FunctionName=name, Environment=more
    )
    functions.refused(
        "update_function_code", WRONG, "ZipFile", FunctionName=name, ZipFile=b"no archive"
    )


def test_permissions(functions: Service, lambdas: str) -> None:
    asked = function(lambdas)
    functions.ok("create_function", **asked)
    permission = {
        "FunctionName": asked["FunctionName"],
        "StatementId": "minute",
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
    }
    wrong = {**permission, "Principal": "events"}
    functions.refused("add_permission", WRONG, "'events'", **wrong)
    functions.ok("add_permission", **permission)
    functions.refused("add_permission", "ResourceConflictException", "(minute)", **permission)


def test_a_new_account_reserves_nothing(
    functions: Service, lambdas: str, refusing: EmbeddedAws
) -> None:
    asked = function(lambdas)
    functions.ok("create_function", **asked)
    reserve = {"FunctionName": asked["FunctionName"]}
    functions.refused(
        "put_function_concurrency",
        WRONG,
        "minimum value of [10]",
        **reserve,
        ReservedConcurrentExecutions=1,
    )
    functions.ok("put_function_concurrency", **reserve, ReservedConcurrentExecutions=0)
    refusing.allow(CONCURRENCY.code, 1000, REGION)
    functions.ok("put_function_concurrency", **reserve, ReservedConcurrentExecutions=900)
    functions.refused(
        "put_function_concurrency",
        WRONG,
        "minimum value of [100]",
        **reserve,
        ReservedConcurrentExecutions=901,
    )


def test_destinations_take_events(functions: Service, lambdas: str, refusing: EmbeddedAws) -> None:
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead-letters"

    def asked(name: str, arn: str) -> dict[str, Any]:
        return {"FunctionName": name, "DestinationConfig": {"OnFailure": {"Destination": arn}}}

    mute = function(role(refusing, "lambda.amazonaws.com"))
    good = function(lambdas)
    for one in (mute, good):
        functions.ok("create_function", **one)
    operation = "put_function_event_invoke_config"
    functions.refused(operation, WRONG, "SendMessage", queue, **asked(mute["FunctionName"], queue))
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/t"
    functions.refused(operation, WRONG, table, **asked(good["FunctionName"], table))
    functions.ok(operation, **asked(good["FunctionName"], queue))
