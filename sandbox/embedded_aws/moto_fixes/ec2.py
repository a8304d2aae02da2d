"""Fixes of moto's EC2."""

# Patches moto's internals, which are barely typed.
# pyright: basic, reportAttributeAccessIssue=false, reportArgumentType=false
# pyright: reportPrivateUsage=false

from collections.abc import Iterator
from itertools import chain
from typing import Any

from moto.core.types import Base64EncodedString
from moto.ec2.models.launch_templates import LaunchTemplate, LaunchTemplateVersion
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule


def templates_keep_their_own_tags_apart() -> None:
    """moto mixes a launch template's own tags with those it gives to launched resources."""
    create_version = LaunchTemplate.create_version

    def create(
        self: LaunchTemplate, data: dict[str, Any], description: str
    ) -> LaunchTemplateVersion:
        given = data.pop("TagSpecifications", [])
        tags = [tag for tag in given if tag["ResourceType"] != "launch-template"]
        if tags:
            data["TagSpecifications"] = tags
        return create_version(self, data, description)

    LaunchTemplate.create_version = create


def templates_show_tags_added_later() -> None:
    """moto shows only the tags that a launch template was created with, none added later."""

    def tags(self: LaunchTemplate) -> list[dict[str, str]]:
        return self.get_tags()

    def keep_nothing(self: LaunchTemplate, _: object) -> None:
        """`__init__` would store a copy."""

    LaunchTemplate.tags = property(tags, keep_nothing)


def template_versions_have_user_data() -> None:
    """moto decodes the user data of a launch template's first version only, and cannot launch
    instances from a later one."""
    create_version = LaunchTemplate.create_version

    def create(
        self: LaunchTemplate, data: dict[str, Any], description: str
    ) -> LaunchTemplateVersion:
        if isinstance(data.get("UserData"), str):
            data["UserData"] = Base64EncodedString(data["UserData"])
        return create_version(self, data, description)

    LaunchTemplate.create_version = create


def describe_rules_of_any_kind() -> None:
    """moto drops a security group rule's description if its peer is a group or prefix list, and
    keeps it only for address ranges."""
    iterate = SecurityGroupBackend._iterate_security_rules

    def iterate_described(
        self: SecurityGroupBackend,
        ip_protocol: str,
        group_id: str,
        from_port: str,
        to_port: str,
        *sides: list[dict[str, str]],
        **kwargs: Any,
    ) -> Iterator[SecurityGroupRule]:
        rules = iterate(self, ip_protocol, group_id, from_port, to_port, *sides, **kwargs)
        for rule, side in zip(rules, chain(*sides), strict=True):
            if "Description" in side:
                rule.ip_range["Description"] = side["Description"]
            yield rule

    SecurityGroupBackend._iterate_security_rules = iterate_described
