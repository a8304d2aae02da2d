"""What `failover local env` gives to a shell."""

import subprocess

from operations.embedded_aws import EmbeddedAws
from operations.local.commands import shell_variables

AWS = EmbeddedAws("http://127.0.0.1:40123")


def in_a_shell(environ: dict[str, str], url: str = AWS.url) -> dict[str, str]:
    """A shell's variables after it has evaluated them."""
    commands = shell_variables(EmbeddedAws(url), environ)
    finished = subprocess.run(
        ["/bin/sh", "-c", f"{commands}\nexec env"],
        env={"PATH": "/usr/bin:/bin", **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split("=", 1) for line in finished.stdout.splitlines())


def test_a_shell_is_led_to_the_embedded_aws() -> None:
    shell = in_a_shell({})
    assert shell["CHECKPOINT_DISABLE"] == "1"
    assert {name: shell[name] for name in AWS.variables} == AWS.variables


def test_nothing_leads_to_the_users_own_account_any_more() -> None:
    own = {"AWS_PROFILE": "prod", "AWS_SESSION_TOKEN": "t", "AWS_ACCESS_KEY_ID": "AKIA"}
    shell = in_a_shell({**own, "HOME": "/home/me"})
    assert "AWS_PROFILE" not in shell
    assert "AWS_SESSION_TOKEN" not in shell
    assert shell["AWS_ACCESS_KEY_ID"] == "test"
    assert shell["HOME"] == "/home/me"


def test_only_what_is_there_and_not_wanted_is_unset() -> None:
    assert "unset" not in shell_variables(AWS, {"HOME": "/", "AWS_ACCESS_KEY_ID": "AKIA"})


def test_values_are_quoted_for_the_shell() -> None:
    assert in_a_shell({}, "http://x/;echo $HOME")["AWS_ENDPOINT_URL"] == "http://x/;echo $HOME"
