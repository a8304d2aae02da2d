"""A copy of a region's releases bucket in a folder, and an `aws` that reads it."""

import threading
from pathlib import Path

from environments.instance_types import Architecture
from operations.delivery.bucket import ReleasesBucket
from releases import CURRENT, read_release, release_key
from terminal.errors import OperationError

# All that fetch-release asks of the AWS CLI. The CLI itself takes a second to start, which is most
# of a minute by the drill's clock.
AWS = """\
#!/bin/sh
refuse() {{
  echo "the drill's aws: $1" >&2
  exit "$2"
}}
[ "$1 $2" = "s3api get-object" ] || refuse "only s3api get-object, not $*" 252
shift 2
while [ $# -gt 1 ]; do
  case $1 in
    --region) region=$2 ;;
    --bucket) bucket=$2 ;;
    --key) key=$2 ;;
    *) refuse "unknown option $1" 252 ;;
  esac
  shift 2
done
file={copies}/$region/$bucket/$key
[ -f "$file" ] || refuse "NoSuchKey: s3://$bucket/$key" 254
exec cp "$file" "$1"
"""


class BucketCopy:
    """What instances of a region can fetch. copies: a folder for the copies of all buckets."""

    def __init__(self, bucket: ReleasesBucket, copies: Path, architecture: Architecture) -> None:
        self._bucket = bucket
        self._folder = copies / bucket.region / bucket.bucket
        self._architecture: Architecture = architecture
        self._copying = threading.Lock()

    def refresh(self) -> None:
        """Copies what is current now. Raises OperationError where nothing is, and for an archive
        that is no release, and NoAnswerError where the region does not answer."""
        current = self._bucket.current()
        if current is None:
            raise OperationError(f"s3://{self._bucket.bucket} names no current release")
        digest = current.pointer.release
        archive = self._folder / release_key(digest)
        with self._copying:
            archive.parent.mkdir(parents=True, exist_ok=True)
            if not archive.exists():
                unfinished = archive.with_suffix(".unfinished")
                self._bucket.download(digest, unfinished)
                read_release(unfinished, self._architecture)
                unfinished.replace(archive)
            pointer = self._folder / f"{CURRENT}.unfinished"
            pointer.write_bytes(current.pointer.serialise())
            pointer.replace(self._folder / CURRENT)
