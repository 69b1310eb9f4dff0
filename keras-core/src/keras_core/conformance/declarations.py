"""What a backend declares to the suite: ``conformance.toml``, next to its plugin module.

What it cannot do: each entry names cases, and says why::

    [[exclude]]
    cases = ["ops::value[eigh*]", "primitives::eager[eigh*]"]
    reason = "the engine has no eigensolver"

A ``*`` stands for any text; everything else is meant as it is written. The cases are run
nevertheless: one that passes is a failure of the suite, and so is a pattern without a case.

How functions are to be compiled, where the backend does not unless it is asked to::

    [jit]
    options = { xla = true }
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
class Declarations:
    """What a backend declares, and what is wrong with it."""

    exclusions: tuple[Exclusion, ...] = ()
    jit_options: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def reason(self, case: str) -> str | None:
        """Why ``case`` is excluded; None if it is not."""
        return next((e.reason for e in self.exclusions if e.matches(case)), None)

    def check(self, cases: Iterable[str]) -> None:
        """Add a problem for each pattern that matches none of ``cases``.

        A pattern is judged if it starts with a level, and there are cases of that level.
        """
        cases = list(cases)
        levels = {case.partition("::")[0] for case in cases}
        for entry in self.exclusions:
            level = entry.pattern.partition("::")[0]
            if level in levels and not any(entry.matches(case) for case in cases):
                self.problems.append(
                    f"the pattern {entry.pattern!r} matches no case that applies to the backend; "
                    "take it out, or mend it"
                )


def declarations_of(installed: InstalledBackend) -> Declarations:
    """What is in the file next to the plugin module; nothing if there is no file."""
    path = declarations_path(installed)
    if path is None or not path.is_file():
        return Declarations()
    try:
        return read_declarations(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:  # not TOML, or not UTF-8
        return Declarations(problems=[f"{path} cannot be read: {error}"])


def declarations_path(installed: InstalledBackend) -> Path | None:
    """Where the file is, or would be; None for a plugin that is in no file."""
    if installed.plugin is not None:
        origin = getattr(installed.plugin, "__file__", None)
    else:
        spec = find_spec(installed.entry_point.partition(":")[0])
        origin = None if spec is None else spec.origin
    return None if origin is None else Path(origin).with_name(FILE)


def read_declarations(contents: dict[str, Any]) -> Declarations:
    """Declarations from the contents of the file."""
    found: list[Exclusion] = []
    problems = [
        f"unknown key {key!r}; expected [[exclude]] tables and a [jit] table"
        for key in contents.keys() - _KEYS
    ]
    jit = contents.get("jit", {"options": {}})
    jit_options = jit.get("options") if isinstance(jit, dict) and len(jit) == 1 else None
    if not isinstance(jit_options, dict):
        problems.append(f"[jit]: `options` has to be a table, and nothing else; got {jit!r}")
        jit_options = {}
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
    return Declarations(tuple(found), jit_options, problems)


_KEYS: Final = {"exclude", "jit"}
