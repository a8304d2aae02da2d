"""How the stacks are put together: state, providers, names, and their independence."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from cdktf_cdktf_provider_aws.route53_record import Route53Record

from environments import STACKS, Environment
from tests.conftest import Synthesised
from tests.synthesis import example, synthesise


def test_there_are_four(deployment: Synthesised) -> None:
    assert set(deployment.stacks) == {"bootstrap", "primary", "dr", "global"}


def test_each_state_is_encrypted_and_locked_in_its_own_bucket(deployment: Synthesised) -> None:
    for name in STACKS:
        backend = deployment.environment.backend(name)
        assert deployment.stacks[name].json["terraform"]["backend"] == {
            "s3": {
                "bucket": backend.bucket,
                "key": backend.key,
                "region": backend.region,
                "encrypt": True,
                "use_lockfile": True,
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
    assert regions == {"primary": "ap-south-1", "dr": "us-east-1", "global": "us-east-1"}
    backends = {name: mission.environment.backend(name).region for name in STACKS}
    assert backends == {"primary": "ap-south-1", "dr": "us-east-1", "global": "us-east-1"}


def test_versions_are_pinned(deployment: Synthesised) -> None:
    for stack in deployment.stacks.values():
        terraform = stack.json["terraform"]
        assert terraform["required_version"] == ">= 1.11.0"
        assert terraform["required_providers"] == {"aws": {"source": "aws", "version": "5.100.0"}}


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


def test_the_one_look_up_is_the_hosted_zone_by_name(deployment: Synthesised) -> None:
    """And whose account it is, where an event goes to another region's bus."""
    for name, stack in deployment.stacks.items():
        found: dict[str, Any] = stack.json.get("data", {})
        forwards = name == "global" and deployment.environment.dr.region != "us-east-1"
        account = {"aws_caller_identity"} if forwards else set()
        assert set(found) - account == (set() if name == "bootstrap" else {"aws_route53_zone"})
        assert account <= set(found)


def test_with_the_zones_id_nothing_is_looked_up(tmp_path: Path) -> None:
    mission = example("mission")
    dns = mission.dns.model_copy(update={"zone_id": "Z0123456789ABCDEFGHIJ"})
    stacks = synthesise(mission.model_copy(update={"dns": dns}), tmp_path)
    for stack in stacks.values():
        assert "data" not in stack.json
        for record in stack.resources(Route53Record).values():
            assert record["zone_id"] == "Z0123456789ABCDEFGHIJ"


def allowed_mentions(environment: Environment, stack: str) -> list[str]:
    """What may name another region than a stack's own; nothing else may."""
    if stack != "global":
        return []
    standby = environment.dr.region
    account = "${data.aws_caller_identity.account.account_id}"
    return [
        # The records' targets and the health checks'.
        environment.regional_name("primary"),
        environment.regional_name("dr"),
        # The failover switch, and the way of the endpoint alarm's event to it.
        f"{environment.switch_bucket}.s3.{standby}.amazonaws.com",
        f'"cloudwatch_alarm_region": "{standby}"',
        f"arn:aws:events:{standby}:{account}:event-bus/default",
    ]


def test_no_stack_names_another_region(deployment: Synthesised) -> None:
    environment = deployment.environment
    regions = {environment.primary.region, environment.dr.region}
    for name in STACKS:
        text = deployment.stacks[name].text
        for mention in allowed_mentions(environment, name):
            text = text.replace(mention, "")
        provider = deployment.stacks[name].json["provider"]["aws"][0]["region"]
        foreign = regions - {provider}
        assert not [region for region in foreign if region in text], name


def test_no_stack_reads_anothers_state(deployment: Synthesised) -> None:
    environment = deployment.environment
    for name in STACKS:
        others = [environment.backend(other).bucket for other in STACKS if other != name]
        text = deployment.stacks[name].text
        assert not [bucket for bucket in others if f'"{bucket}"' in text]


def test_no_stack_emits_a_null(deployment: Synthesised) -> None:
    """A dict given for a struct is emitted as nulls, without a word."""

    def nulls(value: object, path: str) -> list[str]:
        if isinstance(value, dict):
            return [n for key, item in value.items() for n in nulls(item, f"{path}.{key}")]
        if isinstance(value, list):
            return [n for index, item in enumerate(value) for n in nulls(item, f"{path}.{index}")]
        return [path] if value is None else []

    for stack in deployment.stacks.values():
        assert nulls(json.loads(stack.text), "") == []


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
        assert outputs["regional_url"] == f"http://{environment.regional_name(role)}/"
    assert deployment.stacks["global"].outputs["url"] == f"http://{environment.dns.domain}/"
