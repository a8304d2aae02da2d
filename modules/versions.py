"""The versions of Terraform and its AWS provider. In one place, because the tests and operations
need them too."""

# The first Terraform in which the S3 backend's own locking (use_lockfile) is no longer
# experimental.
MINIMUM_TERRAFORM = "1.11.0"
# What cdktf-cdktf-provider-aws requires, as pinned in requirements/synth.in.
AWS_PROVIDER = "5.100.0"
