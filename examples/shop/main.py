"""A shop in two regions, in stacks of its own, made of this project's modules: docs/reuse.md."""

import bindings

# Before the first import of cdktf. It only saves time: without it, the output is the same.
bindings.prepare()

from cdktf import App, S3Backend, TerraformStack
from cdktf_cdktf_provider_aws.autoscaling_schedule import AutoscalingSchedule
from cdktf_cdktf_provider_aws.provider import AwsProvider

from environments import Alarms, Capacity, RegionalSettings
from modules.account import account_id
from modules.alerts import Alerting
from modules.certificates import DomainValidation
from modules.check_settings import CheckSettings
from modules.dns import FailoverDns, FailoverNames
from modules.hosted_zone import HostedZone
from modules.regional import LogSettings, Regional, RegionalAlarms, RegionalDns
from modules.user_data import Workload

DOMAIN = "shop.example.com"
# By its ID: looking it up by name would need Route 53's control plane for every plan.
ZONE = HostedZone("Z0123456789ABCDEFGHIJ")
ALARMS = Alarms(emails=["oncall@example.com"])


def regional_settings(region: str, cidr: str, capacity: Capacity) -> RegionalSettings:
    """What both regions have in common."""
    return RegionalSettings(
        region=region,
        # Listed and not looked up, so that a plan stays the same when AWS loses a zone.
        zones=[f"{region}{letter}" for letter in "abc"],
        cidr=cidr,
        launch_template="shop",
        auto_scaling_group="shop",
        load_balancer="shop",
        target_group="shop-web",
        capacity=capacity,
    )


PRIMARY = regional_settings("eu-west-1", "10.20.0.0/16", Capacity(min=3, desired=3, max=9))
STANDBY = regional_settings("eu-central-1", "10.21.0.0/16", Capacity(min=2, desired=2, max=9))


def regional_name(settings: RegionalSettings) -> str:
    """The region's own name, which its stack owns and `dns` computes: no stack reads another's."""
    return f"{settings.region}.{DOMAIN}"


class ShopStack(TerraformStack):
    """A stack with a provider and a state of its own, both in one region."""

    def __init__(self, app: App, name: str, region: str) -> None:
        super().__init__(app, name)
        AwsProvider(self, "aws", region=region)
        backend = S3Backend(self, bucket=f"shop-state-{name}", key="shop.tfstate", region=region)
        backend.add_override("use_lockfile", True)


class ShopRegion(ShopStack):
    """The shop in one region."""

    def __init__(self, app: App, settings: RegionalSettings) -> None:
        name, region = f"shop-{settings.region}", settings.region
        super().__init__(app, region, region)
        alerting = Alerting(
            self, "alerting", name=name, region=region, account_id=account_id(self), alarms=ALARMS
        )
        shop = Regional(
            self,
            "regional",
            name=name,
            settings=settings,
            workload=Workload(page=f"<h1>The shop in {region}</h1>"),
            dns=RegionalDns(names=[DOMAIN], regional_name=regional_name(settings), zone=ZONE),
            logs=LogSettings(
                bucket=f"{name}-logs", days=90, force_destroy=False, key_arn=alerting.key_arn
            ),
        )
        RegionalAlarms(
            self,
            "regional_alarms",
            prefix=name,
            region=region,
            watched=shop.watched,
            thresholds=ALARMS,
            topic_arn=alerting.topic_arn,
            depends_on=[shop.auto_scaling_group],
        )
        # The shop's own resource, next to the module's. -1 leaves the group's limits as they are.
        AutoscalingSchedule(
            self,
            "saturdays",
            scheduled_action_name="saturdays",
            autoscaling_group_name=shop.auto_scaling_group_name,
            recurrence="0 6 * * SAT",
            desired_capacity=settings.capacity.max,
            min_size=-1,
            max_size=-1,
        )


if __name__ == "__main__":
    app = App()
    # Both regions' certificates need these records, so neither region owns them.
    certificates = ShopStack(app, "certificates", STANDBY.region)
    DomainValidation(certificates, "domain_validation", names=[DOMAIN], zone=ZONE)
    ShopRegion(app, PRIMARY)
    ShopRegion(app, STANDBY)
    FailoverDns(
        ShopStack(app, "dns", STANDBY.region),
        "failover_dns",
        names=FailoverNames(
            users=[DOMAIN], primary=regional_name(PRIMARY), standby=regional_name(STANDBY)
        ),
        settings=CheckSettings(name="shop"),
        zone=ZONE,
    )
    app.synth()
