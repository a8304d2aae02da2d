"""Who reaches a database, with which secret, and how."""

import json

from cdktf_cdktf_provider_aws.db_parameter_group import DbParameterGroup
from cdktf_cdktf_provider_aws.db_subnet_group import DbSubnetGroup
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.launch_template import LaunchTemplate
from cdktf_cdktf_provider_aws.rds_cluster_parameter_group import RdsClusterParameterGroup
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret
from cdktf_cdktf_provider_aws.secretsmanager_secret_version import SecretsmanagerSecretVersion
from cdktf_cdktf_provider_aws.subnet import Subnet
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule

from emitted.user_data import decoded, printed
from environments.data import KINDS
from modules.user_data import ENVIRONMENT_FILE
from tests.conftest import Synthesised
from tests.environment_file import variables_of
from tests.stacks.databases import (
    SECRET,
    database_of,
    regions,
)


def test_the_standby_has_neither_user_nor_password(deployed: Synthesised) -> None:
    first, second = map(database_of, regions(deployed))
    own = [key for key in first if "user" in key or "password" in key or "db_name" in key]
    assert len(own) >= 3
    assert not [key for key in second if "user" in key or "password" in key]
    assert not {"database_name", "db_name"} & second.keys()
    assert deployed.stacks["dr"].resources(SecretsmanagerSecret) == {}


def test_no_password_is_in_a_stack_or_would_be_in_a_state(deployed: Synthesised) -> None:
    primary = deployed.stacks["primary"]
    version = primary.only(SecretsmanagerSecretVersion)
    assert version["secret_string_wo"] == (
        '${jsonencode({username = "application", password ='
        " ephemeral.aws_secretsmanager_random_password.database_database_password"
        ".random_password})}"
    )
    assert "secret_string" not in version
    first = database_of(primary)
    (argument,) = [key for key in first if key.endswith("password_wo")]
    assert first[argument] == (
        "${jsondecode(ephemeral.aws_secretsmanager_secret_version.database_database_secret"
        ".secret_string).password}"
    )
    assert not {"password", "master_password", "manage_master_user_password"} & first.keys()
    stored = primary.json["ephemeral"]["aws_secretsmanager_secret_version"]
    assert stored["database_database_secret"]["secret_id"] == (
        "${aws_secretsmanager_secret_version.database_secret_version.secret_id}"
    ), "read only once it is written"


def test_the_secret_is_in_both_regions(deployed: Synthesised) -> None:
    secret = deployed.stacks["primary"].only(SecretsmanagerSecret)
    assert secret["name"] == "awspractice-database"
    assert secret["replica"] == [{"region": "us-east-1"}]
    assert secret["recovery_window_in_days"] == 30


def test_each_region_encrypts_with_a_key_of_its_own(deployed: Synthesised) -> None:
    for stack in regions(deployed):
        found = database_of(stack)
        assert found["storage_encrypted"] is True
        assert found["kms_key_id"] == "${aws_kms_key.database_key.arn}"
        key = stack.resources(KmsKey)["database_key"]
        assert "logs." not in key["policy"]


def test_it_has_subnets_without_a_way_out(deployed: Synthesised) -> None:
    for stack in regions(deployed):
        subnets = [name for name in stack.resources(Subnet) if name.startswith("database_")]
        assert len(subnets) == 3
        assert stack.only(DbSubnetGroup)["subnet_ids"] == [
            f"${{aws_subnet.{name}.id}}" for name in subnets
        ]
        routed = json.dumps(list(stack.resources(RouteTableAssociation).values()))
        assert "database" not in routed


def test_only_the_instances_reach_it(deployed: Synthesised) -> None:
    kind = KINDS[deployed.environment.data.engine]
    for stack in regions(deployed):
        group = "${aws_security_group.database_security_group.id}"
        assert database_of(stack)["vpc_security_group_ids"] == [group]
        into = [
            rule
            for rule in stack.resources(VpcSecurityGroupIngressRule).values()
            if rule["security_group_id"] == group
        ]
        (rule,) = into
        assert rule["referenced_security_group_id"] == (
            "${aws_security_group.instances_security_group.id}"
        )
        assert (rule["from_port"], rule["to_port"]) == (kind.port, kind.port)
        out = stack.resources(VpcSecurityGroupEgressRule)["instances_to_database"]
        assert (out["from_port"], out["referenced_security_group_id"]) == (kind.port, group)
        assert database_of(stack)["port"] == kind.port


def test_it_takes_tls_alone(deployed: Synthesised) -> None:
    kind = KINDS[deployed.environment.data.engine]
    for stack in regions(deployed):
        groups = [
            *stack.resources(RdsClusterParameterGroup).values(),
            *stack.resources(DbParameterGroup).values(),
        ]
        (group,) = groups
        assert {one["name"]: one["value"] for one in group["parameter"]} == kind.parameters
        assert ("slow_query_log" in kind.parameters) is ("slowquery" in kind.logs)


def test_the_application_knows_its_own_regions_database(deployed: Synthesised) -> None:
    engine, kind = deployed.environment.data.engine, KINDS[deployed.environment.data.engine]
    for stack in regions(deployed):
        template = stack.only(LaunchTemplate)
        script = decoded(template)
        variables = variables_of(printed(script)[ENVIRONMENT_FILE].text)
        assert {key: value for key, value in variables.items() if "DATABASE" in key} == {
            "DATABASE_ENGINE": engine,
            "DATABASE_HOST": "@database-writer@",
            "DATABASE_READER_HOST": "@database-reader@",
            "DATABASE_PORT": str(kind.port),
            "DATABASE_NAME": "application",
            "DATABASE_SECRET": "awspractice-database",
        }
        address = "aws_rds_cluster.database_cluster" if kind.aurora else "aws_db_instance"
        endpoint = "endpoint" if kind.aurora else "database_instance.address"
        assert f'"@database-writer@", {address}.{endpoint}' in template["user_data"]
        assert script.count("@database-writer@") == script.count("@database-reader@") == 1


def test_the_application_may_read_its_secret_alone(deployed: Synthesised) -> None:
    for stack in regions(deployed):
        (policy,) = [
            one
            for one in stack.resources(IamRolePolicy).values()
            if one.get("name") == "application"
        ]
        assert json.loads(policy["policy"])["Statement"] == [
            {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": SECRET}
        ]
        endpoint = stack.resources(VpcEndpoint)["secretsmanager_endpoint"]
        (statement,) = json.loads(endpoint["policy"])["Statement"]
        assert (statement["Action"], statement["Resource"]) == (
            ["secretsmanager:GetSecretValue"],
            SECRET,
        )
