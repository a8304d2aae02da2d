"""Access to databases: networks, keys, passwords, and who may read them."""

import re
from collections.abc import Iterator

from emitted import Deployment, Json, Resource, blocks, is_true, references, texts
from environments import ROLES
from policy.documents import actions, allowed, covers, resources
from policy.finding import Finding
from policy.rule import error
from policy.rules.databases import RUNNING, identifier, kind_of, members

SECRET = "aws_secretsmanager_secret"  # noqa: S105 - a type of resource
# Plain passwords, which a state would hold, and RDS's own management of them.
KEPT = {
    "aws_rds_cluster": ("master_password", "manage_master_user_password"),
    "aws_db_instance": ("password", "manage_master_user_password"),
    f"{SECRET}_version": ("secret_string", "secret_binary"),
}
WRITE_ONLY = ("master_password_wo", "password_wo", "secret_string_wo")
EPHEMERAL = re.compile(r"ephemeral\.(\w+)\.(\w+)")
PARAMETERS = ("aws_rds_cluster_parameter_group", "aws_db_parameter_group")
# What else is in subnets, and which argument names them.
NEIGHBOURS = {"aws_lb": "subnets", "aws_autoscaling_group": "vpc_zone_identifier"}
READS_SECRETS = "secretsmanager:GetSecretValue"
DESCRIBES_SECRETS = "secretsmanager:DescribeSecret"


@error
def database_password_is_in_no_state(deployment: Deployment) -> Iterator[Finding]:
    """A database's password is write-only, from an ephemeral resource, and not managed by RDS.

    A state would keep it in plain text. RDS manages no password of a global database or of a
    replica's source.
    [Passwords and Secrets Manager](https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html)
    """
    for one in deployment.resources(*KEPT):
        for field in KEPT[kind_of(one)]:
            if one.get(field):
                yield Finding.of(one, f"has {field}", "a write-only argument")
        for field in WRITE_ONLY:
            value = one.get(field)
            if value is not None and not _ephemeral(deployment.stacks[one.stack], str(value)):
                yield Finding.of(one, f"{field} is not ephemeral", "an ephemeral resource's value")


def _ephemeral(stack: Json, value: str) -> bool:
    """Whether a value comes from ephemeral resources of its stack."""
    found = EPHEMERAL.findall(value)
    known = stack.get("ephemeral", {})
    return bool(found) and all(name in known.get(kind, {}) for kind, name in found)


@error
def database_secret_is_in_both_regions(deployment: Deployment) -> Iterator[Finding]:
    """The primary's stack has the database's secret, and replicates it to the standby's region.

    After a failover, instances that start in the standby's region read their password there.
    [Replicated secrets](https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html)
    """
    environment = deployment.environment
    wanted = [("primary", environment.database_secret)] if environment.data.kind else []
    found = [(one.stack, one.get("name")) for one in deployment.resources(SECRET)]
    if found != wanted:
        said = ", ".join(f"{name} in {stack}" for stack, name in found) or "no secret"
        yield Finding("primary", SECRET, said, environment.database_secret)
        return
    for one in deployment.resources(SECRET):
        copies = [copy.get("region") for copy in blocks(one.get("replica"))]
        if copies != [environment.dr.region]:
            yield Finding.of(one, f"is copied to {copies or 'nowhere'}", environment.dr.region)


@error
def database_has_a_key_of_its_region(deployment: Deployment) -> Iterator[Finding]:
    """A database, and what Performance Insights keeps of it, is encrypted with a KMS key of its own
    stack.

    A copy in another region needs a key there. A database can never change its key, and nobody can
    share a snapshot that AWS's own key encrypts.
    [Encryption](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html)
    """
    wanted = "an aws_kms_key of the stack"
    for one in members(deployment):
        if not _key(deployment, one, "kms_key_id"):
            yield Finding.of(one, f"its key is {one.get('kms_key_id')}", wanted)
    for one in deployment.resources(*RUNNING):
        field = "performance_insights_kms_key_id"
        if one.get("performance_insights_enabled") and not _key(deployment, one, field):
            yield Finding.of(one, f"{field} is {one.get(field)}", wanted)


def _key(deployment: Deployment, one: Resource, field: str) -> bool:
    key = deployment.named(one, one.get(field))
    return key is not None and kind_of(key) == "aws_kms_key"


@error
def database_is_apart(deployment: Deployment) -> Iterator[Finding]:
    """A database has no public address, and is in subnets of its own, without a route to anywhere.

    Nothing in it calls anybody, so what reached it could send data nowhere. In an existing network,
    the subnets are its owner's matter.
    [RDS in a VPC](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html)
    """
    for one in deployment.resources(*RUNNING):
        if is_true(one.get("publicly_accessible")):
            yield Finding.of(one, "has a public address", "publicly_accessible = false")
    for group in deployment.resources("aws_db_subnet_group"):
        own = references(group.get("subnet_ids"))
        shared = {
            one.address
            for kind, field in NEIGHBOURS.items()
            for one in deployment.resources(kind, stack=group.stack)
            if own & references(one.get(field))
        }
        if shared:
            yield Finding.of(group, f"shares subnets with {', '.join(shared)}", "its own")
        for one in deployment.resources("aws_route_table_association", stack=group.stack):
            table = deployment.named(one, one.get("route_table_id"))
            routed = table and deployment.naming("aws_route", "route_table_id", table)
            if own & references(one.get("subnet_id")) and routed:
                yield Finding.of(group, f"has a route: {one.address}", "no way out")


@error
def instances_alone_reach_the_database(deployment: Deployment) -> Iterator[Finding]:
    """A database's security group has one way in: from the instances' group, at the engine's port.

    A password that leaked is then of no use elsewhere, not even in the same network.
    [Security groups](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html)
    """
    kind = deployment.environment.data.kind
    for member in members(deployment):
        own = references(member.get("vpc_security_group_ids"))
        ways = [
            rule
            for rule in deployment.resources(
                "aws_vpc_security_group_ingress_rule", stack=member.stack
            )
            if own & references(rule.get("security_group_id"))
        ]
        wanted = f"one way in, at {kind.port if kind else 'no port'}"
        if not own or len(ways) != 1 or _inline(deployment, member.stack, own):
            yield Finding.of(member, f"has {len(ways)} ways in", wanted)
            continue
        (rule,) = ways
        ports = {rule.get("from_port"), rule.get("to_port"), member.get("port")}
        source = references(rule.get("referenced_security_group_id"))
        if not kind or ports != {kind.port}:
            yield Finding.of(rule, f"opens {rule.get('from_port')}", wanted)
        if not source or source != _of_instances(deployment, member.stack):
            yield Finding.of(rule, f"lets {', '.join(source) or 'others'} in", "the instances")


def _inline(deployment: Deployment, stack: str, groups: set[str]) -> bool:
    """Whether one of the groups has rules of its own besides."""
    found = deployment.resources("aws_security_group", stack=stack)
    return any(one.address in groups and one.get("ingress") for one in found)


def _of_instances(deployment: Deployment, stack: str) -> set[str]:
    """The instances' security groups."""
    return {
        address
        for template in deployment.resources("aws_launch_template", stack=stack)
        for interface in blocks(template.get("network_interfaces"))
        for address in references(interface.get("security_groups"))
    }


@error
def database_takes_tls_alone(deployment: Deployment) -> Iterator[Finding]:
    """A database's parameter group makes it refuse connections without TLS.

    A client that does not ask for TLS would otherwise send the password, and all data, in clear.
    [TLS to RDS](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html)
    """
    kind = deployment.environment.data.kind
    wanted = dict(kind.tls) if kind else {}
    for member in members(deployment):
        cluster = kind_of(member) == "aws_rds_cluster"
        named = member.get("db_cluster_parameter_group_name" if cluster else "parameter_group_name")
        group = deployment.named(member, named)
        found = blocks(group.get("parameter")) if group and kind_of(group) in PARAMETERS else []
        have = {one.get("name"): one.get("value") for one in found}
        for name, value in wanted.items():
            if have.get(name) != value:
                yield Finding.of(member, f"{name} is {have.get(name)}", value)


@error
def database_logs_to_groups_that_exist(deployment: Deployment) -> Iterator[Finding]:
    """A database sends each of its engine's logs to CloudWatch, where the group exists before it.

    RDS would create the group itself, to keep logs for ever and under no key of the account's.
    [Publishing logs](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html)
    """
    kind = deployment.environment.data.kind
    for member in members(deployment):
        sent = texts(member.get("enabled_cloudwatch_logs_exports"))
        if not kind or set(sent) != set(kind.logs):
            yield Finding.of(member, f"sends {', '.join(sent) or 'no logs'}", "its engine's logs")
        folder = "cluster" if kind_of(member) == "aws_rds_cluster" else "instance"
        groups = {
            one.get("name"): one.address
            for one in deployment.resources("aws_cloudwatch_log_group", stack=member.stack)
        }
        for log in sent:
            name = f"/aws/rds/{folder}/{identifier(member)}/{log}"
            if groups.get(name) not in (member.get("depends_on") or ()):
                yield Finding.of(member, f"does not wait for {name}", "the group, and depends_on")


@error
def instances_read_their_secret_alone(deployment: Deployment) -> Iterator[Finding]:
    """Each region's instances may read the database's secret; no role, and nobody through an
    endpoint, may read another or change one. Others may see that it exists.

    Whoever takes an instance over gets this application's data, but nobody else's.
    [Least privilege](https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html)
    """
    environment = deployment.environment
    secret = f"arn:aws:secretsmanager:*:*:secret:{environment.database_secret}-??????"
    for policy in deployment.resources("aws_iam_role_policy", "aws_iam_policy"):
        for statement in _on_secrets(policy):
            if not _reads(statement, secret) and not _describes(statement, secret):
                yield Finding.of(policy, f"{', '.join(actions(statement))}", f"reads {secret}")
    for endpoint in deployment.resources("aws_vpc_endpoint"):
        if not str(endpoint.get("service_name")).endswith(".secretsmanager"):
            continue
        statements = list(allowed(endpoint.statements()))
        if not statements or not all(_reads(one, secret) for one in statements):
            yield Finding.of(endpoint, "lets more through", f"reads {secret}")
    for role in ROLES if environment.data.kind else ():
        policies = deployment.resources("aws_iam_role_policy", stack=role)
        own = _roles_of_instances(deployment, role)
        if not any(references(one.get("role")) & own and [*_on_secrets(one)] for one in policies):
            yield Finding(role, "aws_iam_role_policy", "instances read no secret", secret)


def _on_secrets(policy: Resource) -> Iterator[Json]:
    return (
        one
        for one in allowed(policy.statements())
        if any(action.lower().startswith("secretsmanager:") for action in actions(one))
        or covers(one, READS_SECRETS)
    )


def _reads(statement: Json, secret: str) -> bool:
    return (actions(statement), resources(statement)) == ([READS_SECRETS], [secret])


def _describes(statement: Json, secret: str) -> bool:
    """Whether it lets somebody see that the secret exists in a region, and no more of it."""
    name = secret.rpartition(":")[2]
    return actions(statement) == [DESCRIBES_SECRETS] and all(
        one.endswith(f":secret:{name}") for one in resources(statement)
    )


def _roles_of_instances(deployment: Deployment, stack: str) -> set[str]:
    return {
        address
        for profile in deployment.resources("aws_iam_instance_profile", stack=stack)
        for address in references(profile.get("role"))
    }
