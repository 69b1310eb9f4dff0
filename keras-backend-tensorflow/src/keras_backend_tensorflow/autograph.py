"""What AutoGraph leaves alone."""

import contextlib
import functools

_OURS = (
    "keras_core",
    "keras_core_on_host",
    "keras_core_plugins",
    "keras_backend_numpy",
    "keras_backend_tensorflow",
)


@functools.cache
def spare() -> None:
    """Keep AutoGraph from rewriting functions of these packages, from now on.

    In a `tf.function` of the user's, or a `map` of tf.data, it rewrites every function that is
    called, except those of the packages that it knows, Keras among them. These need it no more
    than Keras, and it takes far longer than to trace them. TensorFlow has no public name for the
    list.
    """
    with contextlib.suppress(ImportError, AttributeError):
        from tensorflow.python.autograph.core import config

        rules = tuple(map(config.DoNotConvert, _OURS))
        config.CONVERSION_RULES = (*rules, *config.CONVERSION_RULES)
