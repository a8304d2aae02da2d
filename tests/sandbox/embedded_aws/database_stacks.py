"""Hand-written stacks of databases in two regions, as Terraform takes them."""

from typing import Any

Json = dict[str, Any]

PRIMARY, SECONDARY = "ap-south-1", "us-east-1"
PLACES = {"primary": PRIMARY, "secondary": SECONDARY}
ENGINE, VERSION = "aurora-postgresql", "16.6"
# What AWS changes when the writer moves, and what would take a cluster out if it were planned.
LEFT_ALONE = ["replication_source_identifier", "global_cluster_identifier", "engine_version"]
PASSWORD = "${ephemeral.aws_secretsmanager_random_password.password.random_password}"


def settings() -> Json:
    return {
        "terraform": {"required_providers": {"aws": {"source": "aws", "version": "5.100.0"}}},
        "provider": {
            "aws": [{"alias": alias, "region": region} for alias, region in PLACES.items()]
        },
    }


def networks() -> Json:
    """In each region: a VPC with subnets in two zones, a security group and a key."""
    resources: Json = {}
    for place, region in PLACES.items():
        at = {"provider": f"aws.{place}"}
        _put(resources, "aws_vpc", place, at, cidr_block="10.0.0.0/16")
        for number, zone in enumerate("ab"):
            _put(
                resources,
                "aws_subnet",
                f"{place}_{zone}",
                at,
                vpc_id=f"${{aws_vpc.{place}.id}}",
                cidr_block=f"10.0.{number}.0/24",
                availability_zone=f"{region}{zone}",
            )
        _put(
            resources,
            "aws_security_group",
            place,
            at,
            name=f"data-{place}",
            vpc_id=f"${{aws_vpc.{place}.id}}",
        )
        _put(resources, "aws_kms_key", place, at, enable_key_rotation=True)
        _put(
            resources,
            "aws_db_subnet_group",
            place,
            at,
            name="data",
            subnet_ids=[f"${{aws_subnet.{place}_{zone}.id}}" for zone in "ab"],
        )
    return resources


def aurora() -> Json:
    """A global cluster with a cluster of one instance in each region."""
    resources: Json = {}
    _put(
        resources,
        "aws_rds_global_cluster",
        "data",
        {"provider": "aws.primary"},
        global_cluster_identifier="data",
        engine=ENGINE,
        engine_version=VERSION,
        database_name="ledger",
        storage_encrypted=True,
        deletion_protection=True,
        tags={"Name": "data"},
    )
    for place in PLACES:
        _cluster(resources, place)
    own = resources["aws_rds_cluster"]["primary"]
    own.update(
        database_name="ledger",
        master_username="ledger",
        master_password_wo=PASSWORD,
        master_password_wo_version=1,
    )
    resources["aws_rds_cluster"]["secondary"]["depends_on"] = ["aws_rds_cluster.primary"]
    return resources


def _cluster(resources: Json, place: str) -> None:
    at = {"provider": f"aws.{place}"}
    _put(
        resources,
        "aws_rds_cluster_parameter_group",
        place,
        at,
        name="data",
        family="aurora-postgresql16",
        parameter=[
            {"name": "rds.force_ssl", "value": "1"},
            {"name": "log_min_duration_statement", "value": "1000"},
        ],
    )
    _put(
        resources,
        "aws_db_parameter_group",
        place,
        at,
        name="data",
        family="aurora-postgresql16",
        parameter=[{"name": "log_statement", "value": "ddl"}],
    )
    _put(
        resources,
        "aws_rds_cluster",
        place,
        at,
        cluster_identifier=f"data-{place}",
        global_cluster_identifier="${aws_rds_global_cluster.data.id}",
        engine="${aws_rds_global_cluster.data.engine}",
        engine_version="${aws_rds_global_cluster.data.engine_version}",
        db_cluster_parameter_group_name=f"${{aws_rds_cluster_parameter_group.{place}.name}}",
        db_subnet_group_name=f"${{aws_db_subnet_group.{place}.name}}",
        vpc_security_group_ids=[f"${{aws_security_group.{place}.id}}"],
        kms_key_id=f"${{aws_kms_key.{place}.arn}}",
        storage_encrypted=True,
        backup_retention_period=7,
        preferred_backup_window="02:00-03:00",
        preferred_maintenance_window="sun:04:00-sun:05:00",
        enabled_cloudwatch_logs_exports=["postgresql"],
        copy_tags_to_snapshot=True,
        deletion_protection=True,
        final_snapshot_identifier=f"data-{place}-final",
        tags={"Name": f"data-{place}"},
        lifecycle={"ignore_changes": LEFT_ALONE},
    )
    _put(
        resources,
        "aws_rds_cluster_instance",
        place,
        at,
        identifier=f"data-{place}-1",
        cluster_identifier=f"${{aws_rds_cluster.{place}.id}}",
        engine=ENGINE,
        engine_version="${aws_rds_global_cluster.data.engine_version}",
        instance_class="db.r6g.large",
        db_parameter_group_name=f"${{aws_db_parameter_group.{place}.name}}",
        auto_minor_version_upgrade=False,
        performance_insights_enabled=True,
        performance_insights_kms_key_id=f"${{aws_kms_key.{place}.arn}}",
        performance_insights_retention_period=7,
        tags={"Name": f"data-{place}-1"},
        lifecycle={"ignore_changes": ["engine_version"]},
    )


def secret() -> Json:
    """A password that no state holds, in a secret with a replica."""
    resources: Json = {}
    at = {"provider": "aws.primary"}
    _put(
        resources,
        "aws_secretsmanager_secret",
        "data",
        at,
        name="data/master",
        recovery_window_in_days=7,
        kms_key_id="${aws_kms_key.primary.arn}",
        replica=[{"region": SECONDARY, "kms_key_id": "${aws_kms_key.secondary.arn}"}],
        tags={"Name": "data"},
    )
    _put(
        resources,
        "aws_secretsmanager_secret_version",
        "data",
        at,
        secret_id="${aws_secretsmanager_secret.data.id}",
        secret_string_wo=PASSWORD,
        secret_string_wo_version=1,
    )
    return resources


def password() -> Json:
    only = {"password_length": 32, "exclude_characters": "/@\"' \\", "provider": "aws.primary"}
    return {"aws_secretsmanager_random_password": {"password": only}}


def replicated() -> Json:
    """An instance in two zones, and a replica in the other region."""
    resources: Json = {}
    common = {
        "instance_class": "db.m6g.large",
        "storage_encrypted": True,
        "backup_retention_period": 7,
        "backup_window": "02:00-03:00",
        "maintenance_window": "sun:04:00-sun:05:00",
        "enabled_cloudwatch_logs_exports": ["postgresql"],
        "auto_minor_version_upgrade": False,
        "storage_type": "gp3",
        "skip_final_snapshot": True,
        "performance_insights_enabled": True,
        "performance_insights_retention_period": 7,
    }
    for place in PLACES:
        _put(
            resources,
            "aws_db_parameter_group",
            f"instance_{place}",
            {"provider": f"aws.{place}"},
            name="instance",
            family="postgres16",
            parameter=[{"name": "rds.force_ssl", "value": "1", "apply_method": "pending-reboot"}],
        )
        _put(
            resources,
            "aws_db_instance",
            place,
            {"provider": f"aws.{place}"},
            identifier=f"instance-{place}",
            db_subnet_group_name=f"${{aws_db_subnet_group.{place}.name}}",
            vpc_security_group_ids=[f"${{aws_security_group.{place}.id}}"],
            parameter_group_name=f"${{aws_db_parameter_group.instance_{place}.name}}",
            kms_key_id=f"${{aws_kms_key.{place}.arn}}",
            performance_insights_kms_key_id=f"${{aws_kms_key.{place}.arn}}",
            **common,
            tags={"Name": f"instance-{place}"},
        )
    one, other = (resources["aws_db_instance"][place] for place in PLACES)
    one.update(
        engine="postgres",
        engine_version="16.6",
        allocated_storage=20,
        multi_az=True,
        db_name="ledger",
        username="ledger",
        password_wo=PASSWORD,
        password_wo_version=1,
    )
    other.update(
        replicate_source_db="${aws_db_instance.primary.arn}",
        lifecycle={"ignore_changes": ["replicate_source_db"]},
    )
    return resources


def _put(resources: Json, kind: str, name: str, at: Json, /, **body: Any) -> None:
    resources.setdefault(kind, {})[name] = {**at, **body}


def together(*parts: Json) -> Json:
    """Resources of several parts, by kind and name."""
    merged: Json = {}
    for part in parts:
        for kind, named in part.items():
            merged.setdefault(kind, {}).update(named)
    return merged


def configuration() -> Json:
    """All of it, with state in a local file."""
    resources = together(networks(), aurora(), secret(), replicated())
    return {**settings(), "ephemeral": password(), "resource": resources}
