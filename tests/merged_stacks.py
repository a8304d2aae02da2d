"""The same stack of many environments in one Terraform configuration, so that one Terraform and a
few providers apply all of them, and their waits overlap.

What AWS is asked is what each stack by itself would ask: resources and references are as emitted,
their names prefixed by the environment's number. A provider is shared by all stacks in a region, so
its default tags become each resource's own, as the provider makes them. Left out are what Terraform
keeps to itself: the backend, `required_version`, outputs.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from modules.versions import AWS_PROVIDER
from tests.synthesis import Stack

Json = dict[str, Any]
REFERENCE = re.compile(r"\b((?:data\.)?aws_[a-z0-9_]+)\.([A-Za-z0-9_]+)")


class MergedStacks:
    """One configuration. taggable: the resource types whose tags the provider adds its own to."""

    def __init__(self, taggable: Iterable[str]) -> None:
        self._taggable = set(taggable)
        self._providers: dict[str, Json] = {}
        self._sections: dict[str, Json] = {"resource": {}, "data": {}}

    def add(self, prefix: str, stack: Stack, folder: Path) -> None:
        """Adds a stack, emitted to `folder`; its resources' names begin with `prefix`."""
        providers = {one.get("alias", ""): one for one in stack.json["provider"]["aws"]}
        for section, merged in self._sections.items():
            for kind, found in stack.json.get(section, {}).items():
                for name, body in found.items():
                    text = REFERENCE.sub(rf"\1.{prefix}_\2", json.dumps(body))
                    changed = json.loads(text)
                    tagged = section == "resource" and kind in self._taggable
                    self._provide(changed, providers, tagged=tagged)
                    if "filename" in changed:
                        changed["filename"] = str(folder / changed["filename"])
                    merged.setdefault(kind, {})[f"{prefix}_{name}"] = changed

    @property
    def configuration(self) -> Json:
        """What Terraform applies."""
        aws = {"source": "aws", "version": AWS_PROVIDER}
        return {
            "terraform": {"required_providers": {"aws": aws}},
            "provider": {"aws": list(self._providers.values())},
            **{section: found for section, found in self._sections.items() if found},
        }

    def _provide(self, body: Json, providers: Mapping[str, Json], *, tagged: bool) -> None:
        own = providers[str(body.get("provider", "aws")).partition(".")[2]]
        region = own["region"]
        accounts = own.get("allowed_account_ids")
        alias = f"{region}{'-restricted' if accounts else ''}"
        restricted = {"allowed_account_ids": accounts} if accounts else {}
        self._providers[alias] = {"alias": alias, "region": region, **restricted}
        body["provider"] = f"aws.{alias}"
        if tagged:
            (default,) = own["default_tags"]
            body["tags"] = {**default["tags"], **body.get("tags", {})}
