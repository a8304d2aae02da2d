"""Fixes of moto's Lambda."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportPrivateUsage=false

import json

from moto.awslambda import urls
from moto.awslambda.responses import LambdaResponse

from modules.quotas import CONCURRENCY
from sandbox.embedded_aws.account import account

Answer = tuple[int, dict[str, str], str]


def lambda_tells_its_limits() -> None:
    """moto has no GetAccountSettings:
    https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html"""

    def get_account_settings(self: LambdaResponse) -> Answer:
        functions = list(self.backend.list_functions())
        reserved = sum(int(function.reserved_concurrency or 0) for function in functions)
        limit = int(account.quota(CONCURRENCY, self.region))
        told = {
            "AccountLimit": {
                "ConcurrentExecutions": limit,
                "UnreservedConcurrentExecutions": limit - reserved,
            },
            "AccountUsage": {"FunctionCount": len(functions)},
        }
        return 200, {}, json.dumps(told)

    LambdaResponse.get_account_settings = get_account_settings
    urls.url_paths[r"{0}/(?P<api_version>[^/]+)/account-settings/?$"] = LambdaResponse.dispatch
