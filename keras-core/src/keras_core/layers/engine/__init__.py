"""Layers that compute with functions of one engine."""
