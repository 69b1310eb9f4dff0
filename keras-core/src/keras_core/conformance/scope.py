"""Which of the suite's cases a run is about.

A case is always run, unless one of these says otherwise:

* ``@pytest.mark.about("core")``: what it proves is the core's doing, whatever the backend. It is
  run on the reference backend, and elsewhere with ``--everything``.
* ``--slice SEED``: one eighth is run of the cases in dtypes beyond `COMMON`, of those that
  stand there twice, as ``@pytest.mark.form("eager", GROUP)`` and ``form("compiled", GROUP)``, in
  the form in which the backend does not train by default, and of those that put together what
  other cases prove, as ``@pytest.mark.sampled(GROUP)``; the first of each group always is.
  ``SEED``, such as the hash of a commit, chooses the eighth, so that changes that follow each
  other cover all. With ``--everything`` nothing is left out, and the seed chooses the eighth of
  the bundled cases that are compiled by themselves.
* ``--shard K/N``: the K-th of N parts. A bundle is never cut.
* ``--affected-by REV``: what the changes since a revision cannot affect is left out.
"""

import zlib
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from keras_core.conformance.affected import Change
from keras_core_plugins.protocol import Capabilities

COMMON: Final = frozenset({"float32", "bfloat16", "int32", "bool"})
"""The dtypes in which every run is complete."""

SLICES: Final = 8


def part(text: str, count: int) -> int:
    """A number below ``count`` that depends on ``text`` and on nothing else."""
    return zlib.crc32(text.encode()) % count


@dataclass(frozen=True)
class Shard:
    """One of several parts of the suite."""

    number: int
    count: int

    @classmethod
    def of(cls, text: str) -> "Shard":
        """The shard that ``"K/N"`` means.

        Raises:
            pytest.UsageError: If it means none.
        """
        number, _, count = text.partition("/")
        if number.isdigit() and count.isdigit() and 1 <= int(number) <= int(count):
            return cls(int(number), int(count))
        raise pytest.UsageError(
            f"--shard {text}: expected K/N, the K-th of N parts, such as 2/4 with 1 <= K <= N"
        )

    def has(self, name: str) -> bool:
        """Whether a case or bundle of this name is in it."""
        return part(name, self.count) == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


@dataclass
class Scope:
    """What is asked of a run, and of which backend."""

    capabilities: Capabilities
    is_reference: bool
    everything: bool = False
    slice: int | None = None
    shard: Shard | None = None
    change: Change | None = None
    _groups: set[str] = field(default_factory=set[str])

    @classmethod
    def of(cls, options: Any, capabilities: Capabilities, *, is_reference: bool) -> "Scope":
        """What the command line asks for."""
        return cls(
            capabilities,
            is_reference,
            options.everything,
            None if options.slice is None else part(options.slice, SLICES),
            None if options.shard is None else Shard.of(options.shard),
            None if options.affected_by is None else Change.since(options.affected_by),
        )

    def facts(self) -> dict[str, str]:
        """What a reader of the report has to know."""
        found = {"cases": "everything" if self.everything else "of the backend"}
        if self.slice is not None:
            found["slice"] = f"{self.slice + 1} of {SLICES}"
        if self.shard is not None:
            found["shard"] = str(self.shard)
        if self.change is not None:
            found["affected by"] = self.change.text
        return found

    def reason_against(self, case: str, item: pytest.Item, bundle: str) -> str:
        """Why a case is no part of the run; nothing if it is. To be asked once, in order."""
        about = {about for mark in item.iter_markers("about") for about in mark.args}
        if "core" in about and not self.everything and not self.is_reference:
            return "about the core: run on numpy, and here with --everything"
        if self.slice is not None and not self.everything and self._is_elsewhere(case, item):
            return "of another slice"
        if self.shard is not None and not self.shard.has(bundle or case):
            return "of another shard"
        if self.change is not None and not self.change.affects(item):
            return "not affected by the change"
        return ""

    def _is_elsewhere(self, case: str, item: pytest.Item) -> bool:
        dtypes = {name for mark in item.iter_markers("dtypes") for name in mark.args}
        rare = not dtypes <= COMMON
        usual = "compiled" if self.capabilities.jit_by_default else "eager"
        groups = [mark.args[1] for mark in item.iter_markers("form") if mark.args[0] != usual]
        groups += [mark.args[0] for mark in item.iter_markers("sampled")]
        for name in groups:
            group = f"{case.partition('[')[0]} {name}"
            rare = rare or group in self._groups
            self._groups.add(group)
        return rare and part(case, SLICES) != self.slice

    def is_single(self, case: str) -> bool:
        """Whether a case of a bundle is to be compiled by itself."""
        return self.everything and part(f"single {case}", SLICES) == (self.slice or 0)
