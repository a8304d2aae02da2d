"""How releases are delivered: `[delivery]`."""

from typing import Annotated, Literal

from pydantic import Field

from environments import limits
from environments.section import Section, between

# https://docs.github.com/rest/repos/repos
GithubRepository = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}(@[0-9]+)?/[A-Za-z0-9._-]{1,100}(@[0-9]+)?$")
]


class Delivery(Section):
    """How `failover deploy` delivers releases; used only with application.kind = "release"."""

    bake: Annotated[int, between(limits.BAKE)] = 300
    """Seconds for which alarms are watched once every instance runs a new release, 0 to 3600. One
    that goes off rolls the release back."""
    skew_minutes: Annotated[int, between(limits.SKEW_MINUTES)] = 60
    """After how many minutes of different releases in the two regions an alarm goes off, 10 to
    1440."""
    github: GithubRepository | None = None
    """The repository whose GitHub Actions may deliver, as its tokens name it: octo-org/shop, or
    with the IDs that GitHub adds for newer repositories, octo-org@123/shop@456. Each region gets a
    role that only its jobs in the GitHub environment `<name>-primary`, or `<name>-dr`, may
    assume."""
    github_provider: bool = True
    """Whether bootstrap creates GitHub's identity provider. An account has one: set false if yours
    has it already."""
    pipeline: Literal["codepipeline"] | None = None
    """What delivers a release that arrives in a region's bucket: "codepipeline", a pipeline of AWS
    CodePipeline in each region. If left out, nothing does."""
