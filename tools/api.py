"""What is public and what its docstrings say: ``python tools/api.py [--check] [--list KIND]``.

Public names are read from the marks in the sources (see `tools/faces.py`), signatures as they are
written there, docstrings as `help` shows them. The pages of the reference are written from this
(`tools/api_pages.py`), and what they lack is counted: the numbers that ``--check`` holds are in
`pyproject.toml`, under ``[tool.api-docs]``, and may only become smaller.
"""

import argparse
import functools
import importlib
import inspect
import os
import re
import sys
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import faces
import griffe

ROOT: Final = faces.SOURCE.parents[1]

HEADING: Final = re.compile(
    r"^(Args|Call arguments|Call args|Returns|Yields|Raises|Input shape|Output shape|Attributes|"
    r"References?|Examples?|Notes?):$",
    re.MULTILINE,
)
ITEM: Final = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*):\s*(.*)$")


@dataclass(frozen=True)
class Docstring:
    """A docstring in its parts."""

    summary: str = ""
    """The first paragraph."""

    text: str = ""
    """What stands between the summary and the first section."""

    sections: tuple[tuple[str, str], ...] = ()
    """Titles with what stands below them, without its indentation."""

    def items(self, title: str) -> dict[str, str]:
        """What a section says of each name, such as the arguments'."""
        found: dict[str, str] = {}
        for name, body in self.sections:
            if name == title:
                found |= _items(body)
        return found

    @property
    def runs(self) -> bool:
        """Whether it has an example that the tests run."""
        return any(">>>" in body for _, body in self.sections) or ">>>" in self.text

    @property
    def example(self) -> bool:
        """Whether it has an example, also one that would need a download or one certain engine."""
        return self.runs or any("```" in body for _, body in self.sections)


def parse(docstring: str) -> Docstring:
    """A docstring in Google style, in its parts."""
    pieces = HEADING.split(docstring.strip())
    summary, _, text = pieces[0].strip().partition("\n\n")
    sections: list[tuple[str, str]] = []
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        inside, outside = _indented(body)
        sections += [(title, inside), *([("", outside)] if outside else [])]
    return Docstring(summary.replace("\n", " "), text.strip(), tuple(sections))


def _indented(body: str) -> tuple[str, str]:
    """What belongs to a section by its indentation, and prose that follows without it."""
    lines = body.strip("\n").splitlines()
    if not lines or not lines[0].startswith(" "):  # an example
        return _dedented(body), ""
    end = next((i for i, x in enumerate(lines) if x.strip() and x[0] != " "), len(lines))
    return _dedented("\n".join(lines[:end])), "\n".join(lines[end:]).strip()


def _dedented(body: str) -> str:
    lines = body.strip("\n").splitlines()
    width = min((len(x) - len(x.lstrip()) for x in lines if x.strip()), default=0)
    return "\n".join(line[width:] for line in lines).strip("\n")


def _items(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    names: list[str] = []
    for line in body.splitlines():
        if match := ITEM.match(line):
            names = [name.strip() for name in match[1].split(",")]
            found |= dict.fromkeys(names, match[2])
        elif names:
            found |= dict.fromkeys(names, f"{found[names[0]]}\n{line[4:]}")
    return {name: text.strip() for name, text in found.items()}


@dataclass(frozen=True)
class Parameter:
    """A parameter as it is written."""

    name: str
    """With the stars of those that take the rest."""

    annotation: str = ""
    default: str = ""
    keyword_only: bool = False

    def __str__(self) -> str:
        text = f"{self.name}: {self.annotation}" if self.annotation else self.name
        if not self.default:
            return text
        return f"{text} = {self.default}" if self.annotation else f"{text}={self.default}"


@dataclass(frozen=True)
class Entry:
    """A public object."""

    names: tuple[str, ...]
    """All its public names; its page has the first."""

    module: str
    """Where it is defined."""

    obj: griffe.Object
    live: Any = None
    """The object itself."""

    docstring: Docstring = field(default_factory=Docstring)

    @property
    def name(self) -> str:
        """The name of its page."""
        return self.names[0]

    @functools.cached_property
    def parameters(self) -> list[Parameter]:
        """What it takes when it is called, without ``self``."""
        written = parameters(self.obj)
        signature = vars(self.live).get("__signature__") if inspect.isfunction(self.live) else None
        if signature and [p.name.lstrip("*") for p in written] != list(signature.parameters):
            return [_parameter(p) for p in signature.parameters.values()]
        return written


def parameters(obj: griffe.Object) -> list[Parameter]:
    """What a function or the constructor of a class takes, without ``self``."""
    function = member(obj, "__init__") if isinstance(obj, griffe.Class) else obj
    if not isinstance(function, griffe.Function):
        return []
    kinds = griffe.ParameterKind
    stars = {kinds.var_positional: "*", kinds.var_keyword: "**"}
    return [
        Parameter(
            stars.get(p.kind or kinds.positional_or_keyword, "") + p.name,
            str(p.annotation or ""),
            "" if p.kind in stars else str(p.default or ""),
            p.kind is kinds.keyword_only,
        )
        for position, p in enumerate(function.parameters)
        if not (position == 0 and p.name in ("self", "cls", "mcs") and function.parent is not None)
        and not p.name.startswith("_")
    ]


def _parameter(parameter: inspect.Parameter) -> Parameter:
    """A parameter that a decorator made."""
    annotation = (
        "Any"
        if parameter.annotation is Any
        else inspect.formatannotation(parameter.annotation)
        .replace("Optional", "")
        .replace("keras_core.", "keras.")
    )
    return Parameter(
        str(parameter.replace(annotation=inspect.Parameter.empty)).partition("=")[0],
        "" if parameter.annotation is inspect.Parameter.empty else annotation,
        "" if parameter.default is inspect.Parameter.empty else repr(parameter.default),
        parameter.kind is inspect.Parameter.KEYWORD_ONLY,
    )


def member(cls: griffe.Class, name: str) -> griffe.Object | None:
    """A member of a class, also one that it inherits."""
    for each in (cls, *bases(cls)):
        if name in each.members and isinstance(found := each.members[name], griffe.Object):
            return found
    return None


def bases(cls: griffe.Class) -> list[griffe.Class]:
    """The classes of this project that a class stands on, nearest first."""
    try:
        return [base for base in cls.mro() if base.path.startswith("keras_core")]
    except ValueError:
        return []


@functools.cache
def package() -> griffe.Module:
    """The sources of the core."""
    loader = griffe.GriffeLoader(search_paths=[faces.SOURCE], allow_inspection=False)
    loaded = loader.load("keras_core")
    loader.load("keras_core_plugins")
    loader.resolve_aliases(implicit=True, external=False)
    assert isinstance(loaded, griffe.Module)
    return loaded


@functools.cache
def types() -> dict[str, griffe.Object]:
    """The names for types in signatures that `keras_core.typing` explains."""
    members = package()["typing"].members
    return {
        name: obj
        for name, obj in sorted(members.items())
        if isinstance(obj, griffe.Object) and obj.docstring
    }


@functools.cache
def entries() -> list[Entry]:
    """All public objects, by the names of their pages."""
    os.environ["KERAS_BACKEND"] = "numpy"  # so that no engine is imported
    found = []
    for (module, defined), public in faces.all_marks().names.items():
        obj = package()[f"{module}.{defined}".removeprefix("keras_core.")]
        assert isinstance(obj, griffe.Object)
        live = getattr(importlib.import_module(module), defined)
        text = inspect.cleandoc(live.__doc__ or "") if callable(live) else ""
        if not text and obj.docstring:
            text = obj.docstring.value
        found.append(Entry(tuple(dict.fromkeys(public)), module, obj, live, parse(text)))
    return sorted(found, key=lambda entry: entry.name)


def namespaces() -> dict[str, dict[str, Entry]]:
    """By public module, its names."""
    found: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in entries():
        for full in entry.names:
            module, _, name = full.rpartition(".")
            found[module][name] = entry
    return {module: dict(sorted(found[module].items())) for module in sorted(found)}


def public_methods(
    cls: griffe.Class, stop: frozenset[str] = frozenset()
) -> dict[str, griffe.Object]:
    """Methods and properties that are documented where a class has them.

    Args:
        cls: The class.
        stop: Paths of the classes that have pages of their own, whose methods are found there.
    """
    found: dict[str, griffe.Object] = {}
    for each in (cls, *bases(cls)):
        if each is not cls and each.path in stop:
            break
        for name, obj in each.members.items():
            if name.startswith("_") or not isinstance(obj, griffe.Function | griffe.Attribute):
                continue
            if isinstance(obj, griffe.Attribute) and "property" not in obj.labels:
                continue
            if obj.docstring:
                found.setdefault(name, obj)
    return dict(sorted(found.items()))


# -- What is lacking --------------------------------------------------------------------


def callable_entries() -> list[Entry]:
    """Public classes and functions."""
    return [entry for entry in entries() if callable(entry.live)]


def undocumented_arguments(entry: Entry) -> list[str]:
    """The parameters that no line is about."""
    described = {name.lstrip("*") for name in entry.docstring.items("Args")}
    return [p.name for p in entry.parameters if p.name.lstrip("*") not in described]


def lacking() -> dict[str, list[str]]:
    """By what they lack, the public names."""
    found = callable_entries()
    return {
        "docstring": [e.name for e in found if not e.docstring.summary],
        "arguments": [
            f"{e.name}({', '.join(missing)})"
            for e in found
            if (missing := undocumented_arguments(e))
        ],
        "example": [e.name for e in found if not e.docstring.example],
        "example that runs": [e.name for e in found if not e.docstring.runs],
    }


def _key(kind: str) -> str:
    return "without-" + kind.replace(" ", "-")


def main() -> int:
    """Print what is lacking, and compare it with what is allowed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="fail where more lacks than before")
    parser.add_argument("--list", choices=list(lacking()), help="the names that lack this")
    arguments = parser.parse_args()
    lacks = lacking()
    if arguments.list:
        print("\n".join(lacks[arguments.list]))
        return 0
    names = sum(len(entry.names) for entry in entries())
    print(f"{names} public names of {len(entries())} objects")
    allowed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["api-docs"]
    failed = False
    for kind, lacking_it in lacks.items():
        print(f"without {kind}: {len(lacking_it)}")
        if arguments.check and len(lacking_it) != allowed[_key(kind)]:
            failed = True
            print(
                f"  pyproject.toml allows {allowed[_key(kind)]}: "
                + (
                    f"see `python tools/api.py --list {kind!r}`"
                    if len(lacking_it) > allowed[_key(kind)]
                    else "write the smaller number there"
                )
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
