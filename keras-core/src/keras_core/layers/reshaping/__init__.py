"""Layers that change the shapes of tensors."""
