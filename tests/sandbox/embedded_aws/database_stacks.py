"""Hand-written stacks of an RDS instance and its replica, as Terraform takes them: what both
regions share, and each region's own, which needs nothing of the other."""

from typing import Any

from modules.data.replicated_instance import MOVED_BY_A_PROMOTION
from modules.versions import aws_provider
from sandbox.embedded_aws import ACCOUNT
from tests.databases import with_database

Json = dict[str, Any]

PLACES = {"primary": "ap-south-1", "dr": "us-east-1"}
ENVIRONMENT = with_database("rds-postgres-replica")
INSTANCES = {"primary": ENVIRONMENT.database("primary"), "dr": ENVIRONMENT.database("dr")}
SECRET, KEY, NAME = "data/master", "alias/data", "data"
WINDOWS = {"backup": "02:00-03:00", "maintenance": "sun:04:00-sun:05:00"}
INSIGHTS = {
    "performance_insights_enabled": True,
    "performance_insights_kms_key_id": "${data.aws_kms_key.data.arn}",
    "performance_insights_retention_period": 7,
}
PLACED = {
    "db_subnet_group_name": "${aws_db_subnet_group.data.name}",
    "vpc_security_group_ids": ["${aws_security_group.data.id}"],
    "storage_encrypted": True,
    "kms_key_id": "${data.aws_kms_key.data.arn}",
    "enabled_cloudwatch_logs_exports": ["postgresql"],
    "copy_tags_to_snapshot": True,
}


def shared() -> Json:
    """A key in each region, and a password that no state holds."""
    keys = {place: {"provider": f"aws.{place}"} for place in PLACES}
    password = "${ephemeral.aws_secretsmanager_random_password.data.random_password}"
    at = {"provider": "aws.primary"}
    return {
        **_settings(*PLACES),
        "ephemeral": {
            "aws_secretsmanager_random_password": {
                "data": {**at, "password_length": 32, "exclude_characters": "/@\"' \\"}
            }
        },
        "resource": {
            "aws_kms_key": {
                place: {**provided, "enable_key_rotation": True} for place, provided in keys.items()
            },
            "aws_kms_alias": {
                place: {
                    **provided,
                    "name": KEY,
                    "target_key_id": f"${{aws_kms_key.{place}.key_id}}",
                }
                for place, provided in keys.items()
            },
            "aws_secretsmanager_secret": {
                "data": {
                    **at,
                    "name": SECRET,
                    "recovery_window_in_days": 7,
                    "kms_key_id": "${aws_kms_key.primary.arn}",
                    "replica": [{"region": PLACES["dr"], "kms_key_id": "${aws_kms_key.dr.arn}"}],
                    "tags": {"Name": NAME},
                }
            },
            "aws_secretsmanager_secret_version": {
                "data": {
                    **at,
                    "secret_id": "${aws_secretsmanager_secret.data.id}",
                    "secret_string_wo": password,
                    "secret_string_wo_version": 1,
                }
            },
        },
    }


def regional(place: str) -> Json:
    """One region's: the instance, or its replica."""
    return {
        **_settings(place),
        "ephemeral": {"aws_secretsmanager_secret_version": {"data": {"secret_id": SECRET}}},
        "data": {"aws_kms_key": {"data": {"key_id": KEY}}},
        "resource": {**_network(PLACES[place]), **_group(), **_instance(place)},
    }


def _settings(*places: str) -> Json:
    """The provider: with an alias for each place, or for the only one without."""
    provided = [{"region": PLACES[place], "alias": place} for place in places]
    if len(provided) == 1:
        del provided[0]["alias"]
    return {
        "terraform": {"required_providers": {"aws": {"source": "aws", "version": aws_provider()}}},
        "provider": {"aws": provided},
    }


def _network(region: str) -> Json:
    """A VPC with subnets in two zones, and a security group."""
    vpc = {"vpc_id": "${aws_vpc.data.id}"}
    return {
        "aws_vpc": {"data": {"cidr_block": "10.0.0.0/16"}},
        "aws_subnet": {
            zone: {
                **vpc,
                "cidr_block": f"10.0.{number}.0/24",
                "availability_zone": f"{region}{zone}",
            }
            for number, zone in enumerate("ab")
        },
        "aws_security_group": {"data": {"name": NAME, **vpc}},
        "aws_db_subnet_group": {
            "data": {"name": NAME, "subnet_ids": ["${aws_subnet.a.id}", "${aws_subnet.b.id}"]}
        },
    }


def _group() -> Json:
    forced = {"name": "rds.force_ssl", "value": "1", "apply_method": "pending-reboot"}
    return {
        "aws_db_parameter_group": {
            "alone": {"name": "alone", "family": "postgres16", "parameter": [forced]}
        }
    }


def _instance(place: str) -> Json:
    source = {
        "engine": "postgres",
        "engine_version": "16.6",
        "allocated_storage": 20,
        "multi_az": True,
        "db_name": "ledger",
        "username": "ledger",
        "password_wo": "${ephemeral.aws_secretsmanager_secret_version.data.secret_string}",
        "password_wo_version": 1,
        "backup_retention_period": 7,
        "backup_window": WINDOWS["backup"],
        "maintenance_window": WINDOWS["maintenance"],
        # What only a state knows.
        "final_snapshot_identifier": f"{INSTANCES[place]}-final",
    }
    arn = f"arn:aws:rds:{PLACES['primary']}:{ACCOUNT}:db:{INSTANCES['primary']}"
    replica = {
        "replicate_source_db": arn,
        "skip_final_snapshot": True,
    }
    return {
        "aws_db_instance": {
            "database_instance": {
                "identifier": INSTANCES[place],
                "instance_class": "db.m6g.large",
                "storage_type": "gp3",
                "parameter_group_name": "${aws_db_parameter_group.alone.name}",
                "auto_minor_version_upgrade": False,
                "apply_immediately": True,
                **PLACED,
                **INSIGHTS,
                **(source if place == "primary" else replica),
                "tags": {"Name": NAME},
                "lifecycle": {"ignore_changes": list(MOVED_BY_A_PROMOTION)},
            }
        }
    }
