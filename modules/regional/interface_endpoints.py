"""Interface endpoints: how instances without a way to the internet reach AWS's services."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

from modules.module import Module
from modules.regional.network import NetworkAttachment

# What SSM Agent 3.3.40 and later connects to; Amazon Linux 2023 ships a later version.
# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
SESSION_MANAGER = ("ssm", "ssmmessages")
SECRETS_MANAGER = "secretsmanager"


class InterfaceEndpoints(Module):
    """An endpoint for each service, in the instances' subnets, under the service's own name.

    Args:
        name: Start of their names.
        region: Region of the network.
        network: Network of the instances.
        security_group_id: Security group of the endpoints.
        services: The services, and the policy of each endpoint; None for AWS's own, which allows
            everything that the caller may do.
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
        services: Mapping[str, str | None],
    ) -> None:
        super().__init__(scope, id)
        self.all = [
            VpcEndpoint(
                self,
                f"{service}_endpoint",
                vpc_id=network.vpc_id,
                service_name=f"com.amazonaws.{region}.{service}",
                vpc_endpoint_type="Interface",
                subnet_ids=list(network.private_subnet_ids),
                security_group_ids=[security_group_id],
                private_dns_enabled=True,
                policy=policy,
                tags={"Name": f"{name}-{service}"},
            )
            for service, policy in services.items()
        ]
