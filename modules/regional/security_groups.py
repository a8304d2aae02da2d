"""Who may talk to whom: users to the load balancer, the load balancer to the instances, and the
instances to what they install from. Nothing else."""

from collections.abc import Sequence
from typing import Any

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from modules.ports import HTTP, HTTPS
from modules.regional.network import ANYWHERE, ANYWHERE_IPV6


class SecurityGroups:
    """The load balancer's group and the instances' group.

    s3_prefix_list_id: the addresses of S3, where Amazon Linux's packages are, if known.
    internet: whether the instances may open HTTPS to anywhere.
    user_ports: what users come by. ipv6: whether they come by IPv6 too.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        vpc_id: str,
        s3_prefix_list_id: str | None,
        internet: bool,
        user_ports: Sequence[int],
        ipv6: bool,
    ) -> None:
        self._scope = scope
        self._name = name
        self._vpc_id = vpc_id
        balancer = self._group("load_balancer", "Users to the load balancer")
        instances = self._group("instances", "Load balancer to the web instances")
        self.load_balancer_id = balancer
        self.instances_id = instances
        self.instances_out: list[ITerraformDependable] = []
        """The rules without which an instance can install nothing."""

        for port in user_ports:
            users = f"load_balancer_from_anywhere{'_https' if port == HTTPS else ''}"
            self._allow_in(users, balancer, port, cidr_ipv4=ANYWHERE)
            if ipv6:
                self._allow_in(f"{users}_ipv6", balancer, port, cidr_ipv6=ANYWHERE_IPV6)
        self._allow_out(
            "load_balancer_to_instances", balancer, HTTP, referenced_security_group_id=instances
        )
        self._allow_in(
            "instances_from_load_balancer", instances, HTTP, referenced_security_group_id=balancer
        )
        if s3_prefix_list_id is not None:
            to_s3 = self._allow_out(
                "instances_to_s3", instances, HTTPS, prefix_list_id=s3_prefix_list_id
            )
            self.instances_out.append(to_s3)
        if internet:
            to_internet = self._allow_out(
                "instances_to_internet", instances, HTTPS, cidr_ipv4=ANYWHERE
            )
            self.instances_out.append(to_internet)

    def for_endpoints(self) -> str:
        """A group for interface endpoints that the instances may reach; returns its ID."""
        endpoints = self._group("endpoints", "Web instances to interface endpoints")
        self._allow_in(
            "endpoints_from_instances",
            endpoints,
            HTTPS,
            referenced_security_group_id=self.instances_id,
        )
        self._allow_out(
            "instances_to_endpoints",
            self.instances_id,
            HTTPS,
            referenced_security_group_id=endpoints,
        )
        return endpoints

    def _group(self, role: str, description: str) -> str:
        """A group without rules. Its successor, if it must have one, is there before it goes: a
        group in use cannot be deleted."""
        name = f"{self._name}-{role.replace('_', '-')}"
        return SecurityGroup(
            self._scope,
            f"{role}_security_group",
            name_prefix=f"{name}-",
            description=description,
            vpc_id=self._vpc_id,
            tags={"Name": name},
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        ).id

    def _allow_in(
        self,
        id: str,
        to_group: str,
        port: int,
        **source: Any,
    ) -> None:
        """source: one of the rule's arguments that name where from."""
        VpcSecurityGroupIngressRule(
            self._scope,
            id,
            security_group_id=to_group,
            description=_description(id),
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            **source,
        )

    def _allow_out(
        self,
        id: str,
        of_group: str,
        port: int,
        **destination: Any,
    ) -> VpcSecurityGroupEgressRule:
        """destination: one of the rule's arguments that name where to."""
        return VpcSecurityGroupEgressRule(
            self._scope,
            id,
            security_group_id=of_group,
            description=_description(id),
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            **destination,
        )


def _description(id: str) -> str:
    """`Load balancer from anywhere`, as the console shows it."""
    return id.replace("_", " ").capitalize()
