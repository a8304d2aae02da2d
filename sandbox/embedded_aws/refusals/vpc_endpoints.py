"""EC2: VPC endpoints.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from moto.ec2.models import ec2_backends

from sandbox.embedded_aws.calls import Call, Refusal
from sandbox.embedded_aws.refusals import policies
from sandbox.embedded_aws.refusals.rule import NO_SUCH_NAME, Rules, stricter

GATEWAYS = ("s3", "dynamodb")


def _ec2(call: Call) -> Any:
    return ec2_backends[call.account][call.region]


@stricter(NO_SUCH_NAME)
def endpoint_policies_are_taken(call: Call) -> None:
    """Refuses an endpoint policy that is invalid, or that refers to something that does not exist.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    if text := call.parameters.get("PolicyDocument"):
        policies.check(policies.ENDPOINT, "PolicyDocument", text, call.account)


def endpoints_are_of_services_here(call: Call) -> None:
    """Refuses a service in another region, and a gateway endpoint for a service that has none.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    name: str = call.parameters.get("ServiceName", "")
    kind = call.parameters.get("VpcEndpointType", "Gateway")
    prefix = f"com.amazonaws.{call.region}."
    if name.startswith("com.amazonaws.") and not name.startswith((prefix, "com.amazonaws.vpce.")):
        raise Refusal(
            "InvalidServiceName", f"ServiceName: {name} is not of {call.region}, as {prefix}ssm is"
        )
    if kind == "Gateway" and name.removeprefix(prefix) not in GATEWAYS:
        raise Refusal("InvalidParameter", f"VpcEndpointType: {name} has no gateway")


def endpoints_have_a_subnet_a_zone(call: Call) -> None:
    """Refuses two subnets in the same zone.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    ids: Sequence[str] = call.parameters.get("SubnetIds") or ()
    subnets = [_ec2(call).get_subnet(one) for one in ids]
    for zone, count in Counter(one.availability_zone for one in subnets).items():
        if count > 1:
            raise Refusal(
                "DuplicateSubnetsInSameZone", f"SubnetIds: {count} in the same zone {zone}"
            )


RULES: Rules = {
    ("ec2", "CreateVpcEndpoint"): (
        endpoint_policies_are_taken,
        endpoints_are_of_services_here,
        endpoints_have_a_subnet_a_zone,
    ),
    ("ec2", "ModifyVpcEndpoint"): (endpoint_policies_are_taken,),
}
