"""Nests of containers: `keras.tree`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.core.base.tree import MAP_TO_NONE as MAP_TO_NONE
    from keras_core.core.base.tree import assert_same_paths as assert_same_paths
    from keras_core.core.base.tree import assert_same_structure as assert_same_structure
    from keras_core.core.base.tree import flatten as flatten
    from keras_core.core.base.tree import flatten_with_path as flatten_with_path
    from keras_core.core.base.tree import is_nested as is_nested
    from keras_core.core.base.tree import lists_to_tuples as lists_to_tuples
    from keras_core.core.base.tree import map_shape_structure as map_shape_structure
    from keras_core.core.base.tree import map_structure as map_structure
    from keras_core.core.base.tree import map_structure_up_to as map_structure_up_to
    from keras_core.core.base.tree import pack_sequence_as as pack_sequence_as
    from keras_core.core.base.tree import traverse as traverse
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]
