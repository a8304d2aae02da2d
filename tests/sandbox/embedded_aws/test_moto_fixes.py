"""Each fix is needed, and works: the same probe on unfixed moto and on the embedded AWS."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from sandbox.embedded_aws import EmbeddedAws
from sandbox.embedded_aws.moto_fixes import FIXES
from sandbox.embedded_aws.process import MOTO
from tests.sandbox.embedded_aws.account_probes import (
    alarms_have_a_history,
    groups_tell_what_failed,
    groups_try_again,
    instances_start_where_they_may,
    lambda_tells_its_limits,
    quotas_are_told_and_raised,
    regions_are_opted_in,
    regions_tell_whether_enabled,
)
from tests.sandbox.embedded_aws.balancing_probes import (
    certificates_wait_for_their_records,
    names_have_records_of_their_own,
    records_are_deleted_alone,
    replacements_are_targets,
    targets_wait_for_a_listener,
    terminated_targets_leave,
)
from tests.sandbox.embedded_aws.bucket_probes import (
    bucket_policies_are_judged_in_front,
    buckets_are_private,
    buckets_let_flow_logs_in,
    checksums_are_compared,
    every_write_may_have_a_condition,
    keep_newer_noncurrent_versions,
    suspended_buckets_are_emptied,
)
from tests.sandbox.embedded_aws.database_probes import (
    clusters_change_their_logs,
    default_groups_are_of_the_engine,
    deleted_replicas_leave_their_source,
    endpoints_are_of_a_region,
    instances_have_ids_of_their_own,
    instances_keep_performance_insights,
    lifecycle_support_is_told,
    maintenance_may_pass_sunday,
    parameters_are_reset,
    parameters_tell_their_source,
    promoted_replicas_are_on_their_own,
    provisioned_clusters_have_no_scaling,
    replicas_have_settings_of_their_own,
    replicas_tell_how_they_replicate,
    unencrypted_clusters_have_no_key,
)
from tests.sandbox.embedded_aws.dns_probes import (
    metric_checks_have_an_alarm,
    records_are_created_once,
    recovery_checks_have_a_routing_control,
    references_are_of_one_check,
)
from tests.sandbox.embedded_aws.drill_probes import experiments_take_their_time
from tests.sandbox.embedded_aws.global_database_probes import (
    any_cluster_starts_a_global_cluster,
    global_clusters_are_found_by_name,
    global_clusters_are_tagged,
    global_clusters_change,
    global_clusters_fail_over,
    global_clusters_keep_what_they_are_given,
    global_clusters_switch_over,
    members_leave,
    members_tell_how_they_replicate,
    secondaries_follow_the_writer,
)
from tests.sandbox.embedded_aws.instances.release_probes import instances_run_their_release
from tests.sandbox.embedded_aws.log_probes import (
    groups_take_another_key,
    keep_data_protection,
    lock_tokens_are_uuids,
    query_logs_take_plain_arns,
    schedules_match_no_event,
)
from tests.sandbox.embedded_aws.network_probes import (
    describe_rules_of_any_kind,
    protected_balancers_stay,
    subnets_are_found_by_ipv6,
    subnets_tell_of_ipv6,
)
from tests.sandbox.embedded_aws.pipeline_probes import (
    buckets_tell_eventbridge,
    events_start_pipelines,
    pipelines_run_until_somebody_is_done,
    pipelines_start_when_they_are_made,
    pipelines_tell_when_they_were_made,
    projects_change,
    projects_take_what_a_pipeline_hands_over,
    stages_are_rolled_back,
)
from tests.sandbox.embedded_aws.scaling_probes import (
    keep_default_instance_warmup,
    policies_are_enabled,
    policies_are_of_one_group,
    policies_have_no_empty_prediction,
    refresh_instances,
    spread_over_subnets,
    template_versions_have_user_data,
    templates_keep_their_own_tags_apart,
    templates_show_tags_added_later,
)
from tests.sandbox.embedded_aws.secret_probes import (
    replicas_become_secrets,
    replicas_have_keys_of_their_own,
)
from tests.sandbox.embedded_aws.table_probes import (
    on_demand_tables_have_limits,
    tables_have_replicas,
    writes_have_a_time,
)

REGION = "us-east-1"
Probe = Callable[[EmbeddedAws], bool]


@pytest.fixture(scope="module")
def unfixed() -> Iterator[EmbeddedAws]:
    """moto without our fixes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(
        command, env=MOTO, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            aws = EmbeddedAws(f"http://127.0.0.1:{port}")
            _wait_for(aws, process)
            yield aws
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(aws: EmbeddedAws, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{aws.url}/moto-api/data.json", timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("moto did not start")


PROBES: tuple[Probe, ...] = (
    buckets_are_private,
    buckets_let_flow_logs_in,
    groups_take_another_key,
    keep_newer_noncurrent_versions,
    suspended_buckets_are_emptied,
    checksums_are_compared,
    every_write_may_have_a_condition,
    bucket_policies_are_judged_in_front,
    templates_keep_their_own_tags_apart,
    templates_show_tags_added_later,
    template_versions_have_user_data,
    describe_rules_of_any_kind,
    subnets_tell_of_ipv6,
    subnets_are_found_by_ipv6,
    protected_balancers_stay,
    keep_data_protection,
    lock_tokens_are_uuids,
    records_are_created_once,
    metric_checks_have_an_alarm,
    recovery_checks_have_a_routing_control,
    references_are_of_one_check,
    query_logs_take_plain_arns,
    schedules_match_no_event,
    keep_default_instance_warmup,
    policies_are_enabled,
    policies_are_of_one_group,
    policies_have_no_empty_prediction,
    spread_over_subnets,
    refresh_instances,
    instances_run_their_release,
    certificates_wait_for_their_records,
    names_have_records_of_their_own,
    records_are_deleted_alone,
    targets_wait_for_a_listener,
    terminated_targets_leave,
    replacements_are_targets,
    groups_tell_what_failed,
    groups_try_again,
    instances_start_where_they_may,
    quotas_are_told_and_raised,
    regions_are_opted_in,
    regions_tell_whether_enabled,
    lambda_tells_its_limits,
    alarms_have_a_history,
    buckets_tell_eventbridge,
    events_start_pipelines,
    on_demand_tables_have_limits,
    tables_have_replicas,
    writes_have_a_time,
    pipelines_run_until_somebody_is_done,
    pipelines_start_when_they_are_made,
    pipelines_tell_when_they_were_made,
    projects_change,
    projects_take_what_a_pipeline_hands_over,
    stages_are_rolled_back,
    provisioned_clusters_have_no_scaling,
    instances_have_ids_of_their_own,
    endpoints_are_of_a_region,
    unencrypted_clusters_have_no_key,
    clusters_change_their_logs,
    instances_keep_performance_insights,
    default_groups_are_of_the_engine,
    parameters_tell_their_source,
    parameters_are_reset,
    lifecycle_support_is_told,
    maintenance_may_pass_sunday,
    replicas_have_settings_of_their_own,
    replicas_tell_how_they_replicate,
    promoted_replicas_are_on_their_own,
    deleted_replicas_leave_their_source,
    global_clusters_keep_what_they_are_given,
    global_clusters_are_tagged,
    global_clusters_are_found_by_name,
    members_tell_how_they_replicate,
    secondaries_follow_the_writer,
    any_cluster_starts_a_global_cluster,
    members_leave,
    global_clusters_change,
    global_clusters_fail_over,
    global_clusters_switch_over,
    replicas_have_keys_of_their_own,
    replicas_become_secrets,
    experiments_take_their_time,
)


def test_every_fix_has_a_question() -> None:
    assert {probe.__name__ for probe in PROBES} == {fix.__name__ for fix in FIXES}


@pytest.mark.slow
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.__name__)
def test_the_embedded_aws_answers_as_aws_does(probe: Probe, aws: EmbeddedAws) -> None:
    assert probe(aws)


@pytest.mark.slow
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.__name__)
def test_moto_still_needs_the_fix(probe: Probe, unfixed: EmbeddedAws) -> None:
    """If this fails, moto now does it itself: delete the fix."""
    assert not probe(unfixed)
