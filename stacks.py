"""The four Terraform stacks: which module with which settings, provider and state backend.

None refers to another. What one needs of another is a name that both compute from the environment
file, so each can be planned and applied while the others' regions are gone.
"""

from cdktf import (
    App,
    LocalBackend,
    S3Backend,
    TerraformOutput,
    TerraformStack,
)
from cdktf_cdktf_provider_aws.data_aws_route53_zone import DataAwsRoute53Zone
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

from environments import STACKS, Dns, Environment, Role, Stack
from modules.account import account_id
from modules.alarms import regional_prefix
from modules.alerts import Alerting
from modules.certificates import DomainValidation
from modules.dns import Dashboard, FailoverDns, QueryLog
from modules.failover_control import FailoverControl, Standby, SwitchBucket
from modules.recovery_time import ALIAS_TTL, RecoveryTime, worst_case
from modules.regional import LogSettings, Regional, RegionalAlarms, RegionalDns
from modules.regions import GLOBAL_METRICS_REGION
from modules.standby_watch import StandbyWatch
from modules.state import StateBucket
from modules.versions import MINIMUM_TERRAFORM

# In the order in which one deploys them.
STACK_NAMES = ("bootstrap", "primary", "dr", "global")
# What the target groups and Route 53 ask for: the page itself.
HEALTH_CHECK_PATH = "/"
# From cdktf.out/stacks/bootstrap, where Terraform runs, to the folder that holds cdktf.out: a
# state in cdktf.out would be lost with the next `make clean`.
BOOTSTRAP_STATE = "../../../bootstrap.{name}.tfstate"

# Of the switch's buckets, the standby's first.
SWITCH_IDS = ("switch", "switch_global")


class BootstrapStack(TerraformStack):
    """What exists once for the deployment and outlives its stacks: the buckets of their states and
    of the failover switch, and the record that validates the certificates of its domain."""

    def __init__(self, app: App, environment: Environment) -> None:
        super().__init__(app, "bootstrap")
        require_terraform(self)
        LocalBackend(self, path=BOOTSTRAP_STATE.format(name=environment.name))
        backends = {stack: environment.backend(stack) for stack in STACKS}
        providers = {
            region: provider(self, environment, "bootstrap", region, alias=region)
            for region in sorted({backend.region for backend in backends.values()})
        }
        for stack, backend in backends.items():
            StateBucket(
                self,
                f"{stack}_state",
                bucket=backend.bucket,
                key=backend.key,
                provider=providers[backend.region],
            )
        # Also without TLS: taken out of the stack, the record would go in spite of its protection.
        region = environment.backend("global").region
        DomainValidation(
            self,
            "domain_validation",
            domain=environment.dns.domain,
            zone_id=zone_id(self, environment.dns, provider=providers[region]),
            provider=providers[region],
        )
        # Also where nothing obeys them: Terraform would destroy a bucket that `failover` no longer
        # asks for, and fails half-way where it holds a switch's history.
        for name, place in zip(SWITCH_IDS, environment.switch_places, strict=False):
            SwitchBucket(
                self,
                name,
                bucket=place.bucket,
                read_by_checkers=environment.failover.obeys_objects,
                provider=providers[place.region],
            )


class RegionalStack(TerraformStack):
    """The web application in the region that plays `role`."""

    def __init__(self, app: App, environment: Environment, role: Role) -> None:
        super().__init__(app, role)
        require_terraform(self)
        settings = environment.regional(role)
        remote_state(self, environment, role)
        provider(self, environment, role, settings.region)
        name = regional_prefix(environment, role)
        alerting = Alerting(
            self,
            "alerting",
            name=name,
            region=settings.region,
            account_id=account_id(self),
            alarms=environment.alarms,
        )
        regional = self._regional(name, environment, role, alerting)
        RegionalAlarms(
            self,
            "regional_alarms",
            prefix=name,
            region=settings.region,
            watched=regional.watched,
            thresholds=environment.alarms,
            topic_arn=alerting.topic_arn,
            depends_on=[regional.auto_scaling_group],
        )
        if role == "primary":
            StandbyWatch(self, "standby_watch", environment=environment, alerting=alerting)
        if role == "dr" and environment.failover.controlled:
            FailoverControl(
                self,
                "failover_control",
                environment=environment,
                standby=Standby(
                    auto_scaling_group=regional.auto_scaling_group_name,
                    load_balancer=regional.watched.load_balancer,
                    target_group=regional.watched.target_group,
                ),
                alerting=alerting,
            )
        output(self, "regional_url", f"{environment.scheme}://{environment.regional_name(role)}/")
        output(self, "load_balancer_dns_name", regional.load_balancer_dns_name)
        output(self, "auto_scaling_group_name", regional.auto_scaling_group_name)
        output(self, "vpc_id", regional.vpc_id)

    def _regional(
        self, name: str, environment: Environment, role: Role, alerting: Alerting
    ) -> Regional:
        return Regional(
            self,
            "regional",
            name=name,
            settings=environment.regional(role),
            dns=RegionalDns(
                domain=environment.dns.domain,
                regional_name=environment.regional_name(role),
                zone_id=zone_id(self, environment.dns),
            ),
            logs=LogSettings(
                bucket=environment.logs_bucket(role),
                days=environment.logs.days,
                force_destroy=not environment.deletion_protection,
                key_arn=alerting.key_arn,
            ),
            firewall=environment.firewall,
            health_check_path=HEALTH_CHECK_PATH,
            tls=environment.tls,
            deletion_protection=environment.deletion_protection,
            tags=tags(environment, role),
        )


class GlobalStack(TerraformStack):
    """The name that users open. Its provider's region is its state's: Route 53 has none."""

    def __init__(self, app: App, environment: Environment) -> None:
        super().__init__(app, "global")
        require_terraform(self)
        dns = environment.dns
        remote_state(self, environment, "global")
        region = environment.backend("global").region
        provider(self, environment, "global", region)
        metrics_provider = None
        if region != GLOBAL_METRICS_REGION:
            metrics_provider = provider(
                self, environment, "global", GLOBAL_METRICS_REGION, alias="metrics"
            )
        account = account_id(self)
        alerting = Alerting(
            self,
            "alerting",
            name=f"{environment.name}-global",
            region=GLOBAL_METRICS_REGION,
            account_id=account,
            alarms=environment.alarms,
            provider=metrics_provider,
        )
        zone = zone_id(self, dns)
        failover = FailoverDns(
            self,
            "failover_dns",
            environment=environment,
            zone_id=zone,
            health_check_path=HEALTH_CHECK_PATH,
            topic_arn=alerting.topic_arn,
            metrics_provider=metrics_provider,
        )
        Dashboard(self, "dashboard", environment=environment, checks=failover.checks)
        if dns.query_logs:
            QueryLog(
                self,
                "query_log",
                name=environment.name,
                zone=dns.zone,
                zone_id=zone,
                account_id=account,
                days=environment.logs.days,
                key_arn=alerting.key_arn,
                provider=metrics_provider,
            )
        recovery = recovery_time(environment)
        output(self, "url", f"{environment.scheme}://{dns.domain}/")
        output(self, "primary_health_check_id", failover.checks.primary)
        output(self, "worst_case_recovery_seconds", recovery.total)
        output(self, "worst_case_recovery_terms", str(recovery))


def build(app: App, environment: Environment) -> None:
    """Adds the environment's four stacks to the app."""
    BootstrapStack(app, environment)
    RegionalStack(app, environment, "primary")
    RegionalStack(app, environment, "dr")
    GlobalStack(app, environment)


def recovery_time(environment: Environment) -> RecoveryTime:
    """The worst case that follows from the environment's settings."""
    check = environment.health_check
    return worst_case(
        interval=check.interval,
        failure_threshold=check.failure_threshold,
        ttl=environment.dns.failover_ttl or ALIAS_TTL,
        sleeps=environment.failover.strategy == "pilot_light",
    )


def require_terraform(stack: TerraformStack) -> None:
    """Turns an older Terraform away, with Terraform's own message."""
    stack.add_override("terraform.required_version", f">= {MINIMUM_TERRAFORM}")


def remote_state(stack: TerraformStack, environment: Environment, name: Stack) -> None:
    """The stack's own S3 backend, encrypted and locked by S3 itself."""
    backend = environment.backend(name)
    s3 = S3Backend(
        stack, bucket=backend.bucket, key=backend.key, region=backend.region, encrypt=True
    )
    s3.add_override("use_lockfile", True)  # cdktf 0.21 has no argument for it
    # Terraform knows the regions of its own day: 1.11 refuses ap-east-2. The file's are checked.
    s3.add_override("skip_region_validation", True)
    if environment.allowed_account_ids:
        s3.add_override("allowed_account_ids", environment.allowed_account_ids)


def zone_id(stack: TerraformStack, dns: Dns, provider: AwsProvider | None = None) -> str:
    """The hosted zone's ID: the file's, or else looked up by the zone's name."""
    if dns.zone_id is not None:
        return dns.zone_id
    zone = DataAwsRoute53Zone(stack, "zone", name=dns.zone, private_zone=False, provider=provider)
    return zone.zone_id


def tags(environment: Environment, stack: str) -> dict[str, str]:
    """The tags of everything in a stack."""
    own = {"Deployment": environment.name, "Stack": stack, "ManagedBy": "cdktf"}
    return {**environment.tags, **own}


def provider(
    stack: TerraformStack,
    environment: Environment,
    name: str,
    region: str,
    *,
    alias: str | None = None,
) -> AwsProvider:
    """The AWS provider of a region: in the environment's accounts alone, and with the stack's tags
    on every resource that takes tags."""
    return AwsProvider(
        stack,
        f"aws-{alias}" if alias else "aws",
        alias=alias,
        region=region,
        allowed_account_ids=environment.allowed_account_ids or None,
        default_tags=[AwsProviderDefaultTags(tags=tags(environment, name))],
    )


def output(stack: TerraformStack, name: str, value: str | int) -> None:
    """An output that reads as `terraform output NAME`."""
    TerraformOutput(stack, name, value=value)
