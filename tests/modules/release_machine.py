"""A machine with what a release needs: S3, users, systemd, a journal, and an application that
answers."""

import hashlib
import io
import json
import sys
import tarfile
from pathlib import Path
from typing import Any

from tests.modules.machine import Machine

DENIED = "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied"
# Copies an object of the folder `s3`. Before that it fails as many times as the file
# `KEY.failures` says, and hangs where there is a file `KEY.hang`.
AWS = """\
#!{bash}
[ "$1 $2 $3 $5 $7" = "s3api get-object --region --bucket --key" ] || exit 252
echo "aws $4 $6 $8" >> {root}/log
name={root}/s3/${{8//\\//_}}
if [ -e "$name.hang" ]; then exec {sleep} 60; fi
left=$(cat "$name.failures" 2>/dev/null || echo 0)
if [ "$left" -gt 0 ]; then
  echo $((left - 1)) > "$name.failures"
  echo "a passing fault" >&2
  exit 1
fi
if ! [ -e "$name" ]; then
  echo "DENIED" >&2
  exit 254
fi
cat "$name" > "$9"
echo '{{"ContentLength": 1}}'
"""
ID = '#!{bash}\n[ -e "{root}/user-$1" ] || {{ echo "id: $1: no such user" >&2; exit 1; }}\n'
USERADD = '#!{bash}\necho "useradd $*" >> {root}/log\ntouch "{root}/user-${{@: -1}}"\n'
# Answers with the first line of the file `answers`, which it removes unless it is the last one.
CURL = """\
#!{bash}
[[ "$*" == *"--write-out %{{http_code}} http://localhost:"* ]] || exit 2
echo "curl ${{@: -1}}" >> {root}/log
mapfile -t answers < {root}/answers
printf '%s' "${{answers[0]}}"
if (( ${{#answers[@]}} > 1 )); then printf '%s\\n' "${{answers[@]:1}}" > {root}/answers; fi
[ "${{answers[0]}}" != 000 ]
"""
JOURNAL = '#!{bash}\necho "journalctl $*" >> {root}/log\necho "the last words of the application"\n'
PROGRAMS = {"aws": AWS, "id": ID, "useradd": USERADD, "curl": CURL, "journalctl": JOURNAL}
SYSTEM = ("env", "grep", "gzip", "rm", "sha256sum", "tar")


def archive(**files: tuple[int, str]) -> bytes:
    """A .tar.gz. files: the mode and the content of each."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, (mode, content) in files.items():
            member = tarfile.TarInfo(name)
            member.mode, member.size = mode, len(content.encode())
            tar.addfile(member, io.BytesIO(content.encode()))
    return packed.getvalue()


class ReleaseMachine(Machine):
    """A machine whose application answers 200 as soon as it is asked."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        for folder in ("s3", "sbin", "units"):
            (root / folder).mkdir()
        for name, text in PROGRAMS.items():
            self.add(name, text.replace("DENIED", DENIED))
        self.link(SYSTEM)
        (root / "bin" / "python3").symlink_to(Path(sys.executable).resolve())
        self.answer("200")
        self.release = root / "application" / "release"

    def put(self, key: str, content: bytes) -> None:
        """Puts an object into the bucket."""
        (self.root / "s3" / key.replace("/", "_")).write_bytes(content)

    def deliver(self, content: bytes, digest: str | None = None, **current: Any) -> str:
        """Puts a release into the bucket and makes it current; returns its digest.

        Args:
            content: The archive.
            digest: The digest that it goes by, if it is not the archive's.
            current: What the object `current` says besides.
        """
        digest = digest or hashlib.sha256(content).hexdigest()
        self.put(f"releases/{digest}.tar.gz", content)
        self.put("current", json.dumps({"release": digest, **current}).encode())
        return digest

    def fail(self, key: str, times: int) -> None:
        """Lets the next requests for this object fail."""
        (self.root / "s3" / f"{key.replace('/', '_')}.failures").write_text(str(times))

    def hang(self, key: str) -> None:
        """Lets every request for this object hang."""
        (self.root / "s3" / f"{key.replace('/', '_')}.hang").touch()

    def answer(self, *statuses: str) -> None:
        """What the application answers, one after the other; then always the last."""
        (self.root / "answers").write_text("".join(f"{status}\n" for status in statuses))
