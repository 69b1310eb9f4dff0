"""Models for other programs: `keras.export`."""

from keras_core.export.archive import ExportArchive

__all__ = [
    "ExportArchive",
]
