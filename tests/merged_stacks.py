"""Stacks of many environments in one Terraform configuration: a single Terraform and a few
providers apply them all, and their waits overlap.

AWS gets the same requests as from each stack by itself. Resources and references are as emitted,
with prefixed names. The stacks share one provider for each region, so its default tags move to each
resource. The backend and `required_version` are left out.
"""

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

from modules.versions import aws_provider
from tests.synthesis import Stack

Json = dict[str, Any]
REFERENCE = re.compile(r"\b((?:data\.)?aws_[a-z0-9_]+)\.([A-Za-z0-9_]+)")

# Arguments that name a file beside the stack.
ASSETS = {"aws_lambda_function": ("filename",), "aws_s3_object": ("source",)}
# What joins, or copies, that of the other region.
DATABASES = ("aws_rds_cluster", "aws_db_instance")


class MergedStacks:
    """One configuration. taggable: the resource types that get the provider's default tags."""

    def __init__(self, taggable: Collection[str]) -> None:
        self.resources = 0
        """How many resources it creates."""
        self._taggable = taggable
        self._providers: dict[str, Json] = {}
        self._sections: dict[str, Json] = {"resource": {}, "data": {}, "ephemeral": {}}
        self._outputs: Json = {}

    def add(self, prefix: str, stack: Stack, folder: Path) -> None:
        """Adds a stack that was emitted to `folder`, prefixing its resources' names with
        `prefix`."""
        self.resources += stack.resource_count
        providers = {one.get("alias", ""): one for one in stack.json["provider"]["aws"]}
        for section, merged in self._sections.items():
            for kind, found in stack.json.get(section, {}).items():
                for name, emitted in found.items():
                    body = _prefixed(emitted, prefix)
                    provider = providers[body.get("provider", "aws").partition(".")[2]]
                    body["provider"] = self._shared(provider)
                    if section == "resource" and kind in self._taggable:
                        body["tags"] = provider["default_tags"][0]["tags"] | body.get("tags", {})
                    for asset in ASSETS.get(kind, ()):
                        body[asset] = str(folder / body[asset])
                    merged.setdefault(kind, {})[f"{prefix}_{name}"] = body
        for name, output in stack.json.get("output", {}).items():
            self._outputs[f"{prefix}_{name}"] = _prefixed(output, prefix)

    @property
    def outputs(self) -> set[str]:
        """Their names."""
        return set(self._outputs)

    def let_first(self, first: str, then: str) -> None:
        """Has a stack's database wait for another's, whose copy it is, as the order of a deployment
        does. first, then: the prefixes of the two stacks."""
        for kind in DATABASES:
            found = self._sections["resource"].get(kind, {})
            earlier = [f"{kind}.{name}" for name in found if name.startswith(f"{first}_")]
            for name, body in found.items():
                if name.startswith(f"{then}_"):
                    body["depends_on"] = [*body.get("depends_on", ()), *earlier]

    def write(self, folder: Path) -> None:
        """Creates the folder and writes the configuration."""
        aws = {"source": "aws", "version": aws_provider()}
        sections = {**self._sections, "output": self._outputs}
        configuration = {
            "terraform": {"required_providers": {"aws": aws}},
            "provider": {"aws": list(self._providers.values())},
            **{section: found for section, found in sections.items() if found},
        }
        folder.mkdir()
        (folder / "main.tf.json").write_text(json.dumps(configuration, indent=1))

    def _shared(self, provider: Json) -> str:
        """The shared provider to use in place of a stack's own."""
        kept = ("region", "allowed_account_ids", "assume_role")
        own = {key: provider[key] for key in kept if key in provider}
        alias = own["region"] + ("-restricted" if "allowed_account_ids" in own else "")
        if "assume_role" in own:
            alias = f"{provider['alias']}-{own['assume_role'][0]['session_name']}"
        shared = {"alias": alias, **own}
        assert self._providers.setdefault(alias, shared) == shared
        return f"aws.{alias}"


def _prefixed(emitted: Json, prefix: str) -> Json:
    """With each reference to a resource prefixed."""
    return json.loads(REFERENCE.sub(rf"\1.{prefix}_\2", json.dumps(emitted)))
