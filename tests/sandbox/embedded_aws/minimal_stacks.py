"""Minimal stacks cut from the emitted ones: a resource, what it refers to, and nothing else.

Many of them, changed or not, go into one configuration, which a single Terraform applies.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from environments import Environment
from environments.loading import check
from modules.versions import aws_provider
from tests.synthesis import Stack, example

Json = dict[str, Any]
Change = Callable[[Json], None]

# Part of every name that must be unique, and of nothing else.
TOKEN = "sabotage00"
ZONE = "sab.example"
# An Auto Scaling group takes minutes, and others need only its names, which replace the references
# to it.
GROUP = re.compile(r"\$\{aws_autoscaling_group\.[^}]*\}")
REFERENCE = re.compile(r"\b(?:data\.)?aws_[a-z0-9_]+\.[A-Za-z0-9_]+")


def environment() -> Environment:
    """The mission, with TOKEN in all of its names."""
    content = example("mission").model_dump(by_alias=True, exclude_none=True)
    content["name"] = TOKEN
    content["dns"].update(zone=ZONE, domain=f"{TOKEN}.{ZONE}")
    for role in ("primary", "dr"):
        for field in ("launch_template", "auto_scaling_group", "load_balancer", "target_group"):
            content[role][field] = f"{TOKEN}-{role}-{field.replace('_', '-')[:10].strip('-')}"
    for stack, backend in content["state"].items():
        backend["bucket"] = f"{TOKEN}-state-{stack}"
    return check(content, "sabotage.toml")


class MinimalStacks:
    """One configuration of many minimal stacks. folder: where they were emitted."""

    def __init__(self, stacks: Mapping[str, Stack], folder: Path) -> None:
        self._stacks = stacks
        self._folder = folder
        self._count = 0
        self._providers: dict[str, Json] = {}
        self._data: Json = {}
        self._resources: Json = {}

    def add(self, stack: str, address: str, change: Change | None = None) -> str:
        """Adds a resource, with `change` applied, and everything it refers to. Returns the prefix
        of all their names."""
        self._count += 1
        prefix = f"{TOKEN[:-2]}{self._count:02d}"
        emitted = self._stacks[stack].json
        emitted = json.loads(GROUP.sub("a-group", json.dumps(emitted)))
        wanted = dict(_resource(emitted, address))
        if change is not None:
            change(wanted)
        bodies = {address: wanted}
        _collect(emitted, wanted, bodies)
        for name, body in bodies.items():
            self._put(stack, emitted, name, _kept(body, bodies), prefix)
        return prefix

    @property
    def configuration(self) -> Json:
        """What Terraform applies: with state in a local file, and as few providers as possible."""
        return {
            "terraform": {
                "required_providers": {"aws": {"source": "aws", "version": aws_provider()}}
            },
            "provider": {"aws": list(self._providers.values())},
            **({"data": self._data} if self._data else {}),
            "resource": self._resources,
        }

    def _put(self, stack: str, emitted: Json, address: str, body: Json, prefix: str) -> None:
        alias = str(body.pop("provider", "aws")).partition(".")[2]
        name = f"{stack}-{alias}" if alias else stack
        (provider,) = [p for p in emitted["provider"]["aws"] if p.get("alias", "") == alias]
        self._providers[name] = {**provider, "alias": name}
        body["provider"] = f"aws.{name}"
        if "filename" in body:
            body["filename"] = str(self._folder / "stacks" / stack / body["filename"])
        text = REFERENCE.sub(lambda found: _renamed(found[0], prefix), json.dumps(body))
        *data, kind, own = address.split(".")
        section = self._data if data else self._resources
        renamed = json.loads(text.replace(TOKEN, prefix))
        section.setdefault(kind, {})[f"{prefix}_{own}"] = renamed


def _renamed(reference: str, prefix: str) -> str:
    kind, _, own = reference.rpartition(".")
    return f"{kind}.{prefix}_{own}"


def _resource(emitted: Json, address: str) -> Json:
    *data, kind, name = address.split(".")
    body: Json = emitted["data" if data else "resource"][kind][name]
    return {key: value for key, value in body.items() if key != "//"}


def _collect(emitted: Json, body: Json, bodies: dict[str, Json]) -> None:
    """Adds everything that a body refers to, recursively."""
    text = json.dumps({key: value for key, value in body.items() if key != "depends_on"})
    for address in REFERENCE.findall(text):
        if address not in bodies:
            bodies[address] = dict(_resource(emitted, address))
            _collect(emitted, bodies[address], bodies)


def _kept(body: Json, bodies: Mapping[str, Json]) -> Json:
    """The body without dependencies that are not included, and without its lifecycle."""
    kept = dict(body)
    after = [address for address in kept.pop("depends_on", []) if address in bodies]
    kept.pop("lifecycle", None)
    return {**kept, **({"depends_on": after} if after else {})}
