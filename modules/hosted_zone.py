"""The hosted zone that the records are in."""

from dataclasses import dataclass

from cdktf import TerraformProvider


@dataclass(frozen=True)
class HostedZone:
    """A public hosted zone, which this project does not create."""

    id: str
    provider: TerraformProvider | None = None
    """For its records; None for the provider of whoever adds one. A zone in another account has its
    own."""
