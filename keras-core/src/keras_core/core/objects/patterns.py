"""Regular expressions in files: a few characters can make a search last for years."""

import re
from collections.abc import Iterable
from typing import Final

from keras_core.core.base.file_errors import UnsafeFileError
from keras_core.core.objects import serialization

LONGEST: Final = 1000
"""How many characters an expression from a file may have."""

_TOKENS: Final = re.compile(
    r"(?P<plain>\\.|\[\^?\]?(?:\\.|[^\]\\])*\])"
    r"|(?P<open>\()|(?P<close>\))|(?P<repeat>[*+]|\{\d*,\d*\})|(?P<choice>\|)",
    re.DOTALL,
)


def refuse_slow(patterns: Iterable[str], where: str) -> None:
    """Raise if one may take for ever, while a file is loaded in safe mode.

    What repeats a group that repeats something itself, or holds alternatives, can be matched in
    exponentially many ways.

    Args:
        patterns: Regular expressions.
        where: Which argument they are, for the message.

    Raises:
        UnsafeFileError: If one is refused.
    """
    if not serialization.loads_safely():
        return
    for pattern in patterns:
        if len(pattern) > LONGEST or _has_nested_repeats(pattern):
            shown = pattern if len(pattern) <= 80 else f"{pattern[:80]}... ({len(pattern)})"
            raise UnsafeFileError(
                f"{where} holds the regular expression {shown!r}. Expressions in files may have at "
                f"most {LONGEST} characters, and no repeated group with a repetition or "
                "alternatives in it: a search could last for years. If you trust the file, load "
                "it with `safe_mode=False`."
            )


def _has_nested_repeats(pattern: str) -> bool:
    open_groups = [False]
    """For each open group, whether what is in it can be matched in several ways."""
    closed: tuple[int, bool] = (-1, False)
    for token in _TOKENS.finditer(pattern):
        match token.lastgroup:
            case "open":
                open_groups.append(False)
            case "close" if len(open_groups) > 1:
                inner = open_groups.pop()
                open_groups[-1] |= inner
                closed = token.end(), inner
            case "repeat":
                if closed == (token.start(), True):
                    return True
                open_groups[-1] = True
            case "choice":
                open_groups[-1] = True
            case _:
                pass
    return False
