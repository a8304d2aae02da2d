"""The mission's resources in AWS CDK 2, as many of each kind, in as many stacks.

`python -m bench.equal_app STACKS OUTDIR`, in AWS CDK's virtual environment; STACKS is the folder
with what `main.py` emitted. The constructs are AWS CDK's L1 classes, which are what cdktf's are:
one for each resource, with the service's own names. They get the same values, and refer to each
other likewise.
"""

# pyright: basic, reportMissingImports=false

import json
import re
import sys
from pathlib import Path
from typing import Any

from aws_cdk import App, Aws, CfnOutput, CfnResource, Stack

from bench.equal_app.kinds import KINDS

REFERENCE = re.compile(r"\$\{(aws_\w+)\.(\w+)\.\w+\}")
ACCOUNT = "${data.aws_caller_identity.account.account_id}"
NAMES = ("bootstrap", "primary", "dr", "global")


class EqualStack(Stack):
    """The resources and outputs of one of our stacks."""

    def __init__(self, app: App, name: str, emitted: dict[str, Any]) -> None:
        super().__init__(app, name)
        self._emitted = emitted["resource"]
        self._made: dict[tuple[str, str], CfnResource] = {}
        for kind, found in self._emitted.items():
            for one in found:
                self._resource(kind, one)
        for one, output in emitted.get("output", {}).items():
            CfnOutput(self, f"output_{one}", value=str(self._filled(output["value"])))

    def _resource(self, kind: str, name: str) -> CfnResource:
        """The resource at this address, which is made when something first refers to it."""
        if (kind, name) not in self._made:
            construct, arguments = KINDS[kind]
            body = self._filled(self._emitted[kind][name])
            self._made[kind, name] = construct(self, f"{kind}_{name}", **arguments(body))
        return self._made[kind, name]

    def _filled(self, value: Any) -> Any:
        """The value with references to AWS CDK's resources instead of Terraform's."""
        if isinstance(value, dict):
            return {key: self._filled(one) for key, one in value.items() if key != "//"}
        if isinstance(value, list):
            return [self._filled(one) for one in value]
        if not isinstance(value, str) or "${" not in value:
            return value
        there = value.replace(ACCOUNT, Aws.ACCOUNT_ID)
        return REFERENCE.sub(lambda found: self._resource(*found.groups()).ref, there)


def main(stacks: Path, outdir: str) -> None:
    app = App(outdir=outdir)
    for name in NAMES:
        EqualStack(app, name, json.loads((stacks / name / "cdk.tf.json").read_text()))
    app.synth()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
