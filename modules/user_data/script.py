"""Puts the script together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from environments import Application
from modules.user_data.page import PAGE_PACKAGES, serve_page
from modules.user_data.preparation import install, run_setup, write_variables
from modules.user_data.release import RELEASE_PACKAGES, serve_release

BEGINNING = "#!/bin/bash\nset -euo pipefail\n\n"


@dataclass(frozen=True)
class Workload:
    """What one region's instances run."""

    application: Application = field(default_factory=Application)
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    """The environment variables of the region's application."""
    page: str | None = None
    """What Apache serves, with the kind "page"."""


def user_data(workload: Workload) -> str:
    """The script. Whatever the user wrote is quoted, so that the shell executes nothing in it.

    Raises ValueError for a page that is missing.
    """
    application = workload.application
    parts = [BEGINNING, write_variables(workload.variables)]
    match application.kind:
        case "page":
            if workload.page is None:
                raise ValueError('the kind "page" needs a page')
            packages, serve = PAGE_PACKAGES, serve_page(workload.page, application.port)
        case "release":
            packages, serve = RELEASE_PACKAGES, serve_release(application)
        case "image":
            packages, serve = (), ""
    parts.append(install([*packages, *application.packages]))
    if application.setup is not None:
        parts.append(run_setup(application.setup))
    return "".join([*parts, serve])
