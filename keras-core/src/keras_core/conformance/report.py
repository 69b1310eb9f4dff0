"""The results of a run of the suite: by case and level, as text and as JSON."""

import platform
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Literal

from keras_core_plugins.levels import LEVELS

Outcome = Literal["passed", "failed", "excluded", "not applicable", "left out", "not run"]
OUTCOMES: Final[tuple[Outcome, ...]] = (
    "passed",
    "failed",
    "excluded",
    "not applicable",
    "left out",
    "not run",
)
"""``left out``: the run was not about the case; ``not run``: it was, and did not come to it."""
GUIDE: Final = "docs/backends/conformance.md"


@dataclass
class CaseResult:
    """How one case went."""

    id: str
    outcome: Outcome
    seconds: float = 0.0
    message: str = ""
    """What is wrong, or why the case is excluded, left out or does not apply."""

    properties: dict[str, Any] = field(default_factory=dict)
    """What it measured, by name."""

    @property
    def level(self) -> str:
        """The level that the case is of."""
        return self.id.partition("::")[0]


@dataclass(frozen=True)
class LevelSummary:
    """A level in numbers."""

    name: str
    counts: dict[Outcome, int]
    seconds: float

    @property
    def status(self) -> str:
        """``passed``, ``failed``, ``not applicable``, ``left out`` or ``not run``."""
        counts = self.counts
        if counts["failed"]:
            return "failed"
        if counts["not run"]:
            return "not run"
        if counts["passed"] or counts["excluded"]:
            return "passed"
        if counts["left out"]:
            return "left out"
        return "not applicable" if counts["not applicable"] else "not run"


@dataclass
class Report:
    """A run of the suite on a backend."""

    facts: dict[str, str]
    """What was run: names and versions, in the order in which to show them."""

    cases: dict[str, CaseResult] = field(default_factory=dict)

    def add(self, result: CaseResult) -> None:
        """Add a result, or put it in the place of that of the same case."""
        self.cases[result.id] = result

    @classmethod
    def merged(cls, parts: Sequence["Report"]) -> "Report":
        """One report of several, each of a part of the cases.

        Of each case the result counts that says most: a failure before a success, and a success
        before a case that was left out. Facts that differ are all named.
        """
        facts: dict[str, list[str]] = {}
        for name, value in (fact for part in parts for fact in part.facts.items()):
            values = facts.setdefault(name, [])
            values += [value] if value not in values else []
        whole = cls({name: ", ".join(values) for name, values in facts.items()})
        for result in (case for part in parts for case in part.cases.values()):
            known = whole.cases.get(result.id)
            if known is None or _TELLING[result.outcome] < _TELLING[known.outcome]:
                whole.add(result)
        return whole

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Report":
        """A report from what `to_json` gave."""
        report = cls(dict(data["facts"]))
        for case in data["cases"]:
            report.add(CaseResult(**case))
        return report

    def levels(self) -> list[LevelSummary]:
        """All levels, in order."""
        return [self._level(name) for name in LEVELS]

    def _level(self, name: str) -> LevelSummary:
        mine = [case for case in self.cases.values() if case.level == name]
        counts = {outcome: sum(c.outcome == outcome for c in mine) for outcome in OUTCOMES}
        return LevelSummary(name, counts, sum(case.seconds for case in mine))

    @property
    def reached(self) -> str | None:
        """The last level that passed with all before it that apply; None if there is none."""
        reached = None
        for level in self.levels():
            if level.status == "passed":
                reached = level.name
            elif level.status not in ("not applicable", "left out"):
                break
        return reached

    @property
    def failures(self) -> list[CaseResult]:
        """The cases that failed, in the order of the levels: the first is to be mended first."""
        failed = [case for case in self.cases.values() if case.outcome == "failed"]
        return sorted(failed, key=lambda case: LEVELS.index(case.level))

    @property
    def excluded_share(self) -> float:
        """The share of excluded cases among those that were run."""
        ran = [c for c in self.cases.values() if c.outcome in ("passed", "failed", "excluded")]
        return sum(c.outcome == "excluded" for c in ran) / len(ran) if ran else 0.0

    @property
    def exclusions(self) -> dict[str, int]:
        """How many cases are excluded of each kind, such as ``{"upstream": 3}``."""
        return dict(
            Counter(
                case.message.partition(":")[0]
                for case in self.cases.values()
                if case.outcome == "excluded"
            ).most_common()
        )

    @property
    def excluded(self) -> str:
        """The share of excluded cases and their kinds, in words."""
        kinds = ", ".join(f"{n} {kind}" for kind, n in self.exclusions.items())
        share = f"{self.excluded_share:.1%} of the cases that were run"
        return f"{share} ({kinds})" if kinds else share

    @property
    def inapplicable(self) -> list[str]:
        """The levels that do not apply to the backend."""
        return [level.name for level in self.levels() if level.status == "not applicable"]

    @property
    def verdict(self) -> str:
        """The level reached, in a few words, such as for a badge."""
        words = self.reached or "none"
        if gone := self.inapplicable:
            words += f" (without {', '.join(gone)})"
        if shards := self._lone_shards():
            words += f" (judged by shard {', '.join(shards)} alone; see --merge)"
        return words

    def _lone_shards(self) -> list[str]:
        """The shards that the report is of; none if it is whole."""
        shards = [text for text in self.facts.get("shard", "").split(", ") if text]
        counts = {text.partition("/")[2] for text in shards}
        return [] if counts == {str(len(shards))} else shards

    def to_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "facts": self.facts,
            "reached": self.reached,
            "excluded_share": self.excluded_share,
            "excluded": self.exclusions,
            "levels": [
                {
                    "name": level.name,
                    "status": level.status,
                    "seconds": round(level.seconds, 3),
                    **{outcome.replace(" ", "_"): n for outcome, n in level.counts.items()},
                }
                for level in self.levels()
            ],
            "cases": [asdict(case) for case in self.cases.values()],
        }


_TELLING: Final = {
    outcome: place
    for place, outcome in enumerate(
        ("failed", "excluded", "passed", "not applicable", "not run", "left out")
    )
}


def environment() -> dict[str, str]:
    """What the machine adds to the facts."""
    return {
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "date": datetime.now(UTC).date().isoformat(),
    }


def guide_section(level: str) -> str:
    """Where the guide is about a level."""
    return f"{GUIDE}#{level}"


def to_text(report: Report, width: int) -> list[str]:
    """The summary for a terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column("level")
    for title in (*OUTCOMES, "seconds"):
        table.add_column(title, justify="right")
    table.add_column("")
    for level in report.levels():
        numbers = [str(n) if n else "" for n in (level.counts[o] for o in OUTCOMES)]
        table.add_row(level.name, *numbers, f"{level.seconds:.1f}", level.status)
    console = Console(markup=False, highlight=False, color_system=None, width=max(width, 100))
    with console.capture() as captured:
        console.print(table)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    lines += ["", *_measurements(report.cases.values())]
    lines.append(f"excluded: {report.excluded}")
    lines.append(f"level reached: {report.verdict}")
    alone = [level.name for level in report.levels() if level.status == "passed"]
    if report.reached is None and alone and not report.failures:
        lines.append(
            f"  passed by itself: {', '.join(alone)}. A level is reached when those before it have "
            f"passed in the same run, too: --level {alone[-1]}"
        )
    if failures := report.failures:
        first = failures[0]
        lines += ["", f"The first failure is the one to mend: {first.id}"]
        lines += [f"  {line}" for line in shortened(first.message).splitlines()]
        lines.append(f"  guide: {guide_section(first.level)}")
        if len(failures) > 1:
            lines.append(f"and {len(failures) - 1} more; --report FILE or --html FILE has them all")
    return lines


def _measurements(cases: Iterable[CaseResult]) -> list[str]:
    lines = [
        f"  {case.id}: " + ", ".join(f"{name} {value}" for name, value in case.properties.items())
        for case in cases
        if case.properties
    ]
    return ["measured:", *lines, ""] if lines else []


def shortened(message: str, limit: int = 40) -> str:
    """The first lines of a message."""
    lines = message.splitlines()
    if len(lines) <= limit:
        return message
    return "\n".join([*lines[:limit], f"... {len(lines) - limit} more lines"])
