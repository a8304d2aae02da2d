"""A folder that user data takes for an instance."""

import shutil
import subprocess
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
touch {root}/installed
"""
RPM = '#!{bash}\n[ "$*" = "--query --whatprovides --quiet httpd" ] && [ -e {root}/installed ]\n'
LOGGED = '#!{bash}\necho "{name} $*" >> {root}/log\n'
SYSTEM = ("cat", "chmod", "mkdir", "timeout", "touch")


MOVED = ("/var/www/html", "/etc/httpd/conf.d", "/etc/failover", "/opt/application")


class Machine:
    """A folder that the script takes for an instance."""

    def __init__(self, root: Path, failures: int = 0) -> None:
        self.root = root
        self.page = root / "index.html"
        (root / "bin").mkdir()
        (root / "failures").write_text(f"{failures}\n")
        scripts = {"dnf": DNF, "rpm": RPM, "systemctl": LOGGED, "sleep": LOGGED}
        for name, text in scripts.items():
            file = root / "bin" / name
            sleep = shutil.which("sleep")
            file.write_text(text.format(bash=BASH, root=root, name=name, sleep=sleep))
            file.chmod(0o755)
        for name in SYSTEM:
            (root / "bin" / name).symlink_to(shutil.which(name) or f"/bin/{name}")

    def boot(self, script: str) -> subprocess.CompletedProcess[bytes]:
        moved = script
        for folder in MOVED:
            moved = moved.replace(folder, str(self.root))
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
