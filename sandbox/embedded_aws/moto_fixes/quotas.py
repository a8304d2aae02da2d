"""Fixes of moto's Service Quotas and EC2: quotas that are enforced, listed and raised."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportPrivateUsage=false

import json
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.utils import unix_time
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS, INSTANCE_TYPES
from moto.ec2.models.instances import InstanceBackend
from moto.moto_api._internal import mock_random
from moto.servicequotas.responses import ServiceQuotasResponse

from functions.standby_readiness.capacity import standard
from modules.quotas import QUOTAS, VCPUS, Quota
from sandbox.embedded_aws.account import account

UNKNOWN_VCPUS = 2


class NoSuchQuotaError(JsonRESTError):
    """https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html"""

    def __init__(self, service: str, code: str) -> None:
        super().__init__(
            "NoSuchResourceException", f"there is no quota {code} of the service {service} here"
        )


def quotas_are_told_and_raised() -> None:
    """moto has a few VPC quotas only, and no increase requests. Here, an increase that AWS would
    accept as a request is granted at once:
    https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html
    """

    def get(self: ServiceQuotasResponse) -> str:
        quota = _asked(self)
        return json.dumps({"Quota": _told(quota, self, account.quota(quota, self.region))})

    def get_default(self: ServiceQuotasResponse) -> str:
        quota = _asked(self)
        return json.dumps({"Quota": _told(quota, self, quota.default)})

    def list_quotas(self: ServiceQuotasResponse) -> str:
        service = json.loads(self.body)["ServiceCode"]
        mine = [quota for quota in QUOTAS if quota.service == service]
        told = [_told(quota, self, account.quota(quota, self.region)) for quota in mine]
        return json.dumps({"Quotas": told})

    def raise_quota(self: ServiceQuotasResponse) -> str:
        quota, wanted = _asked(self), json.loads(self.body)["DesiredValue"]
        _check_increase(quota, wanted, account.quota(quota, self.region))
        account.allow(quota, wanted, self.region)
        told = _told(quota, self, wanted)
        names = ("ServiceCode", "ServiceName", "QuotaArn", "QuotaCode", "QuotaName", "Unit")
        request = {
            **{name: told[name] for name in names},
            "Id": mock_random.get_random_hex(32),
            "DesiredValue": wanted,
            "Status": "APPROVED",
            "Created": unix_time(),
            "LastUpdated": unix_time(),
            "GlobalQuota": False,
        }
        return json.dumps({"RequestedQuota": request})

    ServiceQuotasResponse.get_service_quota = get
    ServiceQuotasResponse.get_aws_default_service_quota = get_default
    ServiceQuotasResponse.list_service_quotas = list_quotas
    ServiceQuotasResponse.request_service_quota_increase = raise_quota


def _asked(response: ServiceQuotasResponse) -> Quota:
    asked = json.loads(response.body)
    quota = _find_quota(asked["ServiceCode"], asked["QuotaCode"])
    if quota is None:
        raise NoSuchQuotaError(asked["ServiceCode"], asked["QuotaCode"])
    return quota


def _check_increase(quota: Quota, wanted: float, now: float) -> None:
    """AWS accepts no increase to less than its default, even if a new account has less: for
    Lambda's concurrency, 10 where the default is 1,000."""
    least = "current" if wanted <= now else "default" if wanted < quota.default else None
    if least is not None:
        raise JsonRESTError(
            "IllegalArgumentException",
            f"DesiredValue: {wanted:g}: You must provide a quota value greater than the {least} "
            f"quota value of {now if least == 'current' else quota.default:g} ({quota.code})",
        )


def _told(quota: Quota, response: ServiceQuotasResponse, value: float) -> dict[str, Any]:
    where = f"{response.region}:{response.current_account}"
    return {
        "ServiceCode": quota.service,
        "ServiceName": quota.service,
        "QuotaArn": f"arn:aws:servicequotas:{where}:{quota.service}/{quota.code}",
        "QuotaCode": quota.code,
        "QuotaName": quota.name,
        "Value": float(value),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


def instances_start_where_they_may() -> None:
    """moto launches instances beyond the account's vCPU quota, and where their type is not offered:
    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"""
    run_instances = InstanceBackend.run_instances

    def run(
        self: EC2Backend, image_id: str, count: int, user_data: Any, groups: Any, **kwargs: Any
    ) -> Any:
        kind = _type_of(self, kwargs)
        subnet = kwargs.get("subnet_id")
        zone = self.get_subnet(subnet).availability_zone if subnet else kwargs.get("placement")
        _check_type(self.region_name, kind, zone)
        if not kwargs.get("instance_market_options"):
            _check_vcpus(self, kind, count)
        return run_instances(self, image_id, count, user_data, groups, **kwargs)

    InstanceBackend.run_instances = run


def _type_of(ec2: EC2Backend, asked: dict[str, Any]) -> str:
    template = asked.get("launch_template")
    if template and asked.get("is_instance_type_default"):
        return ec2._get_template_from_args(template).instance_type
    return asked["instance_type"]


def vcpus_of(kind: str) -> int:
    """How many vCPUs of the quota an instance of this type uses."""
    if not standard(kind):
        return 0
    return INSTANCE_TYPES.get(kind, {}).get("VCpuInfo", {}).get("DefaultVCpus", UNKNOWN_VCPUS)


def vcpus_left(ec2: EC2Backend) -> float:
    """How many vCPUs the account has left in a backend's region."""
    used = sum(
        vcpus_of(instance.instance_type)
        for reservation in list(ec2.reservations.values())
        for instance in reservation.instances
        if instance.state in {"pending", "running"} and instance.lifecycle != "spot"
    )
    return account.quota(VCPUS, ec2.region_name) - used


def _check_vcpus(ec2: EC2Backend, kind: str, count: int) -> None:
    needed = vcpus_of(kind) * count
    if needed > vcpus_left(ec2):
        quota = account.quota(VCPUS, ec2.region_name)
        raise EC2ClientError(
            "VcpuLimitExceeded",
            "You have requested more vCPU capacity than your current vCPU limit of "
            f"{quota:g} allows for the instance bucket that the specified instance type belongs to"
            f" ({VCPUS.code} in {ec2.region_name}, {needed} for {count} x {kind}). Please visit "
            "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
        )


def _check_type(region: str, kind: str, zone: str | None) -> None:
    """Refuses a type if moto's data has its family but not the type, or not in the zone."""
    family = f"{kind.partition('.')[0]}."
    if kind not in INSTANCE_TYPES:
        if any(known.startswith(family) for known in INSTANCE_TYPES):
            raise EC2ClientError(
                "InvalidParameterValue", f"Invalid value '{kind}' for InstanceType."
            )
        return
    offers = INSTANCE_TYPE_OFFERINGS["availability-zone"].get(region, [])
    zones = {offer["Location"] for offer in offers}
    offering = {offer["Location"] for offer in offers if offer["InstanceType"] == kind}
    if zone in zones and zone not in offering:
        others = f" or choosing {', '.join(sorted(offering))}" if offering else ""
        raise EC2ClientError(
            "Unsupported",
            f"Your requested instance type ({kind}) is not supported in your requested "
            f"Availability Zone ({zone}). Please retry your request by not specifying an "
            f"Availability Zone{others}.",
        )


def _find_quota(service: str, code: str) -> Quota | None:
    """The quota with these codes, or None if the embedded AWS does not know it."""
    for quota in QUOTAS:
        if (quota.service, quota.code) == (service, code):
            return quota
    return None
