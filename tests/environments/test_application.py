"""What each field of `[application]` may be, and what each region's instances know because of
it."""

import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from environments import EnvironmentFileError
from environments.application import OF_BASH, OF_BASH_PREFIX, Variables, variables_file
from environments.loading import check
from tests.environment_file import variables_of

File = dict[str, Any]


class Given(BaseModel):
    """Variables by themselves."""

    model_config = ConfigDict(strict=True)
    variables: Variables


@pytest.fixture
def refused(mission_file: File) -> Any:
    """What is said of one field of `[application]`."""

    def said(**application: Any) -> str:
        with pytest.raises(EnvironmentFileError) as caught:
            check(mission_file | {"application": application}, "some.toml")
        (mistake,) = caught.value.mistakes
        return str(mistake)

    return said


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("kind", "container", "'page', 'release' or 'image'"),
        ("port", 0, "greater than or equal to 1"),
        ("port", 65536, "less than or equal to 65535"),
        ("port", "80", "valid integer"),
        ("boot", 29, "greater than or equal to 30"),
        ("boot", 1801, "less than or equal to 1800"),
        ("grace", 7201, "less than or equal to 7200"),
        ("health_check_path", "health", "The path that Route 53 requests"),
        ("health_check_path", "/a b", "The path that Route 53 requests"),
        ("health_check_path", "/a?b", "The path that Route 53 requests"),
        ("health_check_path", "/a/../b", "must not have //, and no . or .. between slashes"),
        ("health_check_path", "/a//b", "must not have //"),
        ("live_path", "live", "The path by which an instance says that it can serve"),
        ("live_path", "/live?deep=1", "The path by which an instance says"),
        ("live_path", "/a/../b", "must not have //, and no . or .. between slashes"),
        ("health_check_string", "", "is not of the allowed form: Text that must be in"),
        ("health_check_string", "é", "is not of the allowed form: Text that must be in"),
        ("health_check_string", "${x}", "must not have ${ or %{"),
        ("health_check_string", "%{ if", "must not have ${ or %{"),
        ("environment", {"1A": ""}, "is not of the allowed form: Environment variables"),
        ("environment", {"PORT": "1"}, "must not be PORT and not begin with FAILOVER_"),
        ("environment", {"FAILOVER_X": "1"}, "must not be PORT and not begin with FAILOVER_"),
        ("environment", {"UID": "1"}, "must not be a variable that bash itself sets"),
        ("environment", {"__proto__": "1"}, "must not be __proto__"),
        ("environment", {"A": "a\nb"}, "must be one line without control characters"),
        ("environment", {"A": "\x1b"}, "must be one line without control characters"),
        ("environment", {"A": 1}, "valid string"),
        ("environment", {f"A{n}": "" for n in range(51)}, "wrong length: Environment variables"),
        ("packages", ["-y"], "is not of the allowed form: Packages of Amazon Linux 2023"),
        ("packages", ["a"] * 21, "wrong length: Packages of Amazon Linux 2023"),
        ("setup", "echo", "must begin with its interpreter, such as #!/bin/bash"),
        ("setup", "#!/bin/sh\r\n", "control characters other than tab and line feed"),
        ("setup", "#!/bin/sh\n\0", "control characters other than tab and line feed"),
        ("large_requests", "yes", "valid boolean"),
        ("ports", 80, "is not a known key (did you mean port?)"),
    ],
)
def test_a_bad_value_is_refused(refused: Any, field: str, value: object, said: str) -> None:
    mistake = refused(**{field: value})
    assert mistake.startswith(f"application.{field}")
    assert said in mistake


def test_a_regions_table_has_its_own_variables_alone(mission_file: File) -> None:
    mission_file["dr"]["application"] = {"port": 80}
    with pytest.raises(EnvironmentFileError, match="not a known key; known keys: environment"):
        check(mission_file, "some.toml")


@pytest.mark.parametrize(
    "application",
    [
        {"kind": "page", "port": 1},
        {"port": 65535, "boot": 30, "grace": 60},
        {"boot": 1800, "grace": 1800},
        {"environment": {"_A1": "", "a": "x" * 1024, "MODE": "a=b c"}},
        {"packages": ["php8.4-fpm", "libstdc++", "glibc_x", "0ad"]},
        {"setup": "#!/bin/sh\n\techo é\n", "health_check_path": "/~me/a.b_c-d"},
        {"setup": "#!/usr/bin/env python3", "health_check_path": "/...", "large_requests": True},
        {"kind": "page", "setup": "#!/bin/sh\n", "live_path": "/live"},
    ],
)
def test_the_last_good_value_is_taken(mission_file: File, application: File) -> None:
    check(mission_file | {"application": application}, "some.toml")


def test_a_regions_variables_override_those_of_both(mission_file: File) -> None:
    mission_file["application"] = {"environment": {"A": "both", "B": "both"}}
    mission_file["dr"]["application"] = {"environment": {"B": "dr", "C": "dr"}}
    environment = check(mission_file, "some.toml")
    assert environment.own_variables("primary") == {"A": "both", "B": "both"}
    assert environment.own_variables("dr") == {"A": "both", "B": "dr", "C": "dr"}


def test_every_instance_knows_where_it_is(mission_file: File) -> None:
    mission_file["application"] = {"port": 8080, "environment": {"A": "1"}}
    environment = check(mission_file, "some.toml")
    assert environment.variables("dr") == {
        "A": "1",
        "PORT": "8080",
        "FAILOVER_DEPLOYMENT": "awspractice",
        "FAILOVER_REGION": "us-east-1",
        "FAILOVER_ROLE": "standby",
    }
    assert environment.variables("primary")["FAILOVER_ROLE"] == "primary"


def test_an_instance_that_runs_releases_knows_their_bucket(mission_file: File) -> None:
    mission_file["application"] = {"kind": "release"}
    for role in ("primary", "dr"):
        del mission_file[role]["page"]
    environment = check(mission_file, "some.toml")
    for role in ("primary", "dr"):
        bucket = f"awspractice-space-state-{role}-releases"
        assert environment.releases_bucket(role) == bucket
        assert environment.variables(role)["FAILOVER_RELEASES_BUCKET"] == bucket


VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=50).filter(str.isprintable)


@given(variables=st.dictionaries(st.from_regex(r"[A-Z_]{2,9}", fullmatch=True), VALUES))
def test_a_file_of_variables_says_what_they_are(variables: dict[str, str]) -> None:
    assert variables_of(variables_file(variables)) == variables


def test_bash_passes_on_each_variable_that_may_be_set(tmp_path: Any) -> None:
    """None of its own, which it would change or refuse."""
    bash = ["bash", "--norc", "--noprofile"]
    names = subprocess.run(
        [*bash, "-c", "compgen -v"], capture_output=True, text=True, check=True, env={}
    ).stdout.split()
    assert {"UID", "BASHOPTS", "RANDOM"} <= set(names)
    free = [name for name in names if name not in OF_BASH and not name.startswith(OF_BASH_PREFIX)]
    file = tmp_path / "environment"
    for name in (*free, "LANG", "POSIXLY_CORRECT", "ENV", "CDPATH", "FUNCNAME_"):
        variables = {name: "1 2"}
        Given.model_validate({"variables": variables})
        file.write_text(variables_file(variables))
        passed = subprocess.run(
            [*bash, "-c", f"set -a; . {file}; exec /usr/bin/env"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        assert f"{name}=1 2" in passed
