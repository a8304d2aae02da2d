"""Fixes of moto's Route 53."""

# Patches the insides of moto, which say little of their types.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
from typing import Any

from moto.route53.exceptions import ResourceRecordAlreadyExists
from moto.route53.models import Route53Backend


def records_are_created_once() -> None:
    """moto refuses to create a record where its journal has the same creation, although the record
    was deleted since, and accepts a second one that differs in anything. AWS refuses it where one
    of the same name, type and set identifier is there."""
    change_resource_record_sets = Route53Backend.change_resource_record_sets

    def change(self: Route53Backend, zoneid: str, change_list: list[dict[str, Any]]) -> None:
        zone = self.get_hosted_zone(zoneid)
        there = {
            (record.name.rstrip("."), record.type, record.set_identifier) for record in zone.rrsets
        }
        for asked in change_list:
            wanted = asked["ResourceRecordSet"]
            name, kind = wanted["Name"].rstrip("."), wanted["Type"]
            which = (name, kind, wanted.get("SetIdentifier"))
            if asked["Action"] == "DELETE":
                there.discard(which)
            elif asked["Action"] == "CREATE" and which in there:
                raise ResourceRecordAlreadyExists(name=f"{name}.", _type=kind)
            elif asked["Action"] == "CREATE":
                while asked in zone.rr_changes:
                    zone.rr_changes.remove(asked)
        change_resource_record_sets(self, zoneid, change_list)

    Route53Backend.change_resource_record_sets = change
