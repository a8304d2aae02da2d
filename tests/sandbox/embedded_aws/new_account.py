"""An embedded AWS of a new account, which all workers of a run clone.

To start, it imports moto; to answer its first requests, it reads the models of each service. The
clones have all that from the beginning, and would take two seconds of CPU time each without it.

`python -m tests.sandbox.embedded_aws.new_account FOLDER` starts it.
"""

import fcntl
import subprocess
import sys
from pathlib import Path

from sandbox import embedded_aws
from sandbox.embedded_aws import EmbeddedAws
from tests.command_line import ROOT

FOLDER = "new-account"
REGION = "us-east-1"
# What is asked of each service, twice, since the second request may read more: nothing changes.
QUESTIONS = {
    "acm": "list_certificates",
    "autoscaling": "describe_auto_scaling_groups",
    "cloudwatch": "describe_alarms",
    "codepipeline": "list_pipelines",
    "dynamodb": "list_tables",
    "ec2": "describe_vpcs",
    "elbv2": "describe_load_balancers",
    "events": "list_rules",
    "iam": "list_roles",
    "kms": "list_keys",
    "lambda": "list_functions",
    "logs": "describe_log_groups",
    "rds": "describe_db_clusters",
    "route53": "list_hosted_zones",
    "s3": "list_buckets",
    "secretsmanager": "list_secrets",
    "sns": "list_topics",
    "sqs": "list_queues",
    "ssm": "describe_parameters",
    "sts": "get_caller_identity",
}


def one(shared: Path) -> EmbeddedAws:
    """The only one, started by whoever asks first. shared: a folder of all workers."""
    folder = shared / FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if embedded_aws.find(folder) is None:
            # In a process that ends: this one would be the AWS's parent, and wait for its end.
            subprocess.run([sys.executable, "-m", __name__, str(folder)], cwd=ROOT, check=True)
    found = embedded_aws.find(folder)
    assert found is not None
    return found


def ask(aws: EmbeddedAws) -> None:
    for service, question in QUESTIONS.items():
        client = aws.client(service, REGION)
        for _ in range(2):
            getattr(client, question)()


def stop(shared: Path) -> None:
    """Stops it, if anybody asked for it."""
    embedded_aws.stop(shared / FOLDER)


def main(folder: Path) -> None:
    with embedded_aws.started(folder) as new:
        ask(new.aws)
        new.stay()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
