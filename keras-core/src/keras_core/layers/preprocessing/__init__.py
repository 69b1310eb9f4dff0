"""Layers that prepare data for models."""
