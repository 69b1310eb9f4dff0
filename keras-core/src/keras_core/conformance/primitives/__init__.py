"""Level ``primitives``: every primitive called with what the core may call it with.

Each result is held against a reference in NumPy float64 that shares no code with a backend.
It needs `keras_core_plugins` only, so a new backend can be tried before the core runs on it::

    for case in iter_cases("conv", dtypes=backend.info.capabilities.dtypes):
        run_case(backend, case)
"""

from collections.abc import Collection, Iterator

from keras_core.conformance.primitives.case import Case, Outcome, run_case, trials_together
from keras_core.conformance.primitives.contractions import contraction_cases
from keras_core.conformance.primitives.decompositions import decomposition_cases
from keras_core.conformance.primitives.elementwise import elementwise_cases
from keras_core.conformance.primitives.indexing import indexing_cases
from keras_core.conformance.primitives.ordering import ordering_cases
from keras_core.conformance.primitives.reductions import reduction_cases
from keras_core.conformance.primitives.shaping import shaping_cases

__all__ = ["Case", "Outcome", "iter_cases", "run_case", "trials_together"]

_FAMILIES = (
    elementwise_cases,
    reduction_cases,
    shaping_cases,
    indexing_cases,
    ordering_cases,
    contraction_cases,
    decomposition_cases,
)


def iter_cases(
    primitive: str | None = None, dtypes: Collection[str] | None = None
) -> Iterator[Case]:
    """The cases of one primitive or of all, of those that need no dtype but ``dtypes``."""
    available = None if dtypes is None else frozenset(dtypes)
    for family in _FAMILIES:
        for case in family():
            if primitive is not None and case.primitive != primitive:
                continue
            if available is None or case.dtypes <= available:
                yield case
