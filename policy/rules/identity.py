"""Identity: what roles may do, and who may assume them."""

from collections.abc import Iterator

from emitted import Deployment, Json
from environments import ROLES
from policy.documents import actions, allowed, conditions, principals, resources
from policy.finding import Finding
from policy.rule import error

# Prefixes of actions that only read; in IAM, many of them cannot be limited to a resource.
READS = ("describe", "list", "get")
POWERFUL = ("FullAccess", "AdministratorAccess", "PowerUserAccess", "IAMFullAccess")
GITHUB = "token.actions.githubusercontent.com"
POLICIES = ("aws_iam_role_policy", "aws_iam_policy")


@error
def role_has_no_wildcard_action(deployment: Deployment) -> Iterator[Finding]:
    """No role's policy allows `*` or all actions of a service.

    The code makes a known set of calls, and needs permission for no others.
    [Least privilege](https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege)
    """
    for policy in deployment.resources(*POLICIES):
        for statement in allowed(policy.statements()):
            wide = [one for one in actions(statement) if "*" in one]
            if wide:
                yield Finding.of(policy, f"allows {', '.join(wide)}", "each action by name")


@error
def role_has_no_unnarrowed_resource(deployment: Deployment) -> Iterator[Finding]:
    """A role may change nothing on resource `*`, unless a condition narrows it.

    Some services' read actions support no resources, and metrics have no ARN, only a namespace.
    [Actions and resources](https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html)
    """
    for policy in deployment.resources(*POLICIES):
        for statement in allowed(policy.statements()):
            names = [one.partition(":")[2].lower() for one in actions(statement)]
            reads = all(name.startswith(READS) for name in names)
            if "*" in resources(statement) and not reads and not conditions(statement):
                yield Finding.of(policy, f"{', '.join(actions(statement))} on *", "an ARN")


@error
def role_is_assumed_by_services_alone(deployment: Deployment) -> Iterator[Finding]:
    """Only AWS services can assume a role, and a region's delivery role only jobs in the region's
    environment of the GitHub repository that the environment file names.

    No person, account or other web identity needs these permissions.
    [Trust policies](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html)
    """
    for role in deployment.resources("aws_iam_role"):
        for statement in allowed(role.statements("assume_role_policy")):
            by_services = set(principals(statement)) == {"Service"}
            if not by_services and not _trusts_one_workflow(deployment, role.stack, statement):
                yield Finding.of(role, "not only services may assume it", "only services")


def _trusts_one_workflow(deployment: Deployment, stack: str, statement: Json) -> bool:
    environment = deployment.environment
    repository = environment.delivery.github
    names = {str(role): environment.github_environment(role) for role in ROLES}
    if repository is None or stack not in names or set(principals(statement)) != {"Federated"}:
        return False
    job = f"repo:{repository}:environment:{names[stack]}"
    keys = {f"{GITHUB}:aud": "sts.amazonaws.com", f"{GITHUB}:sub": job}
    return statement.get("Condition") == {"StringEquals": keys}


@error
def no_role_is_an_administrator(deployment: Deployment) -> Iterator[Finding]:
    """No role has an AWS managed policy that allows everything, or everything in a service.

    Such policies grow with every feature that AWS adds.
    [Managed policies](https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html)
    """
    for attached in deployment.resources("aws_iam_role_policy_attachment"):
        if str(attached.get("policy_arn")).endswith(POWERFUL):
            yield Finding.of(attached, f"{attached.get('policy_arn')}", "only the needed actions")
