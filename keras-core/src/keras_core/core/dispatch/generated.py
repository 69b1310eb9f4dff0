"""Generated functions that can be read: in tracebacks, in debuggers, by `inspect.getsource`."""

import linecache
from collections.abc import Callable
from typing import Any


def compiled(kind: str, name: str, source: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    """The function that ``source`` defines.

    Args:
        kind: What the function is, for the name of its file in tracebacks.
        name: Its name.
        source: The definition, made from names in this package only.
        namespace: Its globals.
    """
    file = f"<{kind} {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), namespace)  # noqa: S102  # see `source`
    function: Callable[..., Any] = namespace[name]
    return function
