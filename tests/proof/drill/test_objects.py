"""What health checkers and the drill learn of objects, from an embedded AWS."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from proof.drill.objects import Objects, there
from sandbox.embedded_aws import EmbeddedAws
from tests.sandbox.embedded_aws.naming import unique

pytestmark = pytest.mark.slow

REGION = "us-east-1"  # where boto3 would sign URLs that do not say for which region


def by_client(s3: Any, bucket: str, key: str) -> bool | None:
    return there(s3, bucket, key)


def by_url(s3: Any, bucket: str, key: str) -> bool | None:
    return asyncio.run(Objects({REGION: s3}).there(REGION, bucket, key))


@pytest.mark.parametrize("ask", [by_client, by_url])
def test_an_object_is_there_or_not_or_nobody_says(
    aws: EmbeddedAws, ask: Callable[[Any, str, str], bool | None]
) -> None:
    s3, bucket = aws.client("s3", REGION), unique()
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a key/with+signs")
    assert ask(s3, bucket, "a key/with+signs") is True
    assert ask(s3, bucket, "another") is False
    aws.lose(REGION)
    assert ask(s3, bucket, "a key/with+signs") is None
    aws.restore(REGION)


def test_nobody_says_where_nothing_listens(aws: EmbeddedAws) -> None:
    s3 = aws.client("s3", REGION)
    objects = Objects({REGION: s3})
    objects._urls[REGION, "bucket", "key"] = "http://127.0.0.1:9/bucket/key?signed"
    assert asyncio.run(objects.there(REGION, "bucket", "key")) is None
