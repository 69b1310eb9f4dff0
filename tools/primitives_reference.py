"""Write docs/backends/primitives.md: ``python tools/primitives_reference.py`` (``--check``).

The words are those of the protocol's docstrings. Which operations stand on a primitive is
found by running each row of the conformance suite's table with all overrides off.
"""

import inspect
import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs/backends/primitives.md"

HEAD = """# Primitives

<!-- Written by tools/primitives_reference.py; change the protocol's docstrings instead. -->

"""
STANDING = "Operations that stand on it: "


def dependents() -> dict[str, set[str]]:
    """The names of the public operations that call each primitive, themselves left out."""
    os.environ["KERAS_BACKEND"] = "numpy"
    os.environ["KERAS_CORE_OVERRIDES"] = "0"
    import numpy as np

    from keras_backend_numpy import primitives
    from keras_core_plugins.protocol import PRIMITIVES

    called: set[str] = set()

    def recorded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any) -> Any:
            called.add(name)
            return function(*args)

        return call

    for name in PRIMITIVES:
        setattr(primitives, name, recorded(name, getattr(primitives, name)))
    from keras_core.conformance.calls import tensors_of
    from keras_core.conformance.operations import iter_rows

    found: dict[str, set[str]] = {name: set() for name in PRIMITIVES}
    for row in iter_rows():
        arguments = tensors_of(row.draw(), "float32")
        called.clear()
        with np.errstate(all="ignore"):
            row.call(arguments)
        for name in called - {row.name}:
            found[name].add(row.name)
    return found


def sections() -> Iterator[tuple[str, list[str]]]:
    """The headings in the protocol's class, with the primitives below each."""
    from keras_core_plugins.protocol import Primitives

    title, names = "", list[str]()
    for line in inspect.getsource(Primitives).splitlines():
        if match := re.match(r" +# -- (.*?) -+$", line):
            if names:
                yield title, names
            title, names = match[1], []
        elif match := re.match(r"    def (\w+)\(", line):
            names.append(match[1])
    yield title, names


def text() -> str:
    """The page."""
    found = dependents()
    from keras_core_plugins.protocol import Primitives
    from keras_core_plugins.protocol import primitives as module

    parts = [HEAD, _markdown((module.__doc__ or "").partition("\n\n")[2])]
    for title, names in sections():
        parts.append(f"\n## {title}\n")
        for name in names:
            member = getattr(Primitives, name)
            parameters = ", ".join(list(inspect.signature(member).parameters)[1:])
            parts.append(f"\n### {name}\n\n`{name}({parameters})`\n\n")
            parts.append(_markdown(inspect.getdoc(member) or ""))
            parts.append(f"\n{STANDING}{', '.join(sorted(found[name])) or 'none'}.\n")
    return "".join(parts)


def _markdown(docstring: str) -> str:
    """A docstring as Markdown: its code is quoted twice, its references once."""
    return docstring.replace("``", "`").strip() + "\n"


def _words(page: str) -> list[str]:
    """What ``--check`` is about: each new operation changes the lists, which `make docs` renews."""
    return [line for line in page.splitlines() if not line.startswith(STANDING)]


def main() -> int:
    """Write the page, or with ``--check`` say whether it is up to date."""
    wanted = text()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(wanted, encoding="utf-8")
        return 0
    if PAGE.is_file() and _words(PAGE.read_text(encoding="utf-8")) == _words(wanted):
        return 0
    print(f"{PAGE} is out of date: run python tools/primitives_reference.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
