"""What a backend declares to the suite: ``conformance.toml``, next to its plugin module.

A primitive that the engine lacks, which the backend has made with ``unsupported``. Every case
that runs into it, by itself or through a composite, is excused::

    [[lacks]]
    primitive = "svd"
    kind = "upstream"
    reason = "the engine has no singular value decomposition"

Anything else that it cannot do: each entry names cases, and says why::

    [[exclude]]
    cases = ["primitives::compiled[nonzero-*]"]
    kind = "never"
    reason = "the engine compiles for fixed sizes, and that of the result depends on values"
    raises = "ConcretizationTypeError"

``kind`` is ``"missing"`` (the backend could and does not yet), ``"upstream"`` (the engine cannot
yet) or ``"never"``. With ``raises`` nothing but an error of that name, or of a class derived from
it, is excused. A ``*`` stands for any text; everything else is meant as it is written. The cases
are run nevertheless: one that passes is a failure of the suite, and so is a pattern without a
case.

How functions are to be compiled, where the backend does not unless it is asked to::

    [jit]
    options = { xla = true }

How the level ``distribution`` gets several devices: so many processes, and these variables in their
environment::

    [distribution]
    processes = 2
    environment = { SOME_FLAGS = "--devices=2" }
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

from keras_core_plugins.discovery import InstalledBackend
from keras_core_plugins.errors import UnsupportedOpError, unsupported_reason
from keras_core_plugins.protocol import PRIMITIVES

FILE: Final = "conformance.toml"

Kind = Literal["missing", "upstream", "never"]
KINDS: Final[tuple[Kind, ...]] = ("missing", "upstream", "never")


@dataclass(frozen=True)
class Excuse:
    """Why a case may fail."""

    kind: Kind
    reason: str
    raises: str = ""
    """The name of the class that its error has to be of; any error if it is empty."""

    def covers(self, error: BaseException) -> bool:
        """Whether an error, or one that it was raised from, is what was declared."""
        return not self.raises or any(
            cls.__name__ == self.raises for each in chain(error) for cls in type(each).__mro__
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that led to it."""
    seen: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in seen:
        seen.append(current)
        yield current
        current = current.__cause__ or current.__context__


@dataclass(frozen=True)
class Exclusion:
    """A pattern of case ids, and why the backend is excused from those cases."""

    pattern: str
    excuse: Excuse

    def matches(self, case: str) -> bool:
        """Whether ``case`` is one of those that are meant."""
        expression = ".*".join(map(re.escape, self.pattern.split("*")))
        return re.fullmatch(expression, case, re.DOTALL) is not None


@dataclass(frozen=True)
class Devices:
    """How a program gets several devices."""

    processes: int = 1
    environment: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Declarations:
    """What a backend declares, and what is wrong with it."""

    exclusions: tuple[Exclusion, ...] = ()
    lacks: dict[str, Excuse] = field(default_factory=dict[str, Excuse])
    """The primitives that the engine does not have."""

    jit_options: dict[str, Any] = field(default_factory=dict[str, Any])
    devices: Devices = field(default_factory=Devices)
    problems: list[str] = field(default_factory=list[str])

    def excuse(self, case: str) -> Excuse | None:
        """Why ``case`` is expected to fail; None if it is not."""
        return next((e.excuse for e in self.exclusions if e.matches(case)), None)

    def lacking(self, error: BaseException) -> Excuse | None:
        """The excuse for an error that a lacking primitive raised; None for any other."""
        ops = (e.op for e in chain(error) if isinstance(e, UnsupportedOpError))
        return next((self.lacks[op] for op in ops if op in self.lacks), None)

    def check(self, cases: Iterable[str], primitives: object) -> None:
        """Add a problem for each declaration that is not true.

        A pattern is judged if it starts with a level, and there are cases of that level.

        Args:
            cases: The ids of the cases that apply to the backend.
            primitives: The backend's primitives; None if it could not be loaded.
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
        for name in self.lacks if primitives is not None else ():
            if unsupported_reason(getattr(primitives, name)) is None:
                self.problems.append(
                    f"[[lacks]] {name!r}: the backend has it; expected `{name} = "
                    f'unsupported("{name}", reason)` among its primitives. Take the entry out, '
                    "or mend it"
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
    found = Declarations()
    found.problems += [
        f"unknown key {key!r}; expected [[lacks]] and [[exclude]] tables, and the tables [jit] "
        "and [distribution]"
        for key in contents.keys() - _KEYS
    ]
    jit = contents.get("jit", {"options": {}})
    options = jit.get("options") if isinstance(jit, dict) and len(jit) == 1 else None
    if isinstance(options, dict):
        found.jit_options = options
    else:
        found.problems.append(f"[jit]: `options` has to be a table, and nothing else; got {jit!r}")
    if "distribution" in contents:
        found.devices = _devices(contents["distribution"], found.problems)
    for label, table in _tables(contents, "exclude"):
        cases = table.pop("cases", None)
        if not (isinstance(cases, list) and cases and all(isinstance(c, str) for c in cases)):
            found.problems.append(f"{label}: `cases` has to be a list of patterns; got {cases!r}")
        elif excuse := _excuse(f"{label} ({cases[0]!r}, ...)", table, found.problems):
            found.exclusions += tuple(Exclusion(pattern, excuse) for pattern in cases)
    for label, table in _tables(contents, "lacks"):
        name = table.pop("primitive", None)
        if name not in PRIMITIVES:
            found.problems.append(
                f"{label}: `primitive` has to be the name of one; got {name!r}. "
                "docs/backends/primitives.md lists them"
            )
        elif excuse := _excuse(f"{label} ({name!r})", table, found.problems):
            found.lacks[name] = excuse
    return found


def _devices(table: Any, problems: list[str]) -> Devices:
    """How to get devices; a problem, if that is not said."""
    table = dict(table) if isinstance(table, dict) else {"": table}
    processes, environment = table.pop("processes", 1), table.pop("environment", {})
    if not (isinstance(processes, int) and processes > 0):
        problems.append(f"[distribution]: `processes` has to be a number; got {processes!r}")
    elif not (
        isinstance(environment, dict) and all(isinstance(v, str) for v in environment.values())
    ):
        problems.append(f"[distribution]: `environment` has to hold strings; got {environment!r}")
    elif table:
        problems.append(f"[distribution]: unknown keys {', '.join(table)}")
    else:
        return Devices(processes, environment)
    return Devices()


def _tables(contents: dict[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
    tables = contents.get(key, [])
    for i, table in enumerate(tables if isinstance(tables, list) else [tables], start=1):
        yield f"[[{key}]] {i}", dict(table) if isinstance(table, dict) else {}


def _excuse(label: str, table: dict[str, Any], problems: list[str]) -> Excuse | None:
    """The excuse in a table; None, and a problem, if it is none."""
    kind, reason, raises = (table.pop(key, "") for key in ("kind", "reason", "raises"))
    if not (isinstance(reason, str) and reason.strip()):
        problems.append(f"{label}: `reason` has to say why")
    elif kind not in KINDS:
        problems.append(f"{label}: `kind` has to be one of {', '.join(KINDS)}; got {kind!r}")
    elif not isinstance(raises, str):
        problems.append(f"{label}: `raises` has to be the name of an error; got {raises!r}")
    elif table:
        problems.append(f"{label}: unknown keys {', '.join(table)}")
    else:
        return Excuse(kind, reason.strip(), raises)
    return None


_KEYS: Final = {"distribution", "exclude", "jit", "lacks"}
