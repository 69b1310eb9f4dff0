"""What a backend declares that it cannot do: ``conformance.toml``, next to its plugin module.

Each entry names cases of the suite, and says why::

    [[exclude]]
    cases = ["ops::value[eigh*]", "primitives::eager[eigh*]"]
    reason = "the engine has no eigensolver"

A ``*`` stands for any text; everything else is meant as it is written. The cases are run
nevertheless: one that passes is a failure of the suite, and so is a pattern without a case.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from keras_core_plugins.discovery import InstalledBackend

FILE: Final = "conformance.toml"


@dataclass(frozen=True)
class Exclusion:
    """A pattern of case ids, and why the backend is excused from those cases."""

    pattern: str
    reason: str

    def matches(self, case: str) -> bool:
        """Whether ``case`` is one of those that are meant."""
        expression = ".*".join(map(re.escape, self.pattern.split("*")))
        return re.fullmatch(expression, case, re.DOTALL) is not None


@dataclass
class Exclusions:
    """The exclusions of a backend, and what is wrong with them."""

    entries: tuple[Exclusion, ...] = ()
    problems: list[str] = field(default_factory=list)

    def reason(self, case: str) -> str | None:
        """Why ``case`` is excluded; None if it is not."""
        return next((e.reason for e in self.entries if e.matches(case)), None)

    def check(self, cases: Iterable[str]) -> None:
        """Add a problem for each pattern that matches none of ``cases``.

        A pattern is judged if it starts with a level, and there are cases of that level.
        """
        cases = list(cases)
        levels = {case.partition("::")[0] for case in cases}
        for entry in self.entries:
            level = entry.pattern.partition("::")[0]
            if level in levels and not any(entry.matches(case) for case in cases):
                self.problems.append(
                    f"the pattern {entry.pattern!r} matches no case that applies to the backend; "
                    "take it out, or mend it"
                )


def exclusions_of(installed: InstalledBackend) -> Exclusions:
    """The exclusions in the file next to the plugin module; none if there is no file."""
    path = exclusions_path(installed)
    if path is None or not path.is_file():
        return Exclusions()
    try:
        return read_exclusions(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:  # not TOML, or not UTF-8
        return Exclusions(problems=[f"{path} cannot be read: {error}"])


def exclusions_path(installed: InstalledBackend) -> Path | None:
    """Where the file is, or would be; None for a plugin that is in no file."""
    if installed.plugin is not None:
        origin = getattr(installed.plugin, "__file__", None)
    else:
        spec = find_spec(installed.entry_point.partition(":")[0])
        origin = None if spec is None else spec.origin
    return None if origin is None else Path(origin).with_name(FILE)


def read_exclusions(contents: dict[str, Any]) -> Exclusions:
    """Exclusions from the contents of the file."""
    found: list[Exclusion] = []
    problems = [
        f"unknown key {key!r}; expected [[exclude]] tables alone" for key in contents.keys() - _KEYS
    ]
    tables = contents.get("exclude", [])
    for i, table in enumerate(tables if isinstance(tables, list) else [tables], start=1):
        cases = table.get("cases") if isinstance(table, dict) else None
        reason = table.get("reason") if isinstance(table, dict) else None
        if not (isinstance(cases, list) and cases and all(isinstance(c, str) for c in cases)):
            problems.append(f"[[exclude]] {i}: `cases` has to be a list of patterns; got {cases!r}")
        elif not (isinstance(reason, str) and reason.strip()):
            problems.append(f"[[exclude]] {i} ({cases[0]!r}, ...): `reason` has to say why")
        else:
            found += [Exclusion(pattern, reason.strip()) for pattern in cases]
    return Exclusions(tuple(found), problems)


_KEYS: Final = {"exclude"}
