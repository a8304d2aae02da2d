"""Apache in a private folder, without root: the emitted page, and the emitted configuration."""

import os
import re
import subprocess
from pathlib import Path

from proof.drill.user_data import CONFIGURATION, FAILS, HTML
from terminal.errors import OperationError

# From the executable's folder: Debian's, Fedora's and Amazon Linux's, and Homebrew's.
MODULES = ("../lib/apache2/modules", "../lib64/httpd/modules", "../lib/httpd/modules")
NEEDED = ("mpm_event", "unixd", "authz_core", "dir", "mime", "rewrite")
# Whose the processes are where root started them.
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
    """Such as Apache/2.4.62 (Debian)."""
    said = subprocess.run([executable, "-v"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"Server version: (.*)", said)
    return found[1].strip() if found else "Apache"


def configure(executable: Path, folder: Path, port: int) -> Path:
    """Writes the settings for a folder that has booted. Raises OperationError where the executable
    has no modules beside it."""
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
    """What runs it in the foreground."""
    file = configure(executable, folder, port)
    return [str(executable), "-d", str(folder), "-f", str(file), "-DFOREGROUND"]


def _modules(executable: Path) -> list[str]:
    """LoadModule lines; what is built in, as it may be, has no file."""
    for place in MODULES:
        there = executable.resolve().parent / place
        if there.is_dir():
            return [
                f'LoadModule {name}_module "{there.resolve()}/mod_{name}.so"'
                for name in NEEDED
                if (there / f"mod_{name}.so").exists()
            ]
    raise OperationError(f"{executable} has no modules in {', '.join(MODULES)}")
