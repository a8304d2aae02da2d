"""A folder that user data takes for an instance."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

BASH = shutil.which("bash") or "/bin/bash"
# EC2's limit, before base64. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
MAX_USER_DATA = 16 * 1024
# Fails as many times as the file `failures` says, leaving a binary behind each time, or hangs if
# there is a file `hang`; otherwise it installs.
DNF = """\
#!{bash}
echo "dnf $*" >> {root}/log
touch {root}/bin/httpd
left=$(cat {root}/failures)
if [ "$left" -gt 0 ]; then
  echo $((left - 1)) > {root}/failures
  if [ -e {root}/hang ]; then exec {sleep} 60; fi
  exit 1
fi
printf '%s ' "${{@:3}}" >> {root}/installed
"""
RPM = """\
#!{bash}
[ "$1 $2 $3" = "--query --whatprovides --quiet" ] || exit 2
for name in "${{@:4}}"; do
  [[ " $(cat {root}/installed) " == *" $name "* ]] || exit 1
done
"""
LOGGED = '#!{bash}\necho "{name} $*" >> {root}/log\n'
SYSTEM = ("bash", "cat", "chmod", "mkdir", "timeout", "touch")
# Where the folders of an instance are below the root.
MOVED = {
    "/var/www/html": "",
    "/etc/httpd/conf.d": "",
    "/etc/failover": "/failover",
    "/opt/application": "/application",
    "/usr/local/sbin": "/sbin",
    "/etc/systemd/system": "/units",
}


class Machine:
    """A folder that the script takes for an instance."""

    def __init__(self, root: Path, failures: int = 0) -> None:
        self.root = root
        self.page = root / "index.html"
        (root / "bin").mkdir()
        (root / "failures").write_text(f"{failures}\n")
        (root / "installed").touch()
        scripts = {"dnf": DNF, "rpm": RPM, "systemctl": LOGGED, "sleep": LOGGED}
        for name, text in scripts.items():
            self.add(name, text)
        self.link(SYSTEM)

    def add(self, name: str, text: str) -> None:
        """Adds a program; `text` is a format of what it needs."""
        file = self.root / "bin" / name
        file.write_text(
            text.format(bash=BASH, root=self.root, name=name, sleep=shutil.which("sleep"))
        )
        file.chmod(0o755)

    def link(self, names: Sequence[str]) -> None:
        """Adds this computer's own programs."""
        for name in names:
            (self.root / "bin" / name).symlink_to(shutil.which(name) or f"/bin/{name}")

    def boot(self, script: str) -> subprocess.CompletedProcess[bytes]:
        moved = script
        for folder, place in MOVED.items():
            moved = moved.replace(folder, f"{self.root}{place}")
        return subprocess.run(
            [BASH],
            input=moved.encode(),
            cwd=self.root,
            env={"PATH": str(self.root / "bin"), "LANG": "C.UTF-8"},
            capture_output=True,
            check=False,
            timeout=30,
        )

    @property
    def log(self) -> list[str]:
        return (self.root / "log").read_text().splitlines()
