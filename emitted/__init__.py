"""The product as data: the stacks that `main.py` writes, read in one place."""

from emitted.deployment import Deployment, Resource, blocks, is_true, references, texts
from emitted.folder import (
    STACK_NAMES,
    manifest_file,
    output_files,
    read,
    stack_file,
    stack_files,
    stack_folder,
    write,
)
from emitted.terraform_json import Json, of_type, region_of, regions_of

__all__ = [
    "STACK_NAMES",
    "Deployment",
    "Json",
    "Resource",
    "blocks",
    "is_true",
    "manifest_file",
    "of_type",
    "output_files",
    "read",
    "references",
    "region_of",
    "regions_of",
    "stack_file",
    "stack_files",
    "stack_folder",
    "texts",
    "write",
]
