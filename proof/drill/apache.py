"""Runs Apache without root in a private folder, with the emitted page and configuration."""

import os
import re
import subprocess
from pathlib import Path

from proof.drill.user_data import CONFIGURATION, FAILS, HTML
from terminal.errors import OperationError

# Relative to the executable's folder: Debian, Fedora and Amazon Linux, Homebrew.
MODULES = ("../lib/apache2/modules", "../lib64/httpd/modules", "../lib/httpd/modules")
NEEDED = ("mpm_event", "unixd", "authz_core", "dir", "mime", "rewrite")
# The user that Apache's processes run as when root starts them.
NOBODY = 65534
SETTINGS = """\
ServerRoot "{folder}"
DefaultRuntimeDir "{folder}"
PidFile "{folder}/apache.pid"
ErrorLog "{folder}/error.log"
ServerName localhost
Listen 127.0.0.1:{port}
{modules}
{user}
StartServers 1
ServerLimit 1
ThreadsPerChild 16
MaxRequestWorkers 16
TypesConfig /dev/null
AddType text/html .html
DirectoryIndex index.html
DocumentRoot "{folder}/{html}"
<Directory "{folder}/{html}">
  Require all granted
</Directory>
RewriteEngine On
RewriteCond "{folder}/{fails}" -f
RewriteRule ^ - [R=500,L]
IncludeOptional "{folder}/{configuration}/*.conf"
"""


def version(executable: Path) -> str:
    """For example Apache/2.4.62 (Debian)."""
    said = subprocess.run([executable, "-v"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"Server version: (.*)", said)
    return found[1].strip() if found else "Apache"


def configure(executable: Path, folder: Path, port: int) -> Path:
    """Writes the configuration of a booted folder. Raises OperationError where the executable has
    no modules next to it."""
    root = os.geteuid() == 0
    text = SETTINGS.format(
        folder=folder,
        port=port,
        modules="\n".join(_modules(executable)),
        user=f"User #{NOBODY}\nGroup #{NOBODY}" if root else "",
        html=HTML,
        fails=FAILS,
        configuration=CONFIGURATION,
    )
    file = folder / "httpd.conf"
    file.write_text(text)
    return file


def command(executable: Path, folder: Path, port: int) -> list[str]:
    """The command that runs Apache in the foreground."""
    file = configure(executable, folder, port)
    return [str(executable), "-d", str(folder), "-f", str(file), "-DFOREGROUND"]


def _modules(executable: Path) -> list[str]:
    """LoadModule lines. A module that is compiled in has no file, and needs no line."""
    for place in MODULES:
        there = executable.resolve().parent / place
        if there.is_dir():
            return [
                f'LoadModule {name}_module "{there.resolve()}/mod_{name}.so"'
                for name in NEEDED
                if (there / f"mod_{name}.so").exists()
            ]
    raise OperationError(f"{executable} has no modules in {', '.join(MODULES)}")
