"""Hypothesis here has no deadline: the first call of an operation compiles on some engines."""

from hypothesis import settings

settings.register_profile("engines", deadline=None, max_examples=60)
settings.load_profile("engines")
