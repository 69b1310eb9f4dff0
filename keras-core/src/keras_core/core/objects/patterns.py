"""Regular expressions in files: a few characters can make a search last for years."""

import math
import re
from collections.abc import Iterable
from typing import Final

from keras_core.core.base.file_errors import UnsafeFileError
from keras_core.core.objects import serialization

MOST: Final = 1e8
"""In how many ways a text may be tried, for one of a hundred characters."""

_TOKENS: Final = re.compile(
    r"(?P<open>\((?:\?(?:[:=!]|<[=!]|P?<\w+>))?)|(?P<close>\))|(?P<choice>\|)"
    r"|(?P<repeat>(?:[*+]|\{\d*,?\d*\})[?+]?)|(?P<optional>\?[?+]?)"
    r"|(?P<one>\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.)",
    re.DOTALL,
)


def refuse_slow(patterns: Iterable[str], where: str) -> None:
    """Raise if one may take for ever, while a file is loaded in safe mode.

    Args:
        patterns: Regular expressions.
        where: Which argument they are, for the message.

    Raises:
        UnsafeFileError: If one is refused.
    """
    if not serialization.loads_safely():
        return
    for pattern in patterns:
        if _ways(pattern) > MOST:
            shown = pattern if len(pattern) <= 80 else f"{pattern[:80]}... ({len(pattern)})"
            raise UnsafeFileError(
                f"{where} holds the regular expression {shown!r}. In files, an expression has at "
                "most four repetitions, and none of a group that can be matched in several ways: "
                "a search could last for years. If you trust the file, load it with "
                "`safe_mode=False`."
            )


def _ways(pattern: str) -> float:
    """An upper bound of how many ways a text of a hundred characters can be tried in.

    What stands behind each other multiplies, alternatives add up, and what is repeated may end at
    each character. A repetition of what has several ways has exponentially many.
    """
    groups = [(0.0, 1.0)]
    """Of each open group, the ways of its finished alternatives, and of the one in work."""
    last = 1.0
    """The ways of what a repetition would repeat."""
    for token in _TOKENS.finditer(pattern):
        done, work = groups[-1]
        match token.lastgroup:
            case "open":
                groups.append((0.0, 1.0))
                continue
            case "close" if len(groups) > 1:
                groups.pop()
                last = done + work
                done, work = groups[-1]
                work *= last
            case "choice":
                done, work, last = done + work, 1.0, 1.0
            case "repeat":
                if last > 1:
                    return math.inf
                work *= 100
            case "optional":
                work, last = work / last * (last + 1), last + 1
            case _:
                last = 1.0
        groups[-1] = done, work
    done, work = groups[-1]
    return done + work
