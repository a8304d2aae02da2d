"""What handing a role to a service takes, and what having a service make its own."""

from sandbox.embedded_aws.calls import Call
from sandbox.embedded_aws.permissions.need import Need


def pass_role(role: str, service: str) -> Need:
    """Passing a role to a service.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    return Need("iam:PassRole", role, {"iam:passedtoservice": (service,)})


def service_linked_role(call: Call, service: str, name: str) -> Need:
    """AWS creates a service-linked role when the first caller needs it, if that caller may.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    """
    role = f"arn:aws:iam::{call.account}:role/aws-service-role/{service}/{name}"
    return Need("iam:CreateServiceLinkedRole", role, {"iam:awsservicename": (service,)})
