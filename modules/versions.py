"""The versions of Terraform and its AWS provider. In one place, because the tests and operations
need them too."""

from bindings import toolchain

# The first Terraform in which the S3 backend's own locking (use_lockfile) is no longer
# experimental.
MINIMUM_TERRAFORM = "1.11.0"


def aws_provider() -> str:
    """What the toolchain's AWS bindings require.

    Raises bindings.ToolchainError if TOOLCHAIN names none.
    """
    return toolchain().aws_provider
