"""Keras core."""
