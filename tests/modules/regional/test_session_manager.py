"""Interface endpoints for Session Manager, only where requested."""

from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint

from tests.conftest import Region


def test_endpoints_are_private_and_only_where_asked_for(region: Region) -> None:
    interfaces = {
        endpoint["service_name"]: endpoint
        for endpoint in region.stack.resources(VpcEndpoint).values()
        if endpoint["vpc_endpoint_type"] == "Interface"
    }
    if not region.settings.session_manager_endpoints:
        assert not interfaces
        return
    prefix = f"com.amazonaws.{region.settings.region}"
    assert set(interfaces) == {f"{prefix}.ssm", f"{prefix}.ssmmessages"}
    for endpoint in interfaces.values():
        assert endpoint["private_dns_enabled"] is True
        assert endpoint["security_group_ids"] == [
            "${aws_security_group.endpoints_security_group.id}"
        ]
        assert len(endpoint["subnet_ids"]) == len(region.settings.zones)
