"""Hostile pages reach the browser byte for byte and execute nothing, from the emitted launch
template through a real shell and a real web server."""

import base64
import contextlib
import copy
import html
import http.client
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from cdktf import App

from environments.limits import PAGE
from environments.loading import check
from modules.user_data import APACHE_CONFIGURATION
from proof.drill.page_server import Handler
from proof.drill.user_data import CONFIGURATION, HTML
from proof.drill.web_server import LOOPBACK, find_software, free_port
from stacks.regional import RegionalStack
from tests.environments import hostile
from tests.file_modes import open_to_everybody
from tests.modules.machine import MAX_USER_DATA, Machine
from tests.synthesis import Stack

PAGES = {
    "plain": "<h1>Hello</h1>",
    "single quotes": "it's '' ''' '\\'' $'\\x41'",
    "double quotes": '"" "$HOME" "`touch canary`"',
    "a substitution": "$(touch canary) $((1 + 1)) ${HOME} $HOME $$ $? $! <(touch canary)",
    "backticks": "`touch canary` \\`touch canary\\`",
    "an end of the quotes": "'; touch canary; '",
    "an end of the quotes on a line": "'\ntouch canary\n'",
    "ends of heredocs": "EOF\n'EOF'\nEND\n\\EOF\nEOT\ntouch canary\n",
    "a heredoc": "<<EOF\n$(touch canary)\nEOF\n<<-'X'\nX\n<<<x",
    "backslashes": "\\ \\\\ \\n \\0 \\x41 \\u0041 \\c",
    "a backslash at the end": "x\\",
    "for printf": "%s %n %d %% %b %q %*d %1$s %",
    "for format": "{page} {configuration} {} {{ }} {0} {page!r}",
    "an option": "-n",
    "options": "--help -e -v x",
    "history": "!! !$ !-1 ^x^y^",
    "globs": "* ? [a-z] ~ {a,b} **/*",
    "operators": "; & | && || > canary < /dev/null 2>&1 # comment",
    "control characters": "a\tb\x7fc\x85d\x9be",
    "line ends": "\r\na\rb\n\n\r\n",
    "trailing line ends": "x\n\n\n",
    "only a line end": "\n",
    "spaces": "   x   ",
    "non-ASCII": "ünïcödé ☃ 日本 Привет שלום مرحبا",
    "emoji": "😀 👩‍👩‍👧 🇮🇳",
    "separators": "a\u2028b\u2029c\u00a0d\u200be\u202ef",
    "a byte order mark": "\ufeffx\ufeff\ufffe\uffff\U0010ffff",
    "markup": "</script><!-- --><![CDATA[ ]]> &amp; &lt; <?php touch ?> <!--#exec cmd='id'-->",
    "another charset": '<meta charset="latin-1">ü',
    "Terraform": "${aws_vpc.vpc.id} $${x} %{ if true }x%{ endif } ${file('/etc/passwd')}",
    "cdktf": "${TfToken[TOKEN.0]} #{Token[TOKEN.0]} -1.8881545897087626e+289",
    "JSON": '"}]}, "x": "\\u0000"',
    "an e-mail": "MIME-Version: 1.0 ü mime-version:'mime-Version:\"日本",
    "an e-mail without spaces": "MIME-Version:",
    "cloud-init": "#cloud-config\n## template: jinja\n#include http://x/\n",
    "quotes": "'" * (PAGE.most // 5 - 1),
    "double quotes at length": '"' * (PAGE.most - 2),
    "e-mails": "mime-version:" * ((PAGE.most - 2) // 15),
}
# Debian's name for it, or the one on GitHub's runners.
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
# Keeps a headless browser from doing anything besides loading the page.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
)
# Each takes a synthesis, so the others are slow tests.
FIRST = (
    "plain",
    "an end of the quotes",
    "a substitution",
    "backticks",
    "ends of heredocs",
    "for printf",
    "a backslash at the end",
    "line ends",
    "non-ASCII",
    "an e-mail",
    "quotes",
)
assert set(FIRST) <= set(PAGES)
each_page = pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=[] if one in FIRST else [pytest.mark.slow]) for one in PAGES],
)


def emitted_script(page: str, folder: Path) -> str:
    """The user data of the launch template emitted for this page."""
    file = copy.deepcopy(hostile.GOOD)
    file["primary"]["page"] = page
    del file["application"]
    app = App(outdir=str(folder))
    RegionalStack(app, check(file, "hostile.toml"), "primary")
    app.synth()
    stack = Stack((folder / "stacks" / "primary" / "cdk.tf.json").read_text())
    (template,) = stack.json["resource"]["aws_launch_template"].values()
    return base64.b64decode(template["user_data"], validate=True).decode()


@dataclass(frozen=True)
class Booted:
    """A machine that has run a page's user data."""

    script: str
    machine: Machine


Boot = Callable[[str], Booted]


@pytest.fixture(scope="module")
def boot(tmp_path_factory: pytest.TempPathFactory) -> Boot:
    """Boots machines by the page's name. A page may not name the folders that the test moves."""

    @cache
    def booted(name: str) -> Booted:
        script = emitted_script(PAGES[name], tmp_path_factory.mktemp("emitted"))
        machine = Machine(tmp_path_factory.mktemp("machine"))
        finished = machine.boot(script)
        assert (finished.returncode, finished.stdout, finished.stderr) == (0, b"", b"")
        return Booted(script, machine)

    return booted


def served(page: str) -> bytes:
    """A page as served: a text file, which ends with a newline."""
    return f"{page}\n".encode()


@each_page
def test_a_hostile_page_is_written_and_nothing_else_happens(name: str, boot: Boot) -> None:
    machine, plain = boot(name).machine, boot("plain").machine
    assert machine.page.read_bytes() == served(PAGES[name])
    assert (machine.root / "failover.conf").read_text() == APACHE_CONFIGURATION
    assert machine.log == plain.log
    there = {str(path.relative_to(machine.root)) for path in machine.root.rglob("*")}
    assert there == {str(path.relative_to(plain.root)) for path in plain.root.rglob("*")}


@each_page
def test_cloud_init_takes_the_script_for_a_script(name: str, boot: Boot) -> None:
    script = boot(name).script.encode()
    assert script.startswith(b"#!/bin/bash\n")
    assert b"mime-version:" not in script.lower()  # in its first 4 KiB, it means an e-mail
    assert len(script) <= MAX_USER_DATA


@dataclass(frozen=True)
class Website:
    folder: Path
    port: int

    def add(self, machine: Machine) -> str:
        """Adds a machine's page, and returns its path."""
        name = f"{machine.root.name}.html"
        shutil.copy(machine.page, self.folder / HTML / name)
        return f"/{name}"


def website_folder(plain: Machine, folder: Path) -> Path:
    """A booted folder without a page, laid out as the drill's web servers need it."""
    folder.chmod(0o755)
    for inside in (HTML, CONFIGURATION):
        (folder / inside).mkdir()
    shutil.copy(plain.root / "failover.conf", folder / CONFIGURATION)
    return folder


def configured_charset(folder: Path) -> str:
    configuration = (folder / CONFIGURATION / "failover.conf").read_text()
    (charset,) = re.findall(r"^AddDefaultCharset (\S+)$", configuration, re.MULTILINE)
    return charset


@contextlib.contextmanager
def python_server(folder: Path) -> Iterator[int]:
    """Python's server, with the charset that Apache is configured to send."""
    kinds = {"extensions_map": {".html": f"text/html; charset={configured_charset(folder)}"}}
    handler = type("Handler", (Handler,), kinds)
    directory = str(folder / HTML)
    with ThreadingHTTPServer((LOOPBACK, 0), partial(handler, directory=directory)) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port
        server.shutdown()


@contextlib.contextmanager
def apache_server(folder: Path) -> Iterator[int]:
    """The installed Apache, with the emitted configuration."""
    port = free_port()
    with subprocess.Popen(find_software().command(folder, port)) as process:
        try:
            for _ in range(200):
                with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), 1):
                    break
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.05)
            yield port
        finally:
            process.terminate()


@pytest.fixture(scope="module", params=["python", "apache"])
def website(
    request: pytest.FixtureRequest, boot: Boot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Website]:
    if request.param == "apache" and find_software().apache is None:
        pytest.skip("Apache is not installed")
    folder = website_folder(boot("plain").machine, tmp_path_factory.mktemp("website"))
    open_to_everybody(folder)
    server = python_server if request.param == "python" else apache_server
    with server(folder) as port:
        yield Website(folder, port)


@each_page
def test_a_hostile_page_is_fetched_byte_by_byte(name: str, website: Website, boot: Boot) -> None:
    path = website.add(boot(name).machine)
    connection = http.client.HTTPConnection(LOOPBACK, website.port, timeout=5)
    with contextlib.closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200
        assert answer.headers.get_content_type() == "text/html"
        assert answer.headers.get_content_charset() == "utf-8"
        assert answer.read() == served(PAGES[name])


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("name", ["a substitution", "non-ASCII", "emoji", "another charset"])
def test_a_browser_shows_the_text_as_written(name: str, boot: Boot, tmp_path: Path) -> None:
    machine = boot(name).machine
    folder = website_folder(machine, tmp_path)
    with python_server(folder) as port:
        address = f"http://{LOOPBACK}:{port}{Website(folder, port).add(machine)}"
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        finished = subprocess.run(
            [str(CHROMIUM), *FLAGS, profile, "--dump-dom", address],
            capture_output=True,
            check=True,
            timeout=60,
        )
    text = html.unescape(re.sub("<[^>]*>", "", finished.stdout.decode()))
    assert text.strip() == re.sub("<meta[^>]*>", "", PAGES[name])
