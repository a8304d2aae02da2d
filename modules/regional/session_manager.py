"""Session Manager: a shell on an instance without SSH, a key or an open port."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from constructs import Construct

# What the SSM Agent 3.3.40 and later connects to; Amazon Linux 2023 ships a later one.
# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-create-vpc.html
SERVICES = ("ssm", "ssmmessages")


class SessionManagerEndpoints:
    """Interface endpoints through which instances without a NAT gateway reach Session Manager."""

    def __init__(
        self,
        scope: Construct,
        *,
        name: str,
        region: str,
        vpc_id: str,
        subnet_ids: Sequence[str],
        security_group_id: str,
    ) -> None:
        for service in SERVICES:
            VpcEndpoint(
                scope,
                f"{service}_endpoint",
                vpc_id=vpc_id,
                service_name=f"com.amazonaws.{region}.{service}",
                vpc_endpoint_type="Interface",
                subnet_ids=list(subnet_ids),
                security_group_ids=[security_group_id],
                private_dns_enabled=True,
                tags={"Name": f"{name}-{service}"},
            )
