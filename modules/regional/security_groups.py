"""Who may talk to whom: users to the load balancer, the load balancer to the instances, and the
instances to what they install from. Nothing else."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from modules.regional.network import ANYWHERE

HTTP = 80
HTTPS = 443


class SecurityGroups:
    """The load balancer's group and the instances' group.

    s3_prefix_list_id: the addresses of S3, where Amazon Linux's packages are, if known.
    internet: whether the instances may open HTTPS to anywhere.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        vpc_id: str,
        s3_prefix_list_id: str | None,
        internet: bool,
    ) -> None:
        self._scope = scope
        self._name = name
        self._vpc_id = vpc_id
        self.load_balancer_id = self._group("load_balancer", "Users to the load balancer")
        self.instances_id = self._group("instances", "Load balancer to the web instances")

        VpcSecurityGroupIngressRule(
            self._scope,
            "load_balancer_from_anywhere",
            security_group_id=self.load_balancer_id,
            description="HTTP from users and from Route 53 health checkers",
            ip_protocol="tcp",
            from_port=HTTP,
            to_port=HTTP,
            cidr_ipv4=ANYWHERE,
        )
        VpcSecurityGroupEgressRule(
            self._scope,
            "load_balancer_to_instances",
            security_group_id=self.load_balancer_id,
            description="HTTP to the instances",
            ip_protocol="tcp",
            from_port=HTTP,
            to_port=HTTP,
            referenced_security_group_id=self.instances_id,
        )
        VpcSecurityGroupIngressRule(
            self._scope,
            "instances_from_load_balancer",
            security_group_id=self.instances_id,
            description="HTTP from the load balancer",
            ip_protocol="tcp",
            from_port=HTTP,
            to_port=HTTP,
            referenced_security_group_id=self.load_balancer_id,
        )
        if s3_prefix_list_id is not None:
            self._instances_to("s3", "HTTPS to S3, for packages", prefix_list_id=s3_prefix_list_id)
        if internet:
            self._instances_to("internet", "HTTPS to the internet", cidr_ipv4=ANYWHERE)

    def for_endpoints(self) -> str:
        """A group for interface endpoints that the instances may reach; returns its ID."""
        endpoints_id = self._group("endpoints", "Web instances to interface endpoints")
        VpcSecurityGroupIngressRule(
            self._scope,
            "endpoints_from_instances",
            security_group_id=endpoints_id,
            description="HTTPS from the instances",
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            referenced_security_group_id=self.instances_id,
        )
        self._instances_to(
            "endpoints", "HTTPS to interface endpoints", referenced_security_group_id=endpoints_id
        )
        return endpoints_id

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

    def _instances_to(
        self,
        what: str,
        description: str,
        *,
        cidr_ipv4: str | None = None,
        prefix_list_id: str | None = None,
        referenced_security_group_id: str | None = None,
    ) -> None:
        VpcSecurityGroupEgressRule(
            self._scope,
            f"instances_to_{what}",
            security_group_id=self.instances_id,
            description=description,
            ip_protocol="tcp",
            from_port=HTTPS,
            to_port=HTTPS,
            cidr_ipv4=cidr_ipv4,
            prefix_list_id=prefix_list_id,
            referenced_security_group_id=referenced_security_group_id,
        )
