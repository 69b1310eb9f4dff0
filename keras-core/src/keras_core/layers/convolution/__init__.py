"""Convolution layers of more than one step."""
