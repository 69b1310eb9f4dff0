"""Convolutions over sequences, images and volumes."""
