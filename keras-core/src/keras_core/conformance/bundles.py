"""Compiled cases that are compiled together.

To compile is what takes long, so cases that are marked with ``@pytest.mark.bundle(NAME, SUBJECT)``
share one compiled function with up to `SIZE` subjects. A case whose result is wrong there, and
every case of a bundle that could not be compiled, is run by itself: what the suite reports is
always about one case.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

SIZE: Final = 32
"""The largest number of subjects in a bundle: compilers are not linear in the program's size."""


class Subject(Protocol):
    """What cases are about: a case of a primitive, a row of a table."""

    @property
    def id(self) -> str:
        """A name that tells it from the others of its bundle."""
        ...


T = TypeVar("T", bound=Subject)


@dataclass
class Bundle:
    """Subjects that are compiled together, and what came of it."""

    name: str = ""
    members: dict[str, Any] = field(default_factory=dict[str, Any])
    """The subjects by id; none if each is to be compiled by itself."""

    _results: Mapping[str, Any] | None = None

    @property
    def is_pending(self) -> bool:
        """Whether the next subject that asks has all of them run."""
        return self._results is None and bool(self.members)

    def passes(
        self,
        subject: T,
        compute: Callable[[Sequence[T]], Mapping[str, Any]],
        check: Callable[[Any], None],
    ) -> bool:
        """Whether the result of ``subject`` is right; if not, it has to be run by itself.

        Args:
            subject: The subject of the case that asks.
            compute: Takes all subjects of the bundle and returns their results by id. It is
                called once for a bundle.
            check: Raises an `AssertionError` for a wrong result.
        """
        if self._results is None:
            try:
                self._results = compute(list(self.members.values())) if self.members else {}
            except Exception:  # of one of the cases, which will tell when it is run by itself
                self._results = {}
        if subject.id not in self._results:
            return False
        try:
            check(self._results[subject.id])
        except AssertionError:
            return False
        return True


def bundles_of(marked: Iterable[tuple[str, Subject]]) -> dict[tuple[str, str], Bundle]:
    """The bundle of each subject, by the name of the mark and the subject's id."""
    found: dict[tuple[str, str], Bundle] = {}
    latest: dict[str, Bundle] = {}
    for name, subject in marked:
        if (name, subject.id) in found:
            continue
        bundle = latest.get(name)
        if bundle is None or len(bundle.members) == SIZE:
            number = 0 if bundle is None else int(bundle.name.rpartition("-")[2]) + 1
            bundle = latest[name] = Bundle(f"{name}-{number}")
        bundle.members[subject.id] = subject
        found[name, subject.id] = bundle
    return found
