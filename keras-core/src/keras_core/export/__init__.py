"""Models for other programs: `keras.export`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.export.archive import ExportArchive as ExportArchive
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "ExportArchive",
]
