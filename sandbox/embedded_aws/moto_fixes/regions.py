"""Fixes of moto's account management: opt-in regions."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportPrivateUsage=false

from moto.account import urls
from moto.account.responses import AccountResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.responses.availability_zones_and_regions import AvailabilityZonesAndRegions

from sandbox.embedded_aws.account import OPT_IN_REGIONS, account

OTHER_PARTITIONS = ("us-gov-", "cn-")
IN_EC2 = {
    "ENABLED_BY_DEFAULT": "opt-in-not-required",
    "ENABLED": "opted-in",
    "DISABLED": "not-opted-in",
}


def regions_are_opted_in() -> None:
    """moto reports no region as opt-in, and cannot enable one:
    https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html"""

    def status(self: AccountResponse) -> ActionResult:
        region = self._get_param("RegionName")
        return ActionResult({"RegionName": region, "RegionOptStatus": _status(region)})

    def enable(self: AccountResponse) -> EmptyResult:
        account.disabled_regions.discard(self._get_param("RegionName"))
        return EmptyResult()

    def disable(self: AccountResponse) -> EmptyResult:
        account.disabled_regions.update({self._get_param("RegionName")} & OPT_IN_REGIONS)
        return EmptyResult()

    def listed(self: AccountResponse) -> ActionResult:
        wanted = self._get_param("RegionOptStatusContains") or []
        told = [
            {"RegionName": region.name, "RegionOptStatus": _status(region.name)}
            for region in RegionsAndZonesBackend.regions
            if not region.name.startswith(OTHER_PARTITIONS)
        ]
        kept = [one for one in told if not wanted or one["RegionOptStatus"] in wanted]
        return ActionResult({"Regions": kept})

    AccountResponse.get_region_opt_status = status
    AccountResponse.enable_region = enable
    AccountResponse.disable_region = disable
    AccountResponse.list_regions = listed
    for path in ("getRegionOptStatus", "enableRegion", "disableRegion", "listRegions"):
        urls.url_paths[f"{{0}}/{path}$"] = AccountResponse.dispatch


def regions_tell_whether_enabled() -> None:
    """moto lists every region, none of them as opt-in. AWS lists those enabled for the account,
    unless asked for all:
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html"""

    def describe(self: AvailabilityZonesAndRegions) -> ActionResult:
        names = self._get_param("RegionNames", [])
        everyone = names or self._get_bool_param("AllRegions", False)
        found = [
            {"RegionName": one.name, "Endpoint": one.endpoint, "OptInStatus": IN_EC2[status]}
            for one in self.ec2_backend.describe_regions(names)
            if not one.name.startswith(OTHER_PARTITIONS)
            and ((status := _status(one.name)) != "DISABLED" or everyone)
        ]
        return ActionResult({"Regions": found})

    AvailabilityZonesAndRegions.describe_regions = describe


def _status(region: str) -> str:
    if region not in OPT_IN_REGIONS:
        return "ENABLED_BY_DEFAULT"
    return "DISABLED" if region in account.disabled_regions else "ENABLED"
