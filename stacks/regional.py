"""The stacks `primary` and `dr`."""

from cdktf import App, TerraformStack

from environments import Environment, Role
from modules.account import account_id
from modules.alarm_names import WATCH_KIND, alarm_name
from modules.alerts import Alerting
from modules.data import DatabaseAlarms
from modules.database_settings import database_settings
from modules.delivery import DeliveryPipeline, DeliveryRole, github_trust
from modules.failover_control import FailoverControl, StandbyResources
from modules.live_drill import CutOff, Reopening
from modules.regional import LogSettings, Regional, RegionalAlarms, RegionalDns, ReleasesSettings
from modules.standby_readiness import StandbyReadiness
from modules.standby_watch import StandbyWatch
from modules.tables import TableAccess, TableAlarms
from modules.user_data import Workload
from stacks.terraform import (
    hosted_zone,
    output,
    provider,
    remote_state,
    require_terraform,
    tags,
)


class RegionalStack(TerraformStack):
    """The web application in the region that plays `role`."""

    def __init__(self, app: App, environment: Environment, role: Role) -> None:
        super().__init__(app, role)
        require_terraform(self)
        settings = environment.regional(role)
        remote_state(self, environment, role)
        provider(self, environment, role, settings.region)
        name = environment.regional_prefix(role)
        alerting = Alerting(
            self,
            "alerting",
            name=name,
            region=settings.region,
            account_id=account_id(self),
            alarms=environment.alarms,
        )
        regional = self._regional(name, environment, role, alerting)
        alarms = RegionalAlarms(
            self,
            "regional_alarms",
            prefix=name,
            region=settings.region,
            watched=regional.watched,
            thresholds=environment.alarms,
            topic_arn=alerting.topic_arn,
            depends_on=[regional.auto_scaling_group],
        )
        self._data(environment, role, regional, alerting)
        if role == "primary":
            StandbyWatch(self, "standby_watch", environment=environment, alerting=alerting)
            self._drills(environment, regional)
        elif environment.failover.controlled:
            self._control(environment, regional, alerting)
        self._delivery(environment, role)
        if regional.releases is not None and environment.delivery.pipeline is not None:
            DeliveryPipeline(
                self,
                "pipeline",
                environment=environment,
                role=role,
                account_id=account_id(self),
                releases=regional.releases,
                alerting=alerting,
                alarms=alarms.by_name,
            )
        output(self, "regional_url", f"{environment.scheme}://{environment.regional_name(role)}/")
        output(self, "load_balancer_dns_name", regional.load_balancer_dns_name)
        output(self, "auto_scaling_group_name", regional.auto_scaling_group_name)
        output(self, "vpc_id", regional.vpc_id)

    def _data(
        self, environment: Environment, role: Role, regional: Regional, alerting: Alerting
    ) -> None:
        """What guards the region's copy of the data, where the environment has any."""
        kind = environment.data.kind
        if regional.database is not None and kind is not None:
            DatabaseAlarms(
                self,
                "database_alarms",
                prefix=environment.regional_prefix(role),
                name=environment.database(role),
                data=environment.data,
                kind=kind,
                alarms=environment.alarms,
                topic_arn=alerting.topic_arn,
            )
            output(self, "database_endpoint", regional.database.writer_endpoint)
            output(self, "database_reader_endpoint", regional.database.reader_endpoint)
        TableAlarms(
            self,
            "table_alarms",
            environment=environment,
            role=role,
            topic_arn=alerting.topic_arn,
        )

    def _control(self, environment: Environment, standby: Regional, alerting: Alerting) -> None:
        """What latches the switch, starts the standby, and tells whether it would hold."""
        FailoverControl(
            self,
            "failover_control",
            environment=environment,
            standby=StandbyResources(
                auto_scaling_group=standby.auto_scaling_group_name,
                load_balancer=standby.watched.load_balancer,
                target_group=standby.watched.target_group,
            ),
            alerting=alerting,
        )
        StandbyReadiness(self, "standby_readiness", environment=environment, alerting=alerting)

    def _drills(self, environment: Environment, primary: Regional) -> None:
        """What takes the primary out of users' reach for a drill, and gives it back."""
        if environment.drill.fis:
            CutOff(
                self,
                "cut_off",
                name=environment.drills,
                region=environment.primary.region,
                account_id=account_id(self),
                subnet_ids=primary.public_subnet_ids,
                vpc_id=primary.vpc_id,
                minutes=environment.drill.minutes,
                stop_alarm=alarm_name(environment.name, WATCH_KIND),
            )
        elif environment.drill.live:
            Reopening(
                self,
                "reopening",
                name=environment.drills,
                account_id=account_id(self),
                load_balancer_arn=primary.load_balancer_arn,
            )

    def _delivery(self, environment: Environment, role: Role) -> None:
        """What delivers releases, where the environment has any."""
        if environment.application.kind == "release":
            output(self, "releases_bucket", environment.releases_bucket(role))
        repository = environment.delivery.github
        if repository is not None:
            account = account_id(self)
            trust = github_trust(account, repository, environment.github_environment(role))
            delivery = DeliveryRole(
                self,
                "delivery",
                environment=environment,
                role=role,
                account_id=account,
                trust=trust,
            )
            output(self, "delivery_role_arn", delivery.arn)

    def _regional(
        self, name: str, environment: Environment, role: Role, alerting: Alerting
    ) -> Regional:
        return Regional(
            self,
            "regional",
            name=name,
            settings=environment.regional(role),
            workload=Workload(
                application=environment.application,
                variables=environment.variables(role),
                page=environment.regional(role).page,
            ),
            dns=RegionalDns(
                names=environment.dns.names,
                regional_name=environment.regional_name(role),
                zone=hosted_zone(self, environment, role, environment.regional(role).region),
            ),
            logs=LogSettings(
                bucket=environment.logs_bucket(role),
                days=environment.logs.days,
                force_destroy=not environment.deletion_protection,
                key_arn=alerting.key_arn,
            ),
            firewall=environment.firewall,
            releases=_releases(environment, role),
            database=database_settings(environment, role),
            tables=TableAccess.of(environment, role, account_id(self)),
            closable=role == "primary" and environment.drill.live and not environment.drill.fis,
            tls=environment.tls,
            deletion_protection=environment.deletion_protection,
            tags=tags(environment, role),
        )


def _releases(environment: Environment, role: Role) -> ReleasesSettings | None:
    if environment.application.kind != "release":
        return None
    return ReleasesSettings(
        bucket=environment.releases_bucket(role),
        force_destroy=not environment.deletion_protection,
        pipeline=environment.pipeline(role) if environment.delivery.pipeline else None,
    )
