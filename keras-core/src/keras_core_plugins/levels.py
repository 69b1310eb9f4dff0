"""The levels of the conformance suite: names and order, and nothing that needs the suite."""

from typing import Final

LEVELS: Final = (
    "protocol",
    "primitives",
    "ops",
    "inference",
    "gradients",
    "training",
    "saving",
    "distribution",
    "performance",
)
"""In the order of the road: what is wrong in one level is to be mended before the next."""

CASE_TIMEOUT: Final = 60.0
"""How many seconds a case may take, unless the run says otherwise."""
