"""Layers that take strings and categories."""
