"""Layers that prepare images."""
