"""Check that public signatures say types: ``python tools/public_types.py [--list | --lower]``.

An annotation of a parameter or a result fails if it is missing, is ``Any``, or is a union with
``Any`` in it, through aliases too. What is looked at: every function and class that is marked
``@public``, the public members of these classes whichever class of ours they inherit them from,
and `_SPECIAL` methods. Where there are overloads, they are what counts.

`tools/public_types.toml` lists what may stay so. Its entries under ``[anything]`` are for values
of any type, with the reason. Those under ``[unfinished]`` are counts by module of what has yet to
be written. Each entry has to be needed and each count has to be exact, so that both only shrink;
``--lower`` writes the counts that have become lower.
"""

import argparse
import ast
import fnmatch
import functools
import importlib
import inspect
import os
import sys
import tomllib
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import faces

ALLOWED: Final = Path(__file__).with_suffix(".toml")

_SPECIAL: Final = frozenset("__init__ __call__ __enter__ __getitem__ __iter__ __len__".split())


def is_bare(annotation: Any) -> bool:
    """Whether an annotation says nothing: missing, ``Any``, or a union with ``Any``."""
    if annotation is inspect.Parameter.empty or annotation is Any:
        return True
    if isinstance(annotation, str):
        return _is_bare_source(ast.parse(annotation, mode="eval").body)
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return any(is_bare(part) for part in typing.get_args(annotation))
    return False


def _is_bare_source(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_bare_source(node.left) or _is_bare_source(node.right)
    return isinstance(node, ast.Name) and node.id == "Any"


def _functions(member: Any) -> Iterator[Callable[..., Any]]:
    """The functions that make up a member of a class or module."""
    if isinstance(member, property):
        for accessor in (member.fget, member.fset):
            if accessor is not None:
                yield accessor
    elif isinstance(member, functools.cached_property):
        yield member.func
    elif isinstance(member, classmethod | staticmethod):
        yield member.__func__
    elif inspect.isfunction(member):
        yield member


def _members(cls: type) -> Iterator[tuple[Callable[..., Any], bool]]:
    """The functions of the public members of a class, and whether their first argument is ours."""
    for name in dir(cls):
        if name.startswith("_") and name not in _SPECIAL:
            continue
        owner = next((base for base in cls.__mro__ if name in vars(base)), None)
        if owner is not None and owner.__module__.split(".")[0] == "keras_core":
            member = vars(owner)[name]
            for function in _functions(member):
                if function.__module__.startswith("keras_core."):  # not made for an operator
                    yield function, not isinstance(member, staticmethod)


def _public() -> Iterator[tuple[Callable[..., Any], bool]]:
    """All public functions and methods; some are met more than once."""
    for module, name in sorted(faces.all_marks().names):
        found = getattr(importlib.import_module(module), name)
        if inspect.isclass(found):
            yield from _members(found)
        elif inspect.isfunction(found):
            yield found, False


def _bare_in(function: Callable[..., Any], bound: bool) -> Iterator[str]:
    """The parameters of a function whose annotations say nothing, ``return`` for its result."""
    for form in typing.get_overloads(function) or [function]:
        signature = inspect.signature(form)
        parameters = [*signature.parameters.values()][bound:]
        yield from (p.name for p in parameters if is_bare(p.annotation))
        # what a constructor returns is known
        if function.__name__ != "__init__" and is_bare(signature.return_annotation):
            yield "return"


def find() -> tuple[dict[str, str], int]:
    """What says nothing, with its module, and the number of all annotations."""
    found: dict[str, str] = {}
    total = 0
    for function, bound in {id(f): (f, b) for f, b in _public()}.values():
        where = f"{function.__module__}.{function.__qualname__}"
        total += len(inspect.signature(function).parameters) - bound + 1
        for name in _bare_in(function, bound):
            found[f"{where}: {name}"] = function.__module__
    return found, total


def main() -> int:
    """Hold what is found against what is allowed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--list", action="store_true", help="print all that is not allowed")
    parser.add_argument("--lower", action="store_true", help="write counts that are lower now")
    options = parser.parse_args()
    os.environ["KERAS_BACKEND"] = "numpy"
    found, total = find()

    allowed = tomllib.loads(ALLOWED.read_text())
    anything: dict[str, str] = allowed["anything"]
    unfinished: dict[str, int] = allowed.get("unfinished", {})
    used = {pattern: fnmatch.filter(found, pattern) for pattern in anything}
    excused = {name for names in used.values() for name in names}
    rest = {name: module for name, module in found.items() if name not in excused}
    counts = Counter(rest.values())
    if options.list:
        print("\n".join(sorted(rest)))
    if options.lower:
        kept = {m: min(n, counts[m]) for m, n in unfinished.items() if counts[m]}
        _write(kept)
        unfinished = kept

    faults = [f"{p!r} is allowed, but not needed" for p, names in used.items() if not names]
    for module in sorted({*counts, *unfinished}):
        now, before = counts[module], unfinished.get(module, 0)
        if now > before:
            names = "\n    ".join(sorted(n for n, m in rest.items() if m == module))
            faults.append(f"{module}: {now} annotations say nothing, {before} may:\n    {names}")
        elif now < before:
            faults.append(f"{module}: {now} annotations say nothing, not {before}: run --lower")
    print("\n".join(faults), file=sys.stderr)
    print(
        f"{total} annotations of public signatures: {len(excused)} are of any type by intent, "
        f"{len(rest)} have yet to be written"
    )
    return int(bool(faults))


def _write(counts: dict[str, int]) -> None:
    head = ALLOWED.read_text().partition("[unfinished]\n")[0]
    lines = [f'"{module}" = {n}\n' for module, n in sorted(counts.items())]
    ALLOWED.write_text(head + ("[unfinished]\n" + "".join(lines) if lines else ""))


if __name__ == "__main__":
    sys.exit(main())
