"""Keras on OpenVINO, for inference. Importing this package does not import OpenVINO."""
