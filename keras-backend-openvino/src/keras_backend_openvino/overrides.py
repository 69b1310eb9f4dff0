"""Composites that OpenVINO has natively."""

OVERRIDES: dict = {}
