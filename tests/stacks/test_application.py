"""What each kind of application and each of its options changes in the stacks; in both regions the
same."""

import copy
import json
from collections.abc import Iterator

import pytest
from cdktf_cdktf_provider_aws.autoscaling_group import AutoscalingGroup
from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.lambda_function import LambdaFunction
from cdktf_cdktf_provider_aws.launch_template import LaunchTemplate
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroup
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from cdktf_cdktf_provider_aws.wafv2_web_acl import Wafv2WebAcl

from emitted.user_data import decoded, printed
from environments import ROLE_NAMES, ROLES, Environment
from modules.recovery_time import recovery_time
from modules.user_data import ENVIRONMENT_FILE, FETCHER, PAGE_FILE, UNIT_FILE
from tests.applications import AMI, KINDS, OPTIONS, options, running
from tests.conftest import Synthesised
from tests.environment_file import variables_of
from tests.synthesis import Stack, Stacks

SETUP_FILE = "/opt/application/setup"


@pytest.fixture(scope="module", params=KINDS)
def plainly(request: pytest.FixtureRequest) -> Synthesised:
    """Each kind with the defaults."""
    environment = running(request.param)
    return Synthesised(environment, Stacks(environment))


@pytest.fixture(scope="module", params=KINDS)
def fully(request: pytest.FixtureRequest) -> Synthesised:
    """Each kind with every option."""
    environment = running(request.param, options(request.param))
    return Synthesised(environment, Stacks(environment))


def regions(found: Synthesised) -> Iterator[Stack]:
    return (found.stacks[role] for role in ROLES)


def only(environment: Environment, name: str) -> Stack:
    return Stacks(environment)[name]


def files(stack: Stack) -> dict[str, str]:
    """What the user data writes on an instance."""
    script = decoded(stack.only(LaunchTemplate))
    return {path: file.text for path, file in printed(script).items()}


def application_ports(stack: Stack) -> set[int]:
    rules = (
        stack.resources(VpcSecurityGroupEgressRule)["load_balancer_to_instances"],
        stack.resources(VpcSecurityGroupIngressRule)["instances_from_load_balancer"],
    )
    return {rule[end] for rule in rules for end in ("from_port", "to_port")}


def test_a_page_with_the_defaults_is_the_mission(mission: Synthesised) -> None:
    found = Stacks(running("page"))
    assert {name: stack.text for name, stack in found.items()} == {
        name: stack.text for name, stack in mission.stacks.items()
    }


def test_the_defaults_are_port_80_and_the_root(plainly: Synthesised) -> None:
    for stack in regions(plainly):
        assert application_ports(stack) == {80}
        group = stack.only(LbTargetGroup)
        assert (group["port"], group["health_check"]["path"]) == (80, "/")
    checks = plainly.stacks["global"]
    for role in ROLES:
        fqdn = plainly.environment.regional_name(role)
        assert checks.has(Route53HealthCheck, fqdn=fqdn, type="HTTPS", resource_path="/")
    assert not any(
        "search_string" in check for check in checks.resources(Route53HealthCheck).values()
    )


def test_the_load_balancer_reaches_the_port_alone(fully: Synthesised) -> None:
    for stack in regions(fully):
        assert application_ports(stack) == {8080}
        group = stack.only(LbTargetGroup)
        assert (group["port"], group["protocol"]) == (8080, "HTTP")
        assert group["lifecycle"] == {"create_before_destroy": True}


def test_load_balancers_ask_whether_an_instance_lives_and_route_53_whether_the_region_is_healthy(
    fully: Synthesised,
) -> None:
    """The firewall lets Route 53's checkers through to their own page."""
    for stack in regions(fully):
        check = stack.only(LbTargetGroup)["health_check"]
        assert (check["path"], check["port"], check["matcher"]) == ("/live", "traffic-port", "200")
        first = min(stack.only(Wafv2WebAcl)["rule"], key=lambda rule: rule["priority"])
        _, path = first["statement"]["and_statement"]["statement"]
        assert path["byte_match_statement"]["search_string"] == "/health"
        assert path["byte_match_statement"]["positional_constraint"] == "EXACTLY"
    for role in ROLES:
        assert fully.stacks["global"].has(
            Route53HealthCheck,
            type="HTTPS_STR_MATCH",
            fqdn=fully.environment.regional_name(role),
            port=443,
            resource_path="/health",
            search_string=OPTIONS["health_check_string"],
        )


def test_without_tls_the_string_is_looked_for_over_http() -> None:
    environment = running("release", options("release"), tls=False)
    stack = only(environment, "global")
    for role in ROLES:
        assert stack.has(
            Route53HealthCheck,
            type="HTTP_STR_MATCH",
            fqdn=environment.regional_name(role),
            port=80,
            search_string=OPTIONS["health_check_string"],
        )


def test_the_switchs_own_checks_stay_as_they_are(fully: Synthesised) -> None:
    checks = fully.stacks["global"].resources(Route53HealthCheck)
    for name in ("switch_check_standby", "switch_check_global"):
        assert checks[name]["type"] == "HTTPS"
        assert checks[name]["resource_path"] == "/failed-over"
        assert "search_string" not in checks[name]


@pytest.mark.parametrize("mode", ["block", "count"])
def test_large_requests_are_counted_and_nothing_else(mode: str) -> None:
    firewall = {"firewall": {"common": mode}}
    large = Stacks(running("release", {"large_requests": True}, tables=firewall))
    small = Stacks(running("release", tables=firewall))
    for role in ROLES:
        found = {rule["name"]: rule for rule in large[role].only(Wafv2WebAcl)["rule"]}
        statement = found["common"]["statement"]["managed_rule_group_statement"]
        assert statement.pop("rule_action_override") == [
            {"name": "SizeRestrictions_BODY", "action_to_use": {"count": {}}}
        ]
        assert list(found.values()) == small[role].only(Wafv2WebAcl)["rule"]


def test_instances_know_where_they_are_and_what_the_user_wants(fully: Synthesised) -> None:
    environment = fully.environment
    for role, stack in zip(ROLES, regions(fully), strict=True):
        variables = variables_of(files(stack)[ENVIRONMENT_FILE])
        bucket = variables.pop("FAILOVER_RELEASES_BUCKET", None)
        releases = environment.application.kind == "release"
        assert bucket == (environment.releases_bucket(role) if releases else None)
        assert variables == {
            "GREETING": "it's $HOME",
            "PORT": "8080",
            "FAILOVER_DEPLOYMENT": environment.name,
            "FAILOVER_REGION": environment.regional(role).region,
            "FAILOVER_ROLE": ROLE_NAMES[role],
        }


def test_each_kind_serves_in_its_own_way(fully: Synthesised) -> None:
    kind = fully.environment.application.kind
    for role, stack in zip(ROLES, regions(fully), strict=True):
        written = files(stack)
        script = decoded(stack.only(LaunchTemplate))
        assert written[SETUP_FILE] == OPTIONS["setup"]
        assert (PAGE_FILE in written) is (kind == "page")
        assert (FETCHER in written) is (UNIT_FILE in written) is (kind == "release")
        packages = {"page": "httpd jq git", "release": "awscli-2 tar jq git", "image": None}[kind]
        assert (f"packages=({packages})\n" in script) is (packages is not None)
        assert ("dnf" in script) is (packages is not None)
        if kind == "page":
            assert written[PAGE_FILE] == fully.environment.regional(role).page
        image = stack.only(LaunchTemplate)["image_id"]
        assert image == AMI if kind == "image" else image.startswith("resolve:ssm:")


def test_a_regions_variables_are_its_own() -> None:
    own = {"application": {"environment": {"GREETING": "from the standby"}}}
    environment = running("release", options("release"), tables={"dr": own})
    stacks = Stacks(environment)
    told = {role: variables_of(files(stacks[role])[ENVIRONMENT_FILE]) for role in ROLES}
    assert told["primary"]["GREETING"] == "it's $HOME"
    assert told["dr"]["GREETING"] == "from the standby"


def test_times_follow_boot(fully: Synthesised) -> None:
    """400 s, and 10 s until the load balancer believes it."""
    for stack in regions(fully):
        group = stack.only(AutoscalingGroup)
        assert group["health_check_grace_period"] == 900
        assert group["default_instance_warmup"] == 410
        assert group["wait_for_capacity_timeout"] == "30m"
        alarms = stack.resources(CloudwatchMetricAlarm)
        assert alarms["unhealthy_hosts_alarm"]["evaluation_periods"] == 8
        assert alarms["too_few_hosts_alarm"]["evaluation_periods"] == 16
        assert "for 16 minutes" in alarms["too_few_hosts_alarm"]["alarm_description"]


def test_a_pilot_light_takes_as_long_as_its_instances() -> None:
    sleeping = {
        "failover": {"strategy": "pilot_light"},
        "dr": {"capacity": {"min": 0, "desired": 0, "max": 6}},
    }
    quick, slow = (running("release", {"boot": boot}, tables=sleeping) for boot in (180, 400))
    assert recovery_time(slow).activation == recovery_time(quick).activation + 220
    stacks = Stacks(slow)
    assert stacks["global"].outputs["worst_case_recovery_seconds"] == recovery_time(slow).total
    alarms = stacks["dr"].resources(CloudwatchMetricAlarm)
    late = alarms["standby_cannot_serve_alarm"]["datapoints_to_alarm"]
    assert 60 * (late - 3) >= 410


def test_a_hot_standby_is_as_fast_whatever_boots(fully: Synthesised, mission: Synthesised) -> None:
    assert (
        fully.stacks["global"].outputs["worst_case_recovery_seconds"]
        == (mission.stacks["global"].outputs["worst_case_recovery_seconds"])
    )


def test_an_apply_waits_for_instances_but_not_for_a_first_release(plainly: Synthesised) -> None:
    environment = plainly.environment
    for role, stack in zip(ROLES, regions(plainly), strict=True):
        waits = stack.only(AutoscalingGroup).get("min_elb_capacity")
        least = environment.regional(role).capacity.min
        assert waits == (None if environment.application.kind == "release" else least)


def test_only_releases_have_a_bucket_and_an_output_that_names_it(plainly: Synthesised) -> None:
    environment = plainly.environment
    releases = environment.application.kind == "release"
    for role, stack in zip(ROLES, regions(plainly), strict=True):
        name = environment.releases_bucket(role)
        assert stack.has(S3Bucket, bucket=name) is releases
        assert stack.outputs.get("releases_bucket") == (name if releases else None)
        assert (name in stack.text) is releases


def test_the_rest_of_the_stacks_is_the_missions(plainly: Synthesised, mission: Synthesised) -> None:
    """The control, the switch and the alarms know nothing of what the instances run. The standby
    watch compares releases, the readiness checks look for one, and the dashboard shows the former's
    alarm."""
    assert plainly.stacks["bootstrap"].text == mission.stacks["bootstrap"].text
    found, expected = plainly.stacks["global"].json, mission.stacks["global"].json
    for kind in found["resource"].keys() | expected["resource"].keys():
        if kind != CloudwatchDashboard.TF_RESOURCE_TYPE:
            assert found["resource"][kind] == expected["resource"][kind]
    for role in ROLES:
        found, expected = plainly.stacks[role], mission.stacks[role]
        assert json.dumps(found.json["provider"]) == json.dumps(expected.json["provider"])
        functions = copy.deepcopy(found.resources(LambdaFunction))
        if role == "primary":
            functions["standby_watch"]["environment"]["variables"].pop("RELEASES", None)
        else:
            variables = functions["standby_readiness"]["environment"]["variables"]
            standby = json.loads(variables["STANDBY"])
            standby.pop("releases", None)
            variables["STANDBY"] = json.dumps(standby)
        assert functions == expected.resources(LambdaFunction)
        alarms = dict(found.resources(CloudwatchMetricAlarm))
        alarms.pop("releases_differ_alarm", None)
        assert alarms == expected.resources(CloudwatchMetricAlarm)
