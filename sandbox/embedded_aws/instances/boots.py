"""All instances that run a release."""

from sandbox.embedded_aws.instances.booting import Boot

BOOTS: dict[str, Boot] = {}
"""By instance ID; those of terminated instances too, as EC2 keeps their console output."""


def advance_boots() -> None:
    """Lets instances that wait for the first release look for it again."""
    for boot in list(BOOTS.values()):
        boot.look()
