"""Layers that cut and reshape."""
