"""Session Manager: a shell on an instance without SSH, keys or open ports."""

from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from modules.module import Module
from modules.regional.network import NetworkAttachment

# What SSM Agent 3.3.40 and later connects to; Amazon Linux 2023 ships a later version.
# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
SERVICES = ("ssm", "ssmmessages")


class SessionManagerEndpoints(Module):
    """Interface endpoints through which instances without a NAT gateway reach Session Manager.

    Args:
        name: Start of their names.
        region: Region of the network.
        network: Network of the instances.
        security_group_id: Security group of the endpoints.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        region: str,
        network: NetworkAttachment,
        security_group_id: str,
    ) -> None:
        super().__init__(scope, id)
        for service in SERVICES:
            VpcEndpoint(
                self,
                f"{service}_endpoint",
                vpc_id=network.vpc_id,
                service_name=f"com.amazonaws.{region}.{service}",
                vpc_endpoint_type="Interface",
                subnet_ids=list(network.private_subnet_ids),
                security_group_ids=[security_group_id],
                private_dns_enabled=True,
                tags={"Name": f"{name}-{service}"},
            )
