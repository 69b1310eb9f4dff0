"""Hypothesis here has no deadline: the first call of an operation compiles on some engines."""

import os

from hypothesis import settings

# `make test` draws fewer, and others each time
examples = 20 if os.environ.get("TEST_SLICE") else 60
settings.register_profile("engines", deadline=None, max_examples=examples)
settings.load_profile("engines")
