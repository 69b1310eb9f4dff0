"""Trainings, each written once: a curve of numbers that every backend has to give."""

from collections.abc import Callable
from typing import Any

SCENARIOS: dict[str, Callable[[], Any]] = {}
"""By name: what runs a training and returns its curve."""
