"""Lets a drill's simulated load balancer be reached as its AWS says: by security groups and network
ACLs, which the embedded AWS keeps and does not enforce."""

import asyncio
from typing import Any

from proof.drill.stage import Stage
from sandbox.embedded_aws import EmbeddedAws

# Real seconds between two looks.
LOOK = 0.2


class Gate:
    """The primary's load balancer."""

    def __init__(self, aws: EmbeddedAws, stage: Stage) -> None:
        settings = stage.environment.primary
        self._elb = aws.client("elbv2", settings.region)
        self._ec2 = aws.client("ec2", settings.region)
        self._name = settings.load_balancer
        self._stage = stage

    def lets_in(self) -> bool:
        (balancer,) = self._elb.describe_load_balancers(Names=[self._name])["LoadBalancers"]
        return self._groups_let_in(balancer) and not self._cut_off(balancer)

    def _groups_let_in(self, balancer: dict[str, Any]) -> bool:
        only = [{"Name": "group-id", "Values": balancer["SecurityGroups"]}]
        rules = self._ec2.describe_security_group_rules(Filters=only)["SecurityGroupRules"]
        return any(not rule["IsEgress"] and rule.get("CidrIpv4") == "0.0.0.0/0" for rule in rules)

    def _cut_off(self, balancer: dict[str, Any]) -> bool:
        subnets = [zone["SubnetId"] for zone in balancer["AvailabilityZones"]]
        only = [{"Name": "association.subnet-id", "Values": subnets}]
        acls = self._ec2.describe_network_acls(Filters=only)["NetworkAcls"]
        return any(tag["Key"] == "managedByFIS" for acl in acls for tag in acl["Tags"])

    async def follow(self) -> None:
        """Opens and loses it until cancelled."""
        balancer = self._stage.balancers["primary"]
        while True:
            wanted = await asyncio.to_thread(self.lets_in)
            if wanted and balancer.lost:
                await balancer.open()
            elif not wanted and not balancer.lost:
                await balancer.lose()
            await asyncio.sleep(LOOK)
