"""tinygrad as an engine for Keras Core, written against `keras_core_plugins` alone."""
