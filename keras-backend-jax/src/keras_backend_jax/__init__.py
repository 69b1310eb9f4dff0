"""The jax backend of Keras Core. Importing this package does not import jax."""
