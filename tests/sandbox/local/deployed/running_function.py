"""The failover control at work while Terraform changes what it looks at."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from functions.failover_control.agreed import LOOKS
from functions.failover_control.endpoint import health
from functions.failover_control.handler import control_from
from tests.sandbox.local.deployed.system import Deployed

# Seconds between looks: many, so that none of an apply's moments is missed.
BETWEEN = 0.1


@contextmanager
def function_running(deployed: Deployed) -> Iterator[list[str]]:
    """Looks again and again, as Route 53 would answer from the records that are there while every
    health check is healthy; yields what was done, the last last."""
    done: list[str] = []
    over = threading.Event()
    environment, aws = deployed.environment, deployed.aws
    function = aws.client("lambda", environment.dr.region).get_function(
        FunctionName=f"{environment.name}-failover-control"
    )
    variables = function["Configuration"]["Environment"]["Variables"]

    def lookup(name: str) -> set[str]:
        """A failover record that has no counterpart is answered, whatever its role."""
        route53 = aws.client("route53", "us-east-1")
        (zone,) = route53.list_hosted_zones()["HostedZones"]
        pages = route53.get_paginator("list_resource_record_sets").paginate(HostedZoneId=zone["Id"])
        found = {
            record["Failover"]: {one["Value"] for one in record["ResourceRecords"]}
            for page in pages
            for record in page["ResourceRecordSets"]
            if record["Name"].rstrip(".") == name and "Failover" in record
        }
        return found.get("PRIMARY") or found.get("SECONDARY") or set()

    def run() -> None:
        while not over.is_set():
            control = control_from(variables, aws.client)
            for _ in range(LOOKS):
                primary = health(variables["PRIMARY_HEALTH_NAME"], lookup)
                standby = health(variables["STANDBY_HEALTH_NAME"], lookup)
                done.extend(control.act(primary, standby=standby))
                over.wait(BETWEEN)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()
