"""`failover costs`: the command line."""

from pathlib import Path
from typing import Annotated

import typer

from environments import DEFAULT_ENVIRONMENT, load_environment
from operations.costs.picture import picture
from operations.costs.prices import load_prices
from operations.costs.report import as_json, by_stack, by_use, conclusions, report
from operations.costs.standby import by_engine, matrix
from operations.costs.usage import Traffic
from terminal.as_json import print_json
from terminal.console import console
from terminal.errors import OperationError
from terminal.files import unwritable
from terminal.options import EnvironmentOption, JsonOption

RequestsOption = Annotated[
    float, typer.Option("--requests", min=0, help="Users' requests a month.")
]
GigabytesOption = Annotated[float, typer.Option("--gigabytes", min=0, help="GB a month to users.")]
WritesOption = Annotated[
    float, typer.Option("--writes-gigabytes", min=0, help="GB a month written and replicated.")
]
StoredOption = Annotated[
    float, typer.Option("--stored-gigabytes", min=0, help="GB in the database or the tables.")
]
NatOption = Annotated[
    float, typer.Option("--nat-gigabytes", min=0, help="GB a month through NAT gateways.")
]
EveryResourceOption = Annotated[
    bool, typer.Option("--all", help="Show every resource that costs something.")
]
EnginesOption = Annotated[
    bool, typer.Option("--engines", help="Also show the standby with each database engine.")
]
PictureOption = Annotated[
    Path | None, typer.Option("--picture", metavar="FILE", help="Also draw it, as SVG.")
]


def costs(
    *,
    environment: EnvironmentOption = DEFAULT_ENVIRONMENT,
    requests: RequestsOption = 0,
    gigabytes: GigabytesOption = 0,
    writes_gigabytes: WritesOption = 0,
    stored_gigabytes: StoredOption = 0,
    nat_gigabytes: NatOption = 0,
    every_resource: EveryResourceOption = False,
    with_engines: EnginesOption = False,
    picture_file: PictureOption = None,
    json: JsonOption = False,
) -> None:
    """Compute what a deployment costs a month: its stacks, what traffic adds, the standby's share.

    From the emitted stacks and a file of dated prices; asks nothing of AWS.
    """
    if picture_file is not None and (obstacle := unwritable([picture_file])):
        raise OperationError(obstacle)
    traffic = Traffic(requests, gigabytes, writes_gigabytes, stored_gigabytes, nat_gigabytes)
    loaded, prices = load_environment(environment), load_prices()
    found = report(loaded, traffic, prices)
    engines = by_engine(loaded, prices) if with_engines else None
    if picture_file is not None:
        picture_file.write_text(picture(found), encoding="utf-8")
    if json:
        print_json({**as_json(found), "standby_by_engine": engines})
        return
    tables = [by_stack(found, top=None) if every_resource else by_stack(found), by_use(found)]
    if engines is not None:
        tables.append(matrix(engines.items()))
    out = console()
    for one in tables:
        out.print(one.rich())
    for line in conclusions(found):
        out.print(line, soft_wrap=True)
