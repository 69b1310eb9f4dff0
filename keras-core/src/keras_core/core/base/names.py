"""Automatic names: ``Dense`` becomes ``dense``, ``dense_1``, ..."""

import re
from collections import defaultdict
from typing import Any

from keras_core.core.base.public import public

_counts: defaultdict[str, int] = defaultdict(int)


def to_snake_case(name: str) -> str:
    """``MyLayer2D`` as ``my_layer2d``."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


MAX_NAME = 1000
"""No name is longer: it is a part of paths in files and in messages."""


def check_name(name: Any) -> None:
    """Refuse what cannot be the name of a layer or a variable.

    Raises:
        ValueError: If it is no string, empty, too long, a step in a path, or has a ``/`` or a
            character that is not printed.
    """
    fits = isinstance(name, str) and 0 < len(name) <= MAX_NAME and "/" not in name
    if not (fits and name.isprintable() and name not in (".", "..")):
        shown = repr(name)
        raise ValueError(
            "Argument `name` must be a string of printable characters and cannot contain the "
            f"character `/`, nor be `.` or `..`, or longer than {MAX_NAME}. "
            f"Received: name={shown[:100]}{'...' if len(shown) > 100 else ''} "
            f"(of type {type(name).__name__})"
        )


def uniquify(name: str) -> str:
    """``name`` the first time, then with ``_1``, ``_2``, ... behind it."""
    count = _counts[name]
    _counts[name] += 1
    return f"{name}_{count}" if count else name


def auto_name(prefix: str) -> str:
    """A unique name made from that of a class."""
    return uniquify(to_snake_case(prefix))


def reset_names() -> None:
    """Start counting again."""
    _counts.clear()


@public("keras.backend.get_uid")
def get_uid(prefix: str = "") -> int:
    """The next number for ``prefix``, from 1 on.

    Args:
        prefix: What is counted; each prefix begins at 1.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.reset_uids()
    >>> keras.backend.get_uid("layer"), keras.backend.get_uid("layer")
    (1, 2)
    """
    _counts[prefix] += 1
    return _counts[prefix]


@public("keras.backend.reset_uids")
def reset_uids() -> None:
    """Start counting again.

    Example:

    >>> import keras_core as keras
    >>> keras.backend.reset_uids()
    >>> keras.backend.get_uid("layer")
    1
    """
    reset_names()
