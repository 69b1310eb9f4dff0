"""The report as something to publish: a page of its own, and a badge."""

import json
from html import escape
from pathlib import Path
from typing import Any

from keras_core.conformance.report import OUTCOMES, CaseResult, Report, guide_section

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid #8884 }
td.number { text-align: right; font-variant-numeric: tabular-nums }
pre { white-space: pre-wrap; background: #8881; padding: .6rem; font-size: 13px }
.passed { color: #18794e } .failed { color: #c22 } .excluded { color: #9a6700 }
"""


def to_html(report: Report) -> str:
    """A page that needs no other file."""
    name = report.facts.get("backend", "")
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f"<title>Conformance of {escape(name)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>Conformance of {escape(name)}</h1>",
        f"<p>Level reached: <strong>{escape(report.verdict)}</strong>. Excluded: "
        f"{escape(report.excluded)}.</p>",
        _table(("what", "value"), [list(fact) for fact in report.facts.items()]),
        "<h2>Levels</h2>",
        _table(
            ("level", *OUTCOMES, "seconds", "status"),
            [
                [
                    level.name,
                    *(level.counts[outcome] for outcome in OUTCOMES),
                    round(level.seconds, 1),
                    level.status,
                ]
                for level in report.levels()
            ],
        ),
    ]
    cases = list(report.cases.values())
    if failures := report.failures:
        parts.append("<h2>Failures</h2>")
        parts += [_failure(case) for case in failures]
    if measured := [case for case in cases if case.properties]:
        rows = [[c.id, name, value] for c in measured for name, value in c.properties.items()]
        parts += ["<h2>Measurements</h2>", _table(("case", "what", "value"), rows)]
    for outcome in ("excluded", "not applicable"):
        reasons: dict[str, list[str]] = {}
        for case in cases:
            if case.outcome == outcome:
                reasons.setdefault(case.message, []).append(case.id)
        if reasons:
            rows = [[reason, len(ids), ", ".join(ids)] for reason, ids in reasons.items()]
            parts += [f"<h2>{outcome.capitalize()}</h2>", _table(("reason", "cases", "ids"), rows)]
    return "\n".join([*parts, "</body></html>", ""])


def _failure(case: CaseResult) -> str:
    return (
        f'<h3 class="failed">{escape(case.id)}</h3><pre>{escape(case.message)}</pre>'
        f"<p>Guide: {escape(guide_section(case.level))}</p>"
    )


def _table(titles: tuple[str, ...], rows: list[list[object]]) -> str:
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    text = escape(str(value))
    if isinstance(value, (int, float)):
        return f'<td class="number">{text}</td>'
    return (
        f'<td class="{text}">{text}</td>' if value in ("passed", "failed") else f"<td>{text}</td>"
    )


def to_badge(report: Report) -> str:
    """An SVG image with the level reached."""
    left, right = "keras-core conformance", report.verdict
    colour = "#c22" if report.failures or report.reached is None else "#18794e"
    widths = [round(6.4 * len(text)) + 14 for text in (left, right)]
    total = sum(widths)
    text = (
        '<text x="{x}" y="14" fill="#fff" text-anchor="middle" '
        'font-family="Verdana,sans-serif" font-size="11">{words}</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" role="img" '
        f'aria-label="{escape(left)}: {escape(right)}">'
        f'<rect width="{widths[0]}" height="20" fill="#555"/>'
        f'<rect x="{widths[0]}" width="{widths[1]}" height="20" fill="{colour}"/>'
        + text.format(x=widths[0] / 2, words=escape(left))
        + text.format(x=widths[0] + widths[1] / 2, words=escape(right))
        + "</svg>\n"
    )


def write_report(report: Report, path: str) -> None:
    """Write a report as JSON, in place of an older one at once: who reads it finds it whole."""
    text = json.dumps(report.to_json(), indent=1, default=str) + "\n"
    new = Path(f"{path}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


def write_files(report: Report, options: Any) -> list[str]:
    """Write the files that ``--report``, ``--html`` and ``--badge`` ask for; what was written."""
    written: list[str] = []
    if options.report:
        write_report(report, options.report)
        written.append(f"written: {options.report}")
    for path, text in (
        (options.html, lambda: to_html(report)),
        (options.badge, lambda: to_badge(report)),
    ):
        if path:
            Path(path).write_text(text(), encoding="utf-8")
            written.append(f"written: {path}")
    return written
