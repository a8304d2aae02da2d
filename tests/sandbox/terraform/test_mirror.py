"""Where the provider comes from: a configured mirror, one that is found, or the registry."""

from pathlib import Path

import pytest

from sandbox.terraform.mirror import plugin_mirror, provider_folder, terraform_environment
from terminal.errors import OperationError


def mirror(folder: Path) -> Path:
    (folder / provider_folder()).mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    "place", ["usr/local/share/terraform/plugins", "usr/share/terraform/plugins", "opt/anything"]
)
def test_a_mirror_is_found_where_terraform_and_administrators_put_it(
    tmp_path: Path, place: str
) -> None:
    found = mirror(tmp_path / place)
    assert plugin_mirror({"HOME": "/nowhere"}, system=tmp_path) == found


def test_a_users_own_mirror_comes_first(tmp_path: Path) -> None:
    mirror(tmp_path / "usr/share/terraform/plugins")
    own = mirror(tmp_path / "home/.terraform.d/plugins")
    assert plugin_mirror({"HOME": str(tmp_path / "home")}, system=tmp_path) == own


def test_without_a_mirror_terraform_goes_to_the_registry(tmp_path: Path) -> None:
    (tmp_path / "opt/other/registry.terraform.io/hashicorp/aws/5.99.0").mkdir(parents=True)
    assert plugin_mirror({}, system=tmp_path) is None


def test_a_named_mirror_wins_and_is_configured_while_it_lasts(tmp_path: Path) -> None:
    named = mirror(tmp_path / "named")
    environ = {"FAILOVER_PLUGIN_MIRROR": str(named), "PATH": "/bin"}
    with terraform_environment(environ) as wanted:
        file = Path(wanted["TF_CLI_CONFIG_FILE"])
        assert f'path    = "{named}"' in file.read_text()
        assert wanted["PATH"] == "/bin"
        assert wanted["CHECKPOINT_DISABLE"] == "1"
    assert not file.parent.exists()


def test_a_named_folder_without_the_provider_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OperationError, match=r"FAILOVER_PLUGIN_MIRROR: there is no .*5\.100\.0 in"):
        plugin_mirror({"FAILOVER_PLUGIN_MIRROR": str(tmp_path)})


def test_a_users_own_configuration_is_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "own.tfrc"
    own.touch()
    with terraform_environment({"TF_CLI_CONFIG_FILE": str(own)}) as wanted:
        assert wanted["TF_CLI_CONFIG_FILE"] == str(own)


def test_a_configuration_that_is_not_there_is_not_passed_on(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.tfrc")
    with terraform_environment({"TF_CLI_CONFIG_FILE": missing, "HOME": "/"}) as wanted:
        assert wanted.get("TF_CLI_CONFIG_FILE") != missing
