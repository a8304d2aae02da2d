"""Errors without JavaScript's call stacks: they say what is wrong and nothing else."""

import traceback

import cdktf
import jsii
import pytest
from cdktf_cdktf_provider_aws.vpc import Vpc

from tests.synthesis import Testing


@jsii.implements(cdktf.IStringProducer)
class Failing:
    """A value that cannot be computed."""

    def produce(self, context: cdktf.IResolveContext) -> str:
        raise ValueError(f"no value within {context.scope.node.path}")


def test_a_value_that_cannot_be_computed() -> None:
    """cdktf would add ten lines of where jsii, never where Python, made it."""
    stack = cdktf.TerraformStack(Testing.app(), "stack")
    Vpc(stack, "vpc", cidr_block=cdktf.Lazy.string_value(Failing()))
    with pytest.raises(RuntimeError) as caught:
        Testing.synth(stack)
    assert str(caught.value) == "Resolution error: no value within stack."


def test_what_jsii_refuses_is_told_with_the_python_that_asked() -> None:
    stack = cdktf.TerraformStack(Testing.app(), "stack")
    Vpc(stack, "vpc")
    with pytest.raises(RuntimeError) as caught:
        Vpc(stack, "vpc")
    assert str(caught.value) == (
        "There is already a Construct with name 'vpc' in TerraformStack [stack]"
    )
    assert __file__ in {frame.filename for frame in traceback.extract_tb(caught.tb)}
