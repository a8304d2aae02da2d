"""The two actions of a pipeline that AWS takes."""

from typing import Any


def source(bucket: str) -> dict[str, Any]:
    """Takes a program from a bucket."""
    return {
        "name": "Program",
        "actionTypeId": kind("Source", "S3"),
        "configuration": {"S3Bucket": bucket, "S3ObjectKey": "program.zip"},
        "outputArtifacts": [{"name": "program"}],
    }


def build() -> dict[str, Any]:
    """Runs it."""
    return {
        "name": "Deliver",
        "actionTypeId": kind("Build", "CodeBuild"),
        "configuration": {"ProjectName": "deliver"},
        "inputArtifacts": [{"name": "program"}],
    }


def kind(category: str, provider: str) -> dict[str, str]:
    return {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
