"""docs/architecture.md has bootstrap's certificate made anew, once it has expired."""

import json
import re
import shlex
from typing import Any

import pytest

from emitted import STACK_NAMES
from tests.command_line import ROOT
from tests.sandbox.local.deployed.system import Deployed

pytestmark = pytest.mark.slow

GUIDE = ROOT / "docs" / "architecture.md"


def command() -> list[str]:
    """The page's only command for that, as its words after `terraform`."""
    (line,) = re.findall(r"^terraform (apply -replace=.*)$", GUIDE.read_text(), re.MULTILINE)
    return shlex.split(line)


def certificate(deployed: Deployed) -> dict[str, Any]:
    """Bootstrap's, as its state has it."""
    shown = json.loads(deployed.run("bootstrap", "show", "-json").stdout)
    resources = shown["values"]["root_module"]["resources"]
    (found,) = [one["values"] for one in resources if one["type"] == "aws_acm_certificate"]
    return found


def validation_record(deployed: Deployed) -> dict[str, Any]:
    """The record by which the domain is validated, as DNS has it."""
    (asked,) = certificate(deployed)["domain_validation_options"]
    route53 = deployed.aws.client("route53", "us-east-1")
    (record,) = [
        record
        for zone in route53.list_hosted_zones()["HostedZones"]
        for record in route53.list_resource_record_sets(HostedZoneId=zone["Id"])[
            "ResourceRecordSets"
        ]
        if record["Name"] == asked["resource_record_name"]
    ]
    assert record["ResourceRecords"] == [{"Value": asked["resource_record_value"]}]
    return record


@pytest.mark.parametrize("deployed", ["staging"], indirect=True)
def test_a_new_one_takes_the_same_record_and_every_plan_stays_clean(lighter: Deployed) -> None:
    before, record = certificate(lighter), validation_record(lighter)
    options = ("-auto-approve", "-input=false", "-no-color")
    applied = lighter.run("bootstrap", *command(), *options)
    assert applied.returncode == 0, applied.stderr
    assert "Apply complete! Resources: 1 added, 0 changed, 1 destroyed." in applied.stdout
    after = certificate(lighter)
    assert after["arn"] != before["arn"]
    acm = lighter.aws.client("acm", after["arn"].split(":")[3])
    there = {one["CertificateArn"] for one in acm.list_certificates()["CertificateSummaryList"]}
    assert after["arn"] in there
    assert before["arn"] not in there
    assert validation_record(lighter) == record
    assert lighter.plan_exit_codes() == dict.fromkeys(STACK_NAMES, 0)
