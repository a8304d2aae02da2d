"""What `[application]` must be together with the rest of the file."""

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from environments import ROLES, ApplicationKind, Environment, EnvironmentFileError
from environments.application import variables_file
from environments.limits import HEALTH_CHECK_PATH, PACKAGE_NAME, PACKAGES, PAGE, USER_DATA
from environments.loading import check
from environments.quoting import quoted
from modules.user_data import Workload, user_data
from tests.environments.extremes import most_of_an_application
from tests.modules.machine import MAX_USER_DATA

File = dict[str, Any]
AMI = "ami-0123456789abcdef0"
KINDS = get_args(ApplicationKind)


def mistakes(file: File) -> list[str]:
    with pytest.raises(EnvironmentFileError) as caught:
        check(file, "some.toml")
    return [str(mistake) for mistake in caught.value.mistakes]


def of_kind(file: File, kind: str, **application: Any) -> File:
    """The file with what a kind needs."""
    file["application"] = {"kind": kind, **application}
    for role in ROLES:
        if kind != "page":
            file[role].pop("page", None)
        if kind == "image":
            file[role]["ami"] = AMI
    return file


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_taken(mission_file: File, kind: str) -> None:
    assert check(of_kind(mission_file, kind), "some.toml").application.kind == kind


@pytest.mark.parametrize("application", [{}, {"application": {"kind": "page"}}])
def test_a_page_is_required_of_both_regions(mission_file: File, application: File) -> None:
    del mission_file["primary"]["page"], mission_file["dr"]["page"]
    assert mistakes(mission_file | application) == [
        f'{role}.page: is required with application.kind = "page"' for role in ROLES
    ]


@pytest.mark.parametrize("kind", ["release", "image"])
def test_what_serves_by_itself_has_no_page(mission_file: File, kind: str) -> None:
    of_kind(mission_file, kind)["dr"]["page"] = "<p>"
    assert mistakes(mission_file) == [f'dr.page: must be left out with application.kind = "{kind}"']


def test_an_image_is_named_in_both_regions(mission_file: File) -> None:
    of_kind(mission_file, "image")
    for role in ROLES:
        del mission_file[role]["ami"]
    assert mistakes(mission_file) == [
        f'{role}.ami: is required with application.kind = "image"' for role in ROLES
    ]


def test_nothing_is_installed_on_an_image(mission_file: File) -> None:
    of_kind(mission_file, "image", packages=["jq"])
    assert mistakes(mission_file) == ['application.packages: must be left out with kind = "image"']
    of_kind(mission_file, "image", setup="#!/bin/sh\n")
    check(mission_file, "some.toml")


def test_an_instance_is_not_replaced_while_it_boots(mission_file: File) -> None:
    mission_file["application"] = {"boot": 700}
    assert mistakes(mission_file) == [
        "application.grace: must be at least application.boot, 700, and is 600"
    ]
    mission_file["application"] = {"boot": 700, "grace": 700}
    check(mission_file, "some.toml")


def test_a_page_alone_answers_at_the_root(mission_file: File) -> None:
    mission_file["application"] = {"health_check_path": "/health"}
    assert mistakes(mission_file) == [
        'application.health_check_path: must be / with kind = "page" and no setup'
    ]
    mission_file["application"]["setup"] = "#!/bin/sh\n"
    check(mission_file, "some.toml")
    check(of_kind(mission_file, "release", health_check_path="/health"), "some.toml")


def test_a_page_alone_has_no_path_of_its_own_for_being_alive(mission_file: File) -> None:
    mission_file["application"] = {"live_path": "/live"}
    assert mistakes(mission_file) == [
        'application.live_path: must be left out with kind = "page" and no setup'
    ]
    mission_file["application"]["setup"] = "#!/bin/sh\n"
    check(mission_file, "some.toml")


def test_being_alive_is_another_page_than_being_healthy(mission_file: File) -> None:
    """A path that is written out twice would only look as if instances stayed."""
    of_kind(mission_file, "release", health_check_path="/health", live_path="/health")
    assert mistakes(mission_file) == [
        "application.live_path: must be another path than health_check_path, or left out"
    ]
    check(of_kind(mission_file, "release", health_check_path="/health", live_path="/"), "some.toml")


@pytest.mark.parametrize(
    ("application", "asked"), [({}, "/health"), ({"live_path": "/live"}, "/live")]
)
def test_load_balancers_ask_the_health_page_unless_there_is_another(
    mission_file: File, application: File, asked: str
) -> None:
    of_kind(mission_file, "release", health_check_path="/health", **application)
    environment = check(mission_file, "some.toml")
    assert environment.application.instance_path == asked
    assert environment.application.health_check_path == "/health"


def test_a_page_holds_what_is_searched_for(mission_file: File) -> None:
    mission_file["application"] = {"health_check_string": "up"}
    mission_file["primary"]["page"] = "é" * 2559 + "up"  # bytes 5119 and 5120
    mission_file["dr"]["page"] = "é" * 2559 + " up"
    wrong = "application.health_check_string: must be in the first 5,120 bytes of dr.page"
    assert mistakes(mission_file) == [wrong]
    mission_file["dr"]["page"] = "UP"
    assert mistakes(mission_file) == [wrong]
    mission_file["application"]["setup"] = "#!/bin/sh\n"
    check(mission_file, "some.toml")


def test_a_package_is_listed_once(mission_file: File) -> None:
    mission_file["application"] = {"packages": ["jq", "git", "jq"]}
    assert mistakes(mission_file) == ["application.packages.2: 'jq' is listed twice"]


@pytest.mark.parametrize("kind", KINDS)
def test_only_releases_need_a_bucket_with_a_name_that_s3_allows(
    mission_file: File, kind: str
) -> None:
    of_kind(mission_file, kind)
    mission_file["state"]["dr"]["bucket"] = "b" * 55
    mission_file["state"]["global"]["bucket"] = "awspractice-space-state-primary-releases"
    if kind != "release":
        check(mission_file, "some.toml")
        return
    assert mistakes(mission_file) == [
        "state.global.bucket: 'awspractice-space-state-primary-releases' is the primary region's"
        " releases",
        "state.dr.bucket: with -releases, the dr region's releases, has 64 characters; 63 are"
        " allowed",
    ]


def test_a_wrong_application_is_one_mistake(mission_file: File) -> None:
    mission_file["application"] = {"kind": "pages", "packages": ["a" * 13_000]}
    assert {one.partition(":")[0] for one in mistakes(mission_file)} == {
        "application.kind",
        "application.packages.0",
    }


def test_user_data_takes_no_byte_more(mission_file: File) -> None:
    variables = {"A": "1"}
    size = len(quoted(variables_file(variables)))
    script = "#!/bin/sh\n".ljust(USER_DATA.most - size - len("''"), "x")
    of_kind(mission_file, "release", setup=script, environment=variables)
    check(mission_file, "some.toml")
    mission_file["dr"]["application"] = {"environment": {"A": "12"}}
    assert mistakes(mission_file) == [
        "dr: its user data holds at most 12288 bytes of the file's texts once quoted for the shell,"
        f" and would have to hold 12289: application.setup {USER_DATA.most - size},"
        f" environment variables {size + 1}"
    ]


def test_each_text_counts_as_it_is_quoted(mission_file: File) -> None:
    """A single quote is five bytes in the shell, and cloud-init's key is two more."""
    for text in ("'" * 2500, "mime-version:" * 830):
        of_kind(mission_file, "release", setup=f"#!/bin/sh\n{text}")
        assert mistakes(mission_file)[0].startswith("primary: its user data holds at most 12288")
        mission_file["application"] = {}
        for role in ROLES:
            mission_file[role]["page"] = "<p>"
        check(mission_file, "some.toml")


def emitted(environment: Environment) -> list[int]:
    """Bytes of each region's user data."""
    return [
        len(
            user_data(
                Workload(
                    application=environment.application,
                    variables=environment.variables(role),
                    page=environment.regional(role).page,
                )
            ).encode()
        )
        for role in ROLES
    ]


def test_the_largest_of_everything_fits_into_user_data() -> None:
    release = most_of_an_application()
    sizes = emitted(check(release, "release.toml"))
    assert max(sizes) <= MAX_USER_DATA
    assert min(sizes) > MAX_USER_DATA - 512, "the limit leaves no more than it has to"
    for kind in ("page", "image"):
        file = of_kind(most_of_an_application(), kind)
        file["application"] = {**release["application"], "kind": kind}
        if kind == "page":
            for role in ROLES:
                file[role]["page"] = "x"
            file["application"]["setup"] = release["application"]["setup"][:-1]
        else:
            del file["application"]["packages"]
        assert max(emitted(check(file, "some.toml"))) <= MAX_USER_DATA


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400),
    st.sampled_from(["'", '"', "\\", "mime-version:", "é", "\U0001f600", "$`"]).flatmap(
        lambda one: st.integers(0, PAGE.most // 3).map(lambda times: one * times)
    ),
)
LINES = TEXTS.map(lambda text: text[:1024]).filter(str.isprintable)
NAMES = st.from_regex(r"[A-Z]{3,64}_X", fullmatch=True).map(lambda name: name[:64])


@st.composite
def workloads(draw: st.DrawFn) -> File:
    """Files of each kind whose texts are near what fits, on either side."""
    file = most_of_an_application()
    kind = draw(st.sampled_from(KINDS))
    packages = st.from_regex(rf"[a-z0-9]{{1,{PACKAGE_NAME.most}}}", fullmatch=True)
    of_kind(
        file, kind, health_check_path="/" + "a" * draw(st.integers(0, HEALTH_CHECK_PATH.most - 1))
    )
    file["application"] |= {
        "port": draw(st.integers(1, 65535)),
        "setup": f"#!/{draw(TEXTS)}",
        "environment": draw(st.dictionaries(NAMES, LINES, max_size=12)),
    }
    if kind != "image":
        names = draw(st.lists(packages, max_size=PACKAGES.most, unique=True))
        file["application"]["packages"] = names
    for role in ROLES:
        file[role]["application"] = {"environment": draw(st.dictionaries(NAMES, LINES, max_size=3))}
        if kind == "page":
            file[role]["page"] = draw(TEXTS.filter(bool))
    return file


def taken(file: File) -> Environment | None:
    try:
        return check(file, "some.toml")
    except EnvironmentFileError:
        return None


@pytest.mark.slow
@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(file=workloads())
def test_what_the_rules_take_fits_into_user_data(file: File) -> None:
    if environment := taken(file):
        assert max(emitted(environment)) <= MAX_USER_DATA
