"""Pooling over sequences, images and volumes."""
