"""Write which backends are known to pass the conformance suite into docs/backends/index.md.

    keras-core conformance --backend torch --report build/reports/torch.json
    python tools/known_backends.py build/reports/*.json

A backend without a report among these keeps its line.
"""

import json
import os
import re
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "numpy")  # no engine is needed to read a report

from keras_core.conformance.report import Report

PAGE = Path(__file__).parents[1] / "docs" / "backends" / "index.md"
BEGIN, END = "<!-- known backends: begin -->\n", "<!-- known backends: end -->"
COLUMNS = ("backend", "engine", "suite", "level reached", "excluded", "dtypes", "cases", "date")


def line_of(report: Report) -> str:
    """The report as a line of the table."""
    facts = report.facts
    cells = (
        facts["backend"],
        facts["engine"],
        facts["keras-core"],
        (report.reached or "none")
        + (f", without {', '.join(report.inapplicable)}" if report.inapplicable else ""),
        report.excluded.replace("of the cases that were run", "").replace("  ", " ").strip(),
        str(len(facts["dtypes"].split(", "))),
        facts["cases"] + ("" if facts["cases"] == "everything" else _slice(facts)),
        facts["date"],
    )
    return f"| {' | '.join(cells)} |"


def _slice(facts: dict[str, str]) -> str:
    """Of which part of the less common cases a report is."""
    return f", less common ones {facts['slice']}" if "slice" in facts else ""


def table(lines: list[str]) -> str:
    """The table with its head."""
    head = [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    return "\n".join([*head, *sorted(lines)]) + "\n"


def main(files: list[str]) -> int:
    """Write the lines of the reports, in the place of older ones of the same backends."""
    text = PAGE.read_text(encoding="utf-8")
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    lines = {
        found[1]: found[0]
        for found in re.finditer(r"^\| (?!backend \|)(.+?) \|.*\|$", text[begin:end], re.MULTILINE)
    }
    for file in files:
        report = Report.from_json(json.loads(Path(file).read_text(encoding="utf-8")))
        lines[report.facts["backend"]] = line_of(report)
    PAGE.write_text(text[:begin] + table(list(lines.values())) + text[end:], encoding="utf-8")
    print("\n".join(sorted(lines.values())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
