"""Runs the user's own Terraform, or OpenTofu, on emitted stacks."""

from sandbox.terraform.executable import Executable, find_terraform
from sandbox.terraform.mirror import plugin_mirror, terraform_environment
from sandbox.terraform.run import Progress, Terraform, TerraformError

__all__ = [
    "Executable",
    "Progress",
    "Terraform",
    "TerraformError",
    "find_terraform",
    "plugin_mirror",
    "terraform_environment",
]
