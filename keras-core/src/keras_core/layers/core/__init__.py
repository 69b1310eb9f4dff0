"""Layers that stand at the core of most models."""
