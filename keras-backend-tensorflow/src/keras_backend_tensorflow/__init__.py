"""Keras on TensorFlow. Importing this package does not import TensorFlow."""
