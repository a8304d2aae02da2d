"""How the stacks fit together: state, providers, names, and their independence."""

import json
import re
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cdktf_cdktf_provider_aws.route53_record import Route53Record

from environments import REMOTE_STACKS, Environment
from modules.versions import aws_provider
from tests.conftest import Synthesised
from tests.synthesis import Stacks, example, synthesise


def test_each_alone_is_the_same_as_with_the_others(tmp_path: Path) -> None:
    environment = example("tables")
    together = synthesise(environment, tmp_path)
    alone = Stacks(environment)
    assert {name: stack.text for name, stack in alone.items()} == {
        name: stack.text for name, stack in together.items()
    }


def test_there_are_four(deployment: Synthesised) -> None:
    assert set(deployment.stacks) == {"bootstrap", "primary", "dr", "global"}


def test_each_state_is_encrypted_and_locked_in_its_own_bucket(deployment: Synthesised) -> None:
    for name in REMOTE_STACKS:
        backend = deployment.environment.backend(name)
        assert deployment.stacks[name].json["terraform"]["backend"] == {
            "s3": {
                "bucket": backend.bucket,
                "key": backend.key,
                "region": backend.region,
                "encrypt": True,
                "use_lockfile": True,
                "skip_region_validation": True,
            }
        }


def test_the_bootstrap_state_lies_beside_the_output_folder(deployment: Synthesised) -> None:
    backend = deployment.stacks["bootstrap"].json["terraform"]["backend"]
    path = f"../../../bootstrap.{deployment.environment.name}.tfstate"
    assert backend == {"local": {"path": path}}


def test_the_missions_regions_and_backends(mission: Synthesised) -> None:
    regions = {
        name: stack.json["provider"]["aws"][0]["region"]
        for name, stack in mission.stacks.items()
        if name != "bootstrap"
    }
    assert regions == {"primary": "ap-south-1", "dr": "us-east-1", "global": "us-west-2"}
    backends = {name: mission.environment.backend(name).region for name in REMOTE_STACKS}
    assert backends == {"primary": "ap-south-1", "dr": "us-east-1", "global": "us-west-2"}


def test_versions_are_pinned(deployment: Synthesised) -> None:
    for stack in deployment.stacks.values():
        terraform = stack.json["terraform"]
        assert terraform["required_version"] == ">= 1.11.0"
        (provider,) = terraform["required_providers"].values()
        assert provider["version"] == aws_provider()
        assert provider["source"] in {"aws", "hashicorp/aws"}  # cdktf and cdktn: the same one


def test_every_resource_is_tagged_by_its_provider(deployment: Synthesised) -> None:
    for name, stack in deployment.stacks.items():
        for provider in stack.json["provider"]["aws"]:
            assert provider["default_tags"] == [
                {
                    "tags": {
                        **deployment.environment.tags,
                        "Deployment": deployment.environment.name,
                        "Stack": name,
                        "ManagedBy": "cdktf",
                    }
                }
            ]


def test_logical_ids_are_readable_and_hide_nothing(deployment: Synthesised) -> None:
    for stack in deployment.stacks.values():
        for kind, found in stack.json["resource"].items():
            paths = Counter(body["//"]["metadata"]["path"] for body in found.values())
            assert len(paths) == len(found), kind
            for logical_id in found:
                assert re.fullmatch(r"[a-z][a-z0-9_]*", logical_id)
                assert not re.search(r"_[0-9A-F]{8}$", logical_id)


def test_values_keep_the_stacks_apart_and_not_references(deployment: Synthesised) -> None:
    for stack in deployment.stacks.values():
        assert "terraform_remote_state" not in stack.text
        assert "cross-stack-output" not in stack.text


def test_what_is_looked_up_is_the_zones_id_and_the_account(deployment: Synthesised) -> None:
    """Neither changes while a system runs."""
    for stack in deployment.stacks.values():
        found = set(stack.json["data"])
        assert "aws_route53_zone" in found
        assert found <= {"aws_route53_zone", "aws_caller_identity"}


def test_with_the_zones_id_no_zone_is_looked_up() -> None:
    mission = example("mission")
    dns = mission.dns.model_copy(update={"zone_id": "Z0123456789ABCDEFGHIJ"})
    stacks = Stacks(mission.model_copy(update={"dns": dns}))
    for stack in stacks.values():
        assert "aws_route53_zone" not in stack.json.get("data", {})
        for record in stack.resources(Route53Record).values():
            assert record["zone_id"] == "Z0123456789ABCDEFGHIJ"


def allowed_mentions(environment: Environment, stack: str) -> list[str]:
    """The only texts that may name a region other than the stack's own."""
    if stack == "dr":
        # Where the failover control keeps the switch, and the source of its alarm.
        said = (json.dumps([asdict(one) for one in environment.switch_places]), '["us-east-1"]')
        return [json.dumps(one)[1:-1] for one in said]
    if stack != "global":
        return []
    standby = environment.dr.region
    account = "${data.aws_caller_identity.account.account_id}"
    return [
        # The targets of the records and of the health checks.
        environment.regional_name("primary"),
        environment.regional_name("dr"),
        # The failover switch, and the path of the endpoint alarm's event to its function.
        *(f"{one.bucket}.s3.{one.region}.amazonaws.com" for one in environment.switch_places),
        f"arn:aws:events:{standby}:{account}:event-bus/default",
    ]


def without_dashboard(stack: dict[str, Any]) -> str:
    """The stack without the dashboard of all regions, which nothing depends on."""
    kinds = {
        kind: found
        for kind, found in stack["resource"].items()
        if kind != "aws_cloudwatch_dashboard"
    }
    return json.dumps({**stack, "resource": kinds}, ensure_ascii=False)


def test_no_stack_names_another_region(deployment: Synthesised) -> None:
    environment = deployment.environment
    regions = {environment.primary.region}
    regions |= {place.region for place in environment.switch_places}
    for name in REMOTE_STACKS:
        text = without_dashboard(deployment.stacks[name].json)
        for mention in allowed_mentions(environment, name):
            text = text.replace(mention, "")
        own = {one["region"] for one in deployment.stacks[name].json["provider"]["aws"]}
        foreign = regions - own
        assert not [region for region in foreign if region in text], name


def test_no_stack_reads_anothers_state(deployment: Synthesised) -> None:
    environment = deployment.environment
    for name in REMOTE_STACKS:
        others = [environment.backend(other).bucket for other in REMOTE_STACKS if other != name]
        text = deployment.stacks[name].text
        assert not [bucket for bucket in others if f'"{bucket}"' in text]


def test_no_stack_emits_a_null(deployment: Synthesised) -> None:
    """A dict passed for a struct is silently emitted as nulls."""

    def nulls(value: object, path: str) -> list[str]:
        if isinstance(value, dict):
            return [n for key, item in value.items() for n in nulls(item, f"{path}.{key}")]
        if isinstance(value, list):
            return [n for index, item in enumerate(value) for n in nulls(item, f"{path}.{index}")]
        return [path] if value is None else []

    for stack in deployment.stacks.values():
        assert nulls(json.loads(stack.text), "") == []


def test_terraform_works_in_the_accounts_that_are_allowed() -> None:
    allowed = ["111122223333", "444455556666"]
    environment = example("mission").model_copy(update={"allowed_account_ids": allowed})
    for name, stack in Stacks(environment).items():
        for provider in stack.json["provider"]["aws"]:
            assert provider["allowed_account_ids"] == allowed
        if name != "bootstrap":
            assert stack.json["terraform"]["backend"]["s3"]["allowed_account_ids"] == allowed


def test_any_account_will_do_where_none_is_named(deployment: Synthesised) -> None:
    assert not any("allowed_account_ids" in stack.text for stack in deployment.stacks.values())


def test_without_tls_users_come_by_http(plain: Synthesised) -> None:
    environment = plain.environment
    assert plain.stacks["global"].outputs["url"] == f"http://{environment.dns.domain}/"
    for role in ("primary", "dr"):
        kinds = plain.stacks[role].json["resource"]
        assert not [kind for kind in kinds if kind.startswith("aws_acm")]


def test_outputs(deployment: Synthesised) -> None:
    environment = deployment.environment
    for role in ("primary", "dr"):
        outputs = deployment.stacks[role].outputs
        assert set(outputs) == {
            "regional_url",
            "load_balancer_dns_name",
            "auto_scaling_group_name",
            "vpc_id",
        }
        assert outputs["regional_url"] == f"https://{environment.regional_name(role)}/"
    assert deployment.stacks["global"].outputs["url"] == f"https://{environment.dns.domain}/"
