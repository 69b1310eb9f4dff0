"""Names of backends: how a request is read, and which names belong to whom."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

NUMPY: Final = "numpy"
"""The embedded reference backend, which is always there."""

OFFICIAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "tensorflow": "keras-backend-tensorflow",
        "jax": "keras-backend-jax",
        "torch": "keras-backend-torch",
        "openvino": "keras-backend-openvino",
        NUMPY: "keras-core",
    }
)
"""Backend names and the distributions that they are reserved for.

The order is the order of the automatic choice: it is part of the documentation.
"""

ENGINE_LAYERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "TorchModuleWrapper": "torch",
        "JaxLayer": "jax",
        "FlaxLayer": "jax",
        "TFSMLayer": "tensorflow",
    }
)
"""Layers of Keras that one engine computes, and the backend whose plugin has them.

Another backend may have them as well; this is for the words of an error.
"""

# Both are matched against the whole string, never searched: a request comes from the
# environment or from a file, and must not be able to reach the import system.
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_DISTRIBUTION: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_LONGEST: Final = 128


def is_valid(name: str) -> bool:
    """Whether ``name`` is a backend name as it stands."""
    return len(name) <= _LONGEST and _NAME.fullmatch(name) is not None


def canonical(name: str) -> str:
    """The form in which two spellings of one name (case, ``-`` or ``_``) are equal."""
    return name.strip().lower().replace("-", "_").replace(".", "_")


def canonical_distribution(name: str) -> str:
    """The normalised name of a distribution, as the packaging standards define it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def parse_request(request: str) -> tuple[str | None, str] | None:
    """Split ``name`` or ``distribution:name`` into its parts; None if it is neither.

    >>> parse_request(" Torch ")
    (None, 'torch')
    >>> parse_request("my-torch:torch")
    ('my-torch', 'torch')
    >>> parse_request("../evil") is None
    True
    """
    distribution, colon, name = request.strip().rpartition(":")
    name = name.strip().lower()
    if not is_valid(name):
        return None
    if not colon:
        return None, name
    distribution = distribution.strip()
    if len(distribution) > _LONGEST or _DISTRIBUTION.fullmatch(distribution) is None:
        return None
    return canonical_distribution(distribution), name


def closest(name: str, known: Iterable[str]) -> str | None:
    """The one of ``known`` that ``name`` probably is a misspelling of."""
    import difflib  # only an error needs it

    found = difflib.get_close_matches(canonical(name), sorted(set(known)), n=1, cutoff=0.6)
    return found[0] if found else None
