"""An instance's real web server, from the emitted user data."""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proof.drill.reading import Emitted
from proof.drill.web_server import PageSoftware, WebServer, find_software, free_port
from terminal.errors import OperationError
from tests.file_modes import open_to_everybody


def every_software() -> list[PageSoftware]:
    """Python's server, and Apache if installed."""
    found = find_software()
    python = PageSoftware("http.server", None)
    return [python, found] if found.apache is not None else [python]


@pytest.fixture(params=every_software(), ids=lambda one: "apache" if one.apache else "python")
def server(
    request: pytest.FixtureRequest, emitted: Callable[[str], Emitted], tmp_path: Path
) -> Iterator[WebServer]:
    script = emitted("mission").regions["primary"].user_data
    open_to_everybody(tmp_path)
    one = WebServer(request.param, script, tmp_path / "instance", free_port())
    try:
        one.start()
        one.wait_until_it_serves()
        yield one
    finally:
        one.stop()


def asked(server: WebServer) -> tuple[int, str]:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{server.port}/", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


def test_it_serves_the_emitted_page_or_fails(
    server: WebServer, emitted: Callable[[str], Emitted]
) -> None:
    page = emitted("mission").regions["primary"].page
    assert asked(server) == (200, f"{page}\n")
    server.fail(fails=True)
    assert asked(server)[0] == 500
    server.fail(fails=False)
    assert asked(server) == (200, f"{page}\n")


def test_what_does_not_start_says_so(emitted: Callable[[str], Emitted], tmp_path: Path) -> None:
    script = emitted("mission").regions["primary"].user_data
    one = WebServer(PageSoftware("http.server", None), script, tmp_path / "instance", 70000)
    try:
        one.start()
        with pytest.raises(OperationError, match="a web server does not start"):
            one.wait_until_it_serves()
    finally:
        one.stop()


def test_apache_is_found_by_its_names(tmp_path: Path) -> None:
    executable = tmp_path / "httpd"
    executable.write_text("#!/bin/sh\necho 'Server version: Apache/2.4.62 (Amazon Linux)'\n")
    executable.chmod(0o755)
    if find_software({"PATH": ""}).apache is not None:
        pytest.skip("an Apache is installed, whose other name comes first")
    found = find_software({"PATH": f"{tmp_path}:/bin:/usr/bin"})
    assert found == PageSoftware("Apache/2.4.62 (Amazon Linux)", executable)
