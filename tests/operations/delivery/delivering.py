"""Delivers as the command does, quickly."""

import io
from pathlib import Path

import boto3
import pytest
from rich.console import Console

from operations.delivery import commands
from operations.delivery.commands import Options
from releases import read_release
from sandbox.embedded_aws import EmbeddedAws
from tests.operations.delivery.bare_regions import Regions

QUICK = Options(bake=0, timeout=60, poll=0.05, why="a test")


def log_in(aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points the command at it, with its credentials, which boto3's default session would keep."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name, value in aws.variables.items():
        monkeypatch.setenv(name, value)


def digest(archive: Path) -> str:
    return read_release(archive, "x86_64").digest


def deploy(regions: Regions, release: Path | str, options: Options = QUICK) -> str:
    """What the command printed."""
    out = io.StringIO()
    environment = regions["primary"].environment
    commands.deploy(str(release), environment, options, Console(file=out, width=200))
    return out.getvalue()
