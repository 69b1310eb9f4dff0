"""The reference backend: Keras on NumPy. It is registered like any other, as ``numpy``."""
