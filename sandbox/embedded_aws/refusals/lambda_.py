"""Lambda: functions, permission to invoke them, and destinations of their events."""

# Reads moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false

import io
import json
import re
import zipfile
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends
from moto.iam.models import iam_backends

from modules.quotas import CONCURRENCY
from sandbox.embedded_aws.account import account
from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.permissions.need import Need
from sandbox.embedded_aws.permissions.policies import Decision, verdict
from sandbox.embedded_aws.permissions.principals import policies_of
from sandbox.embedded_aws.refusals.rule import Rules

PARTITION = "aws"
INVALID = "InvalidParameterValueException"
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
LONGEST_ENVIRONMENT = 4096
LARGEST_ZIP, LARGEST_CODE = 50 * 2**20, 250 * 2**20
LONGEST_TIMEOUT, MOST_MEMORY = 900, 10240
LEAST_UNRESERVED = 100
ACCOUNT = re.compile(r"\d{12}")
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
RESERVED = frozenset(
    """
    _HANDLER _X_AMZN_TRACE_ID
    AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_EXECUTION_ENV
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION
    AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME
    AWS_LAMBDA_RUNTIME_API AWS_REGION AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT
    """.split()  # noqa: SIM905 - a line for each kind
)


def functions_have_names_of_their_own(call: Call) -> None:
    """Refuses a function name that already exists.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    """
    name = call.parameters["FunctionName"].rpartition(":")[2]
    if _function(call) is not None:
        raise Refusal(
            "ResourceConflictException", f"FunctionName: function already exist: {name}", status=409
        )


def environments_fit(call: Call) -> None:
    """Refuses environment variables of more than 4 KiB in total, and names reserved for Lambda.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    variables: dict[str, str] = (call.parameters.get("Environment") or {}).get("Variables") or {}
    reserved = sorted(variables.keys() & RESERVED)
    if reserved:
        raise Refusal(
            INVALID,
            "Environment.Variables: reserved keys that are currently not supported for "
            f"modification: {', '.join(reserved)}",
        )
    size = len(json.dumps(variables, separators=(",", ":")).encode())
    if size > LONGEST_ENVIRONMENT:
        raise Refusal(
            INVALID,
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided exceeded the 4KB limit. Environment.Variables: "
            f"{size} bytes measured",
        )


def functions_have_a_handler(call: Call) -> None:
    """Refuses a zip file function without a handler or a runtime, and a timeout of more than 15
    minutes or memory of more than 10,240 MB.

    https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    """
    asked = call.parameters
    if call.operation == "CreateFunction" and asked.get("PackageType", "Zip") == "Zip":
        for member in ("Handler", "Runtime"):
            if not asked.get(member):
                raise Refusal(
                    INVALID,
                    f"{member}: Runtime and Handler are mandatory parameters for functions created "
                    "with deployment packages.",
                )
    for member, most in (("Timeout", LONGEST_TIMEOUT), ("MemorySize", MOST_MEMORY)):
        if asked.get(member, 0) > most:
            raise Refusal(
                "ValidationException",
                f"{member}: value '{asked[member]}' failed to satisfy constraint: Member must have "
                f"value less than or equal to {most}",
            )


def code_is_a_zip_file(call: Call) -> None:
    """Refuses code that is not a zip file, is larger than 50 MiB, or is larger than 250 MiB
    unzipped.

    https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    code = (call.parameters.get("Code") or call.parameters).get("ZipFile")
    if code is None:
        return
    if len(code) > LARGEST_ZIP:
        raise Refusal(
            "RequestEntityTooLargeException",
            f"Code.ZipFile: {len(code)} bytes, of at most {LARGEST_ZIP}",
            status=413,
        )
    try:
        with zipfile.ZipFile(io.BytesIO(code)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise Refusal(
            INVALID,
            "Code.ZipFile: could not unzip uploaded file. Please check your file, then try to "
            "upload again.",
        ) from None
    if size > LARGEST_CODE:
        raise Refusal(
            INVALID, f"Code.ZipFile: unzipped size must be smaller than {LARGEST_CODE} bytes"
        )


def roles_are_lambdas(call: Call) -> None:
    """Refuses a role that does not exist, or that Lambda may not assume.

    https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
    """
    arn = call.parameters.get("Role")
    if arn is None:
        return
    role = _role(call, arn)
    if role is None or not _assumed_by_lambda(json.loads(role.assume_role_policy_document)):
        raise Refusal(
            INVALID, f"Role: the role defined for the function cannot be assumed by Lambda: {arn}"
        )


def _assumed_by_lambda(policy: dict[str, Any]) -> bool:
    statements = policy["Statement"]
    return any(
        one["Effect"] == "Allow"
        and "sts:AssumeRole" in _listed(one["Action"])
        and "lambda.amazonaws.com" in _listed((one.get("Principal") or {}).get("Service"))
        for one in (statements if isinstance(statements, list) else [statements])
    )


def concurrency_is_left(call: Call) -> None:
    """Refuses reserving concurrency that leaves the account fewer than 100 unreserved executions,
    or fewer than a new account's total of 10.

    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    wanted = call.parameters["ReservedConcurrentExecutions"]
    limit = account.quota(CONCURRENCY, call.region)
    least = min(LEAST_UNRESERVED, limit)
    function = _function(call)
    others = sum(
        int(one.reserved_concurrency or 0)
        for one in _backend(call).list_functions()
        if function is None or one.function_name != function.function_name
    )
    if wanted > 0 and limit - others - wanted < least:
        raise Refusal(
            INVALID,
            "ReservedConcurrentExecutions: specified ReservedConcurrentExecutions for function "
            "decreases account's UnreservedConcurrentExecution below its minimum value of "
            f"[{least:g}].",
        )


def statements_have_ids_of_their_own(call: Call) -> None:
    """Refuses a statement ID that the function's policy already contains.

    https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    function, sid = _function(call), call.parameters["StatementId"]
    if function is None:
        return
    if any(statement.get("Sid") == sid for statement in function.policy.statements):
        raise Refusal(
            "ResourceConflictException",
            f"StatementId: the statement id ({sid}) provided already exists. Please provide a new "
            "statement id, or remove the existing statement.",
            status=409,
        )


def principals_are_named(call: Call) -> None:
    """Refuses a principal that is not an account, an ARN, a service or `*`.

    https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    principal = call.parameters["Principal"]
    named = (
        principal == "*"
        or ACCOUNT.fullmatch(principal)
        or principal.startswith("arn:aws:iam::")
        or principal.endswith((".amazonaws.com", ".amazon.com"))
    )
    if not named:
        raise Refusal(
            INVALID,
            f"Principal: the provided principal was invalid: '{principal}' is no account, ARN or "
            "service",
        )


def destinations_take_events(call: Call) -> None:
    """Refuses a destination of a kind that Lambda does not support, or to which the function's role
    may not send.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    function = _function(call)
    for which, destination in (call.parameters.get("DestinationConfig") or {}).items():
        arn = (destination or {}).get("Destination")
        if not arn:
            continue
        action = _ACTIONS.get(arn.split(":")[2])
        where = f"DestinationConfig.{which}.Destination"
        if action is None:
            raise Refusal(INVALID, f"{where}: the provided destination config is invalid: {arn}")
        if function is not None and arn == function.function_arn:
            raise Refusal(INVALID, f"{where}: a function is no destination of its own")
        role = _role(call, function.role) if function is not None else None
        if role is not None and not _may(role, action, arn, call.account):
            raise Refusal(
                INVALID,
                f"{where}: the provided execution role does not have permissions to call "
                f"{action.partition(':')[2]} on {arn}",
            )


_ACTIONS = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "events": "events:PutEvents",
    "lambda": "lambda:InvokeFunction",
    "s3": "s3:PutObject",
}


def _may(role: Any, action: str, resource: str, account: str) -> bool:
    """Whether a role's policies allow an action."""
    return (
        verdict(policies_of(role.name, account), Need(action, resource), None) is Decision.ALLOWED
    )


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []


def _role(call: Call, arn: str) -> Any:
    roles = iam_backends[call.account][PARTITION].roles.values()
    return next((role for role in roles if role.arn == arn), None)


def _function(call: Call) -> LambdaFunction | None:
    name = call.parameters["FunctionName"]
    for function in _backend(call).list_functions():
        if name in {function.function_name, function.function_arn}:
            return function
    return None


def _backend(call: Call) -> LambdaBackend:
    return lambda_backends[call.account][call.region]


OF_A_FUNCTION = (environments_fit, functions_have_a_handler, roles_are_lambdas)
RULES: Rules = {
    ("lambda", "CreateFunction"): (
        functions_have_names_of_their_own,
        *OF_A_FUNCTION,
        code_is_a_zip_file,
    ),
    ("lambda", "UpdateFunctionConfiguration"): OF_A_FUNCTION,
    ("lambda", "UpdateFunctionCode"): (code_is_a_zip_file,),
    ("lambda", "PutFunctionConcurrency"): (concurrency_is_left,),
    ("lambda", "AddPermission"): (statements_have_ids_of_their_own, principals_are_named),
    ("lambda", "PutFunctionEventInvokeConfig"): (destinations_take_events,),
    ("lambda", "UpdateFunctionEventInvokeConfig"): (destinations_take_events,),
}
