"""The versions of what applies the stacks; in one place, since the tests and operations need them
too."""

# The first Terraform whose S3 backend locks by itself (use_lockfile) beyond an experiment.
MINIMUM_TERRAFORM = "1.11.0"
# What cdktf-cdktf-provider-aws, as pinned in requirements/synth.in, asks for.
AWS_PROVIDER = "5.100.0"
