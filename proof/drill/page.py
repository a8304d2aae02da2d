"""The drill as one self-contained page."""

import shlex
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from proof.drill.picture import picture
from proof.drill.settings import DEFAULT_OUTPUT
from sandbox.local.workspace import DEFAULT_FOLDER

STYLE = """
:root { color-scheme: light dark; --back: #fff; --text: #1c2330; --faint: #5b6576;
  --line: #d5dae2; --band: #f6f7f9; --odd: #eceff3; --primary: #0072b2; --standby: #009e73;
  --failed: #d55e00; --fine: #cfe3d8; --bad: #f3b48a; --notable: #f4dd8c; }
@media (prefers-color-scheme: dark) { :root { --back: #14181f; --text: #e4e8ef;
  --faint: #9aa5b6; --line: #333b48; --band: #1a1f28; --odd: #202631; --primary: #4ba3dd;
  --standby: #25b98f; --failed: #f07c2c; --fine: #234437; --bad: #7d3c12; --notable: #665212; } }
body { margin: 2rem auto; max-width: 84rem; padding: 0 1rem; background: var(--back);
  color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin-bottom: .2rem; }
h2, summary { font-size: 1.1rem; margin-top: 2rem; font-weight: 700; }
p.faint, .legend { color: var(--faint); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--faint); font-weight: 600; } td.number, th.number { text-align: right; }
.ok { color: var(--standby); font-weight: 600; } .broken { color: var(--failed); font-weight: 700; }
svg { width: 100%; min-width: 60rem; height: auto; }
svg text { font: 11px system-ui, sans-serif; fill: var(--text); }
svg text.scenario { font-weight: 600; } svg text.event-text { fill: var(--faint); }
svg text.middle { text-anchor: middle; } svg text.end { text-anchor: end; fill: var(--faint); }
.band { fill: var(--band); } .band.odd { fill: var(--odd); }
.primary { fill: var(--primary); } .standby { fill: var(--standby); }
.failed { fill: var(--failed); } .axis { stroke: var(--faint); } .grid { stroke: var(--line);
  stroke-dasharray: 2 4; } .event { stroke: var(--faint); stroke-dasharray: 3 3; }
.lost { stroke: var(--failed); stroke-width: 2; }
.promise { stroke: var(--text); stroke-width: 1.5; }
svg text.promise-text { text-anchor: end; font-weight: 600; }
.state.fine { fill: var(--fine); } .state.bad { fill: var(--bad); }
.state.notable { fill: var(--notable); }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 1.2em; }
.key:first-child { margin-left: 0; } .key.primary { background: var(--primary); }
.key.standby { background: var(--standby); } .key.failed { background: var(--failed); }
.key.fine { background: var(--fine); } .key.bad { background: var(--bad); }
.key.lost { background: var(--failed); width: .2em; }
.key.notable { background: var(--notable); }
code { font-size: .92em; }
"""
LEGEND = (
    ("primary", "served by the primary"),
    ("standby", "served by the standby"),
    ("failed", "failed"),
    ("fine", "healthy, clear, or on the primary"),
    ("notable", "set, or on the standby"),
    ("bad", "lost, failing, unhealthy, or nobody"),
    ("lost", "a lost write"),
)
HEADINGS = ("scenario", "seconds", "requests", "primary", "standby", "failed")


def page(evidence: Mapping[str, Any]) -> str:
    """The whole page, without scripts or anything loaded from elsewhere."""
    name, domain = escape(evidence["environment"]), escape(evidence["domain"])
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Drill of {name}</title><style>{STYLE}</style></head><body>",
            f"<h1>Drill of {name}: {domain}</h1>",
            f'<p class="faint">{escape(subtitle(evidence))}</p>',
            f"<p>{verdict(evidence)}</p>",
            f'<div class="wide">{picture(evidence)}</div>',
            f'<p class="legend">{"".join(_legend())}</p>',
            "<h2>What users saw</h2>",
            f'<div class="wide"><table>{"".join(_scenarios(evidence))}</table></div>',
            *_late(evidence),
            "<details><summary>Events</summary>",
            f'<div class="wide"><table>{"".join(_timeline(evidence))}</table></div></details>',
            "<h2>How it was made</h2>",
            f"<table>{''.join(_settings(evidence))}</table>",
            "</body></html>\n",
        ]
    )


def subtitle(evidence: Mapping[str, Any]) -> str:
    regions, factor = evidence["regions"], evidence["settings"]["factor"]
    pace = "in real time" if factor == 1 else f"{factor:g} simulated seconds in a real one"
    writes = evidence["promise"]["data"]
    data = ""
    if writes is not None:
        back = writes["write_recovery"]
        data = f" A failover loses at most the last {writes['lag']} s of writes" + (
            f", which return in at most {back} s." if back else "."
        )
    return (
        f"{regions['primary']} serves, {regions['dr']} stands by. {evidence['made']},"
        f" {evidence.get('where', 'on loopback')}, {pace}. Promised: users recover in at most"
        f" {evidence['promise']['terms']}.{data}"
    )


def verdict(evidence: Mapping[str, Any]) -> str:
    """The overall verdict in one sentence."""
    verdicts = [one for scenario in evidence["scenarios"] for one in scenario["verdicts"]]
    broken = sum(not one["holds"] for one in verdicts)
    if broken:
        return f'<span class="broken">{broken} of {len(verdicts)} expectations are broken.</span>'
    return f'<span class="ok">All {len(verdicts)} expectations hold.</span>'


def repeat(evidence: Mapping[str, Any]) -> str:
    """The command that repeats this drill."""
    settings = evidence["settings"]
    words = ["./failover", "drill", "-e", settings["environment"]]
    if settings.get("live"):
        return shlex.join([*words, "--live"])
    words += ["--factor", str(settings["factor"]).removesuffix(".0")]
    words += ["--seed", str(settings["seed"]), "--users", str(settings["users"])]
    optional = {"release": None, "stacks": None, "folder": DEFAULT_FOLDER, "output": DEFAULT_OUTPUT}
    for name, default in optional.items():
        if settings[name] not in {None, str(default)}:
            words += [f"--{name}", settings[name]]
    if not settings["deployed_first"]:
        words.append("--no-deploy")
    if not settings["writes"]:
        words.append("--no-writes")
    return shlex.join(words)


def _legend() -> Iterable[str]:
    for style, words in LEGEND:
        yield f'<span class="key {style}"></span>{escape(words)}'


def _scenarios(evidence: Mapping[str, Any]) -> Iterable[str]:
    numbers = "".join(f'<th class="number">{heading}</th>' for heading in HEADINGS[1:])
    yield f"<tr><th>{HEADINGS[0]}</th>{numbers}<th>expected</th><th>measured</th><th></th></tr>"
    for one in evidence["scenarios"]:
        served = one["served"]
        figures = [
            f"{one['ended'] - one['began']:.0f}",
            *(str(one["requests"]), str(served.get("primary", 0)), str(served.get("dr", 0))),
            str(sum(one["failed"].values())),
        ]
        cells = f"<td>{escape(one['title'])}</td>" + "".join(
            f'<td class="number">{figure}</td>' for figure in figures
        )
        for found in one["verdicts"] or [None]:
            yield f"<tr>{cells}{_verdict(found)}</tr>"
            cells = "<td></td>" * len(HEADINGS)


def _verdict(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "<td></td><td></td><td></td>"
    mark = '<td class="ok">ok</td>' if found["holds"] else '<td class="broken">BROKEN</td>'
    return f"<td>{escape(found['expected'])}</td><td>{escape(found['measured'])}</td>{mark}"


def _late(evidence: Mapping[str, Any]) -> Iterable[str]:
    """Nothing where there are no such users, as on a real deployment."""
    if evidence["late"]:
        yield "<h2>Users who follow late</h2>"
        yield (
            '<p class="faint">They ask through resolvers that extend TTLs, or hold a connection'
            " while it answers. No verdict judges them.</p>"
        )
        told = (f"<li>{escape(one['sentence'])}</li>" for one in evidence["late"])
        yield f"<ul>{''.join(told)}</ul>"


def _timeline(evidence: Mapping[str, Any]) -> Iterable[str]:
    began = evidence["scenarios"][0]["began"]
    yield '<tr><th class="number">second</th><th></th><th>what</th></tr>'
    for event in evidence["timeline"]:
        what, kind = escape(event["what"]), event["kind"]
        if kind == "scenario":
            what = f"<strong>{what}</strong>"
        second = f"{event['second'] - began:.0f}"
        yield f'<tr><td class="number">{second}</td><td>{kind}</td><td>{what}</td></tr>'


def _settings(evidence: Mapping[str, Any]) -> Iterable[str]:
    stalls = evidence["machine"]
    rows = {
        "again": f"<code>{escape(repeat(evidence))}</code>",
        **{key.replace("_", " "): escape(value) for key, value in evidence["versions"].items()},
        "stacks": escape(evidence["settings"]["stacks"] or "as deployed"),
        "the clock stood still": f"for {stalls['clock_stood_still_for']:.2f} s in all, since this"
        f" machine was busy; {stalls['at_most_at_once']:.2f} s at most at once",
    }
    for key, value in rows.items():
        yield f"<tr><th>{escape(key)}</th><td>{value}</td></tr>"
