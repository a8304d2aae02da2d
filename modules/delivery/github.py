"""GitHub Actions as an identity provider: its jobs assume roles without any stored key.

https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
"""

from typing import Any

from cdktf import TerraformProvider
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from constructs import Construct

from modules.module import DEFAULT, Module

GITHUB = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"


class GithubProvider(Module):
    """GitHub's identity provider, of which an account has one.

    Args:
        provider: Provider for any region, as IAM is global; None for the stack's own.
    """

    def __init__(
        self, scope: Construct, id: str, *, provider: TerraformProvider | None = None
    ) -> None:
        super().__init__(scope, id, provider=provider)
        # AWS trusts GitHub's certificates by itself, and ignores any thumbprint:
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
        IamOpenidConnectProvider(self, DEFAULT, url=f"https://{GITHUB}", client_id_list=[AUDIENCE])


def github_trust(account_id: str, repository: str, github_environment: str) -> dict[str, Any]:
    """A trust statement for jobs of one repository that run in one of its environments, whose
    protection rules decide who may deliver.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """
    return {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": f"arn:aws:iam::{account_id}:oidc-provider/{GITHUB}"},
        "Condition": {
            "StringEquals": {
                f"{GITHUB}:aud": AUDIENCE,
                f"{GITHUB}:sub": f"repo:{repository}:environment:{github_environment}",
            }
        },
    }
