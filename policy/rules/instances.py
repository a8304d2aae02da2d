"""Instances, their networks, and functions."""

from collections.abc import Iterator

from emitted import Deployment, Resource, blocks, is_true, references
from environments import ROLES
from policy.finding import Finding
from policy.rule import error

WORLD = ("0.0.0.0/0", "::/0")
USER_PORTS = (80, 443)


def _open_rules(deployment: Deployment) -> Iterator[tuple[Resource, int, int, set[str]]]:
    """The rules that let the world in: each rule, its first and last port, and its groups."""
    for rule in deployment.resources("aws_vpc_security_group_ingress_rule"):
        if rule.get("cidr_ipv4") in WORLD or rule.get("cidr_ipv6") in WORLD:
            ports = (rule.get("from_port") or 0, rule.get("to_port") or 0)
            yield rule, *ports, references(rule.get("security_group_id"))
    for group in deployment.resources("aws_security_group", "aws_default_security_group"):
        for one in blocks(group.get("ingress")):
            cidrs = [*(one.get("cidr_blocks") or ()), *(one.get("ipv6_cidr_blocks") or ())]
            if set(cidrs) & set(WORLD):
                yield group, one.get("from_port", 0), one.get("to_port", 0), {group.address}


@error
def world_reaches_load_balancers_alone(deployment: Deployment) -> Iterator[Finding]:
    """Only the load balancers' ports for users are open to the internet.

    An instance open to the internet has neither a firewall nor a health check in front of it.
    [Security groups](https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html)
    """
    doors = {
        (one.stack, address)
        for one in deployment.resources("aws_lb")
        for address in references(one.get("security_groups"))
    }
    for rule, first, last, groups in _open_rules(deployment):
        if not {(rule.stack, group) for group in groups} <= doors:
            yield Finding.of(rule, "is open to the internet", "only a load balancer's group")
        elif first != last or first not in USER_PORTS:
            yield Finding.of(rule, f"opens {first} to {last}", "only 80 and 443")


@error
def instances_want_a_token(deployment: Deployment) -> Iterator[Finding]:
    """Instance metadata requires a token (IMDSv2), with a hop limit of 1.

    Otherwise a request that the application forwards by mistake could read its role's credentials.
    [IMDSv2](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html)
    """
    for template in deployment.resources("aws_launch_template"):
        if template.get("metadata_options", "http_tokens") != "required":
            yield Finding.of(template, "IMDSv1 answers", 'http_tokens = "required"')
        if template.get("metadata_options", "http_put_response_hop_limit") != 1:
            yield Finding.of(template, "the hop limit is not 1", "http_put_response_hop_limit = 1")


@error
def instances_have_no_public_address(deployment: Deployment) -> Iterator[Finding]:
    """No instance has a public address, and no subnet assigns one.

    Users come through the load balancer, which filters their requests.
    [Subnets](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html)
    """
    for template in deployment.resources("aws_launch_template"):
        for one in blocks(template.get("network_interfaces")):
            if one.get("associate_public_ip_address") not in ("false", False):
                yield Finding.of(
                    template, "has a public address", "associate_public_ip_address false"
                )
    for subnet in deployment.resources("aws_subnet"):
        if is_true(subnet.get("map_public_ip_on_launch")):
            yield Finding.of(subnet, "gives public addresses", "map_public_ip_on_launch = false")


@error
def volumes_are_encrypted(deployment: Deployment) -> Iterator[Finding]:
    """Every volume of an instance is encrypted.

    Anyone who gets a snapshot of an unencrypted volume can read it.
    [EBS encryption](https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html)
    """
    for template in deployment.resources("aws_launch_template"):
        devices = blocks(template.get("block_device_mappings"))
        clear = [d for d in devices if not all(is_true(e.get("encrypted")) for e in _ebs(d))]
        if clear or not devices:
            yield Finding.of(template, "an unencrypted volume", "ebs.encrypted")


def _ebs(device: object) -> list[dict[str, object]]:
    return [dict(one) for part in blocks(device) for one in blocks(part.get("ebs"))]


@error
def group_keeps_the_size_it_has(deployment: Deployment) -> Iterator[Finding]:
    """Terraform ignores changes to an Auto Scaling group's desired capacity.

    Otherwise an apply in the middle of a failover would put the standby back to sleep.
    [ignore_changes](https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle)
    """
    for group in deployment.resources("aws_autoscaling_group"):
        if "desired_capacity" not in (group.get("lifecycle", "ignore_changes") or ()):
            yield Finding.of(group, "an apply resizes it", 'ignore_changes = ["desired_capacity"]')


@error
def group_replaces_what_does_not_serve(deployment: Deployment) -> Iterator[Finding]:
    """An Auto Scaling group uses the load balancer's health checks and has a target group.

    To EC2's own checks, an instance whose application hangs stays healthy for ever.
    [Health checks](https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-checks-overview.html)
    """
    for group in deployment.resources("aws_autoscaling_group"):
        if group.get("health_check_type") != "ELB":
            yield Finding.of(group, f"uses {group.get('health_check_type') or 'EC2'} checks", "ELB")
        if deployment.named(group, group.get("target_group_arns")) is None:
            yield Finding.of(group, "has no target group", "target_group_arns")


@error
def group_waits_for_its_listener(deployment: Deployment) -> Iterator[Finding]:
    """An Auto Scaling group is created after a listener forwards to its target group.

    Until then its targets are `unused`: Terraform waits in vain for healthy ones, and taints the
    group.
    [Target health](https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html)
    """
    for group in deployment.resources("aws_autoscaling_group"):
        fed = references(group.get("target_group_arns"))
        forwarding = {
            listener.address
            for listener in deployment.resources("aws_lb_listener", stack=group.stack)
            if fed & references(listener.get("default_action"))
        }
        if not forwarding & set(group.get("depends_on") or ()):
            yield Finding.of(group, "does not wait for a listener", "depends_on it")


@error
def network_is_protected_as_said(deployment: Deployment) -> Iterator[Finding]:
    """With `deletion_protection`, Terraform refuses to replace the deployment's own networks.

    AWS cannot move a load balancer to the new VPC, so the apply would stop half-way.
    [SetSubnets](https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html)
    """
    if not deployment.environment.deletion_protection:
        return
    for network in deployment.resources("aws_vpc"):
        if not network.get("lifecycle", "prevent_destroy"):
            yield Finding.of(network, "may be replaced", "prevent_destroy")


@error
def group_is_in_every_zone(deployment: Deployment) -> Iterator[Finding]:
    """A region's Auto Scaling group and load balancer have a subnet in each of its zones.

    With fewer zones, losing a zone could mean losing the region.
    [Zones](https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html)
    """
    places = {"aws_autoscaling_group": "vpc_zone_identifier", "aws_lb": "subnets"}
    for role in ROLES:
        settings = deployment.environment.regional(role)
        if settings.existing_network is not None:
            continue
        for kind, field in places.items():
            for one in deployment.resources(kind, stack=role):
                named = references(one.get(field))
                zones = {
                    subnet.get("availability_zone")
                    for subnet in deployment.resources("aws_subnet", stack=role)
                    if subnet.address in named
                }
                if missing := sorted(set(settings.zones) - zones):
                    yield Finding.of(one, f"not in {', '.join(missing)}", "each zone of the file")


@error
def standby_can_take_over(deployment: Deployment) -> Iterator[Finding]:
    """The standby's Auto Scaling group can grow to the primary's initial size, if the standby is
    activated.

    A smaller group cannot carry a whole region's users.
    [Capacity limits](https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html)
    """
    if not deployment.environment.failover.activation:
        return
    primary = deployment.resources("aws_autoscaling_group", stack="primary")
    needed = max((one.get("desired_capacity") or 0 for one in primary), default=0)
    for group in deployment.resources("aws_autoscaling_group", stack="dr"):
        most = group.get("max_size") or 0
        if most < needed:
            yield Finding.of(group, f"at most {most}", f"{needed}, as the primary")


@error
def function_keeps_what_failed(deployment: Deployment) -> Iterator[Finding]:
    """A function's failed events are kept for inspection, except those of a schedule, which runs
    again.

    Otherwise Lambda silently drops an event after the last retry.
    [Destinations](https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html)
    """
    for function in deployment.resources("aws_lambda_function"):
        found = deployment.naming(
            "aws_lambda_function_event_invoke_config", "function_name", function
        )
        path = ("destination_config", "on_failure", "destination")
        targets = deployment.naming("aws_cloudwatch_event_target", "arn", function)
        rules = [deployment.named(one, one.get("rule")) for one in targets]
        if rules and all(rule and rule.get("schedule_expression") for rule in rules):
            continue
        if not any(deployment.named(one, one.get(*path)) for one in found):
            yield Finding.of(function, "failures are dropped", "an on_failure destination")
