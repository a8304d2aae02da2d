"""Who may connect to whom: users to the load balancer, the load balancer to the instances, and the
instances to where they install packages from and to the database. Nothing else."""

from collections.abc import Iterator, Sequence
from typing import Any

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from modules.module import Module
from modules.ports import HTTPS
from modules.regional.network import ANYWHERE, ANYWHERE_IPV6, NetworkAttachment


class SecurityGroups(Module):
    """The load balancer's group and the instances' group.

    Args:
        name: Start of their names.
        network: Where they are; how the instances reach S3, which hosts Amazon Linux's packages,
            and DynamoDB; and whether they may open HTTPS connections to anywhere.
        user_ports: Ports that users connect to.
        application_port: Port that the instances serve on.
        ipv6: Whether users connect over IPv6 too.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        network: NetworkAttachment,
        user_ports: Sequence[int],
        application_port: int,
        ipv6: bool,
    ) -> None:
        super().__init__(scope, id)
        self._name = name
        self._vpc_id = network.vpc_id
        balancer = self._group("load_balancer", "Users to the load balancer")
        instances = self._group("instances", "Load balancer to the web instances")
        self.load_balancer_id = balancer
        self.instances_id = instances
        for port in user_ports:
            users = f"load_balancer_from_anywhere{'_https' if port == HTTPS else ''}"
            self._allow_in(users, balancer, port, cidr_ipv4=ANYWHERE)
            if ipv6:
                self._allow_in(f"{users}_ipv6", balancer, port, cidr_ipv6=ANYWHERE_IPV6)
        to_instances = "load_balancer_to_instances"
        self._allow_out(
            to_instances, balancer, application_port, referenced_security_group_id=instances
        )
        from_balancer = "instances_from_load_balancer"
        self._allow_in(
            from_balancer, instances, application_port, referenced_security_group_id=balancer
        )
        self.instances_out = list(self._allow_instances_out(network))
        """The rules that an instance needs to install anything."""

    def _allow_instances_out(self, network: NetworkAttachment) -> Iterator[ITerraformDependable]:
        if network.s3_prefix_list_id is not None:
            yield self._allow_out(
                "instances_to_s3",
                self.instances_id,
                HTTPS,
                prefix_list_id=network.s3_prefix_list_id,
            )
        if network.dynamodb_prefix_list_id is not None:
            yield self._allow_out(
                "instances_to_dynamodb",
                self.instances_id,
                HTTPS,
                prefix_list_id=network.dynamodb_prefix_list_id,
            )
        if network.internet:
            yield self._allow_out(
                "instances_to_internet", self.instances_id, HTTPS, cidr_ipv4=ANYWHERE
            )

    def for_endpoints(self) -> str:
        """Adds a group for interface endpoints that the instances may reach; returns its ID."""
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

    def for_database(self, port: int) -> str:
        """Adds a group for a database that the instances may connect to; returns its ID."""
        database = self._group("database", "Web instances to the database")
        self._allow_in(
            "database_from_instances",
            database,
            port,
            referenced_security_group_id=self.instances_id,
        )
        self._allow_out(
            "instances_to_database", self.instances_id, port, referenced_security_group_id=database
        )
        return database

    def for_drill(self, application_port: int) -> str:
        """Adds a group that takes the load balancer out of users' reach while it has this one
        instead of its own; returns its ID.

        The instances stay in reach of the load balancer: if their health checks failed, the Auto
        Scaling group would replace them.
        """
        closed = self._group("drill_closed", "Nobody to the load balancer, for a drill")
        self._allow_out(
            "drill_closed_to_instances",
            closed,
            application_port,
            referenced_security_group_id=self.instances_id,
        )
        self._allow_in(
            "instances_from_drill_closed",
            self.instances_id,
            application_port,
            referenced_security_group_id=closed,
        )
        return closed

    def _group(self, role: str, description: str) -> str:
        """A group without rules. Its replacement comes first: a group in use cannot be deleted."""
        name = f"{self._name}-{role.replace('_', '-')}"
        return SecurityGroup(
            self,
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
        """Allows traffic into a group.

        Args:
            source: The rule argument that names the source.
        """
        VpcSecurityGroupIngressRule(
            self,
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
        """Allows traffic out of a group.

        Args:
            destination: The rule argument that names the destination.
        """
        return VpcSecurityGroupEgressRule(
            self,
            id,
            security_group_id=of_group,
            description=_description(id),
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            **destination,
        )


def _description(id: str) -> str:
    """Turns an id into a description for the console, such as `Load balancer from anywhere`."""
    return id.replace("_", " ").capitalize()
