"""Write docs/backends/primitives.md and services.md: ``tools/protocol_reference.py`` (``--check``).

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

PLACE = Path(__file__).resolve().parent.parent / "docs/backends"

HEAD = """# {}

<!-- Written by tools/protocol_reference.py; change the protocol's docstrings instead. -->

"""
STANDING = "## Appendix: which operations stand on which"


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


def primitives() -> str:
    """The page of primitives."""
    found = dependents()
    from keras_core_plugins.protocol import Primitives
    from keras_core_plugins.protocol import primitives as module

    parts = [HEAD.format("Primitives"), _markdown((module.__doc__ or "").partition("\n\n")[2])]
    for title, names in sections():
        parts.append(f"\n## {title}\n")
        parts += [_member(Primitives, name) for name in names]
    parts.append(f"\n{STANDING}\n\n| primitive | operations |\n|---|---|\n")
    parts += [
        f"| `{name}` | {', '.join(sorted(found[name])) or 'none'} |\n"
        for _, names in sections()
        for name in names
    ]
    return "".join(parts)


def services() -> str:
    """The page of services: the protocols that are no primitives."""
    from keras_core_plugins import protocol
    from keras_core_plugins.protocol import services as module

    parts = [HEAD.format("Services"), _markdown((module.__doc__ or "").partition("\n\n")[2])]
    classes = [getattr(protocol, name) for name in protocol.__all__]
    for service in classes:
        if not getattr(service, "_is_protocol", False) or service is protocol.Primitives:
            continue
        parts.append(f"\n## {service.__name__}\n\n{_markdown(inspect.getdoc(service) or '')}")
        parts += [_member(service, name) for name in vars(service) if name[0] != "_"]
    return "".join(parts)


def _member(owner: type, name: str) -> str:
    member = getattr(owner, name)
    parameters = [str(p) for p in inspect.signature(member).parameters.values() if p.name != "self"]
    plain = [re.split(r"[:=]", p)[0].strip() for p in parameters]
    words = _markdown(inspect.getdoc(member) or "")
    return f"\n### {name}\n\n`{name}({', '.join(plain)})`\n\n{words}"


def _markdown(docstring: str) -> str:
    """A docstring as Markdown: its code is quoted twice, its references once."""
    return docstring.replace("``", "`").strip() + "\n"


def _words(page: str) -> str:
    """What ``--check`` is about: operations change the appendix, which `make docs` renews."""
    return page.partition(STANDING)[0]


def main() -> int:
    """Write the pages, or with ``--check`` say whether they are up to date."""
    old = []
    for name, text in (("primitives.md", primitives()), ("services.md", services())):
        page = PLACE / name
        if "--check" not in sys.argv[1:]:
            page.write_text(text, encoding="utf-8")
        elif not page.is_file() or _words(page.read_text(encoding="utf-8")) != _words(text):
            old.append(name)
    if old:
        print(
            f"Out of date: {', '.join(old)}. Run python tools/protocol_reference.py",
            file=sys.stderr,
        )
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
