"""What a file of a model is refused with: one family of errors."""

from keras_core_plugins import KerasCoreError


class ModelFileError(KerasCoreError, ValueError):
    """A file is not loaded. What was there before the attempt is as it was."""


class CorruptFileError(ModelFileError):
    """A file is truncated, damaged, or not what its name says."""


class UnsafeFileError(ModelFileError):
    """A file asks for what no saver writes, such as reading another file or running code."""


class LimitExceededError(ModelFileError):
    """A file asks for more memory, depth or members than a model of its size can need."""
