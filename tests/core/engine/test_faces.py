"""The modules that users import from."""

import pkgutil
import sys

import keras_core as keras
from keras_core.core.base.public import OBJECTS


def test_all_rooms_of_operations_are_there_once_the_package_is():
    # a module that only registers things, such as rules for sparse tensors, is easily forgotten
    path = keras.ops.__path__
    found = {m.name for m in pkgutil.walk_packages(path, "keras_core.ops.")}
    assert found <= set(sys.modules)


def test_what_files_may_name_is_public_and_made_from_configs():
    for module, names in OBJECTS.items():
        for name, obj in names.items():
            assert not isinstance(obj, type) or callable(obj.from_config), (module, name)
    assert "get" not in OBJECTS["keras.losses"]
    assert "get_file" not in OBJECTS.get("keras.utils", {})
