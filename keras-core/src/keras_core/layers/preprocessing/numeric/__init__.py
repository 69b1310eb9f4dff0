"""Layers that prepare numbers."""
