"""Bounding boxes: their formats, what moves do to them, how they overlap."""
