"""The database's user and password: in Secrets Manager in both regions, and in no state or file."""

from typing import Any

from cdktf_cdktf_provider_aws.secretsmanager_secret import (
    SecretsmanagerSecret,
    SecretsmanagerSecretReplica,
)
from cdktf_cdktf_provider_aws.secretsmanager_secret_version import SecretsmanagerSecretVersion
from constructs import Construct

from modules.iam import allow
from modules.module import Module

USER = "application"
LENGTH = 32
# Days in which a deleted secret can be restored, and no other can have its name.
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
RECOVERY_DAYS = 30
GENERATED = "database_password"
STORED = "database_secret"


class Password(Module):
    """A secret with a generated password, replicated to the other region.

    Terraform generates the password while it applies, stores it in the secret, and gives the
    database what the secret then holds. All of it is ephemeral or write-only: no state and no plan
    contains it. The database does not take the generated value directly, because an apply that
    stopped in between would generate another one for the database.

    RDS's own management of passwords is refused for global databases and for the source of a
    replica:
    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html

    Args:
        name: The secret's name, the same in both regions.
        version: Raise it for a new password.
        replica_region: The other region.
        protected: Whether a deleted secret can be restored for 30 days.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        version: int,
        replica_region: str,
        protected: bool,
    ) -> None:
        super().__init__(scope, id)
        secret = SecretsmanagerSecret(
            self,
            "secret",
            name=name,
            description="User and password of the application's database",
            recovery_window_in_days=RECOVERY_DAYS if protected else 0,
            replica=[SecretsmanagerSecretReplica(region=replica_region)],
        )
        generated = self.address(GENERATED)
        stored = self.address(STORED)
        self._ephemeral(
            "aws_secretsmanager_random_password",
            generated,
            password_length=LENGTH,
            exclude_punctuation=True,
        )
        content = SecretsmanagerSecretVersion(
            self,
            "secret_version",
            secret_id=secret.id,
            # Not cdktf's jsonencode, which would escape the expression in it.
            secret_string_wo=f'${{jsonencode({{username = "{USER}", password ='
            f" ephemeral.aws_secretsmanager_random_password.{generated}.random_password}})}}",
            secret_string_wo_version=version,
        )
        self._ephemeral("aws_secretsmanager_secret_version", stored, secret_id=content.secret_id)
        self.value = (
            f"${{jsondecode(ephemeral.aws_secretsmanager_secret_version.{stored}"
            ".secret_string).password}"
        )
        """For write-only arguments."""
        self.version = version

    def _ephemeral(self, kind: str, name: str, **arguments: Any) -> None:
        """cdktf has no ephemeral resources: https://developer.hashicorp.com/terraform/language/resources/ephemeral"""
        self.stack.add_override(f"ephemeral.{kind}.{name}", arguments)


def read_secret(name: str, *, to: str | None = None) -> dict[str, Any]:
    """A statement that allows reading a secret of any region and account, by its name: AWS adds a
    hyphen and six random characters to it in the ARN.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html

    Args:
        name: The secret's name.
        to: Principal, in an endpoint's policy; None in an identity policy.
    """
    return allow(
        "secretsmanager:GetSecretValue",
        on=f"arn:aws:secretsmanager:*:*:secret:{name}-??????",
        to=to,
    )
