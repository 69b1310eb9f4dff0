"""The modules that users import from."""

import importlib
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import keras_core as keras
from keras_core.core.base.index import OLD, OPERATIONS, PARTS, PUBLIC
from keras_core.core.base.public import modules_in_files, objects_in
from keras_core.core.tensors.operations import operations


def _run(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def _face(module):
    return importlib.import_module("keras_core" + module.removeprefix("keras"))


@pytest.mark.parametrize("module", PUBLIC)
def test_a_face_has_all_of_its_names(module):
    face = _face(module)
    assert {*PUBLIC[module]} <= {*face.__all__} <= {*dir(face)}
    optional = module == "keras.wrappers"  # these stand on a library that need not be there
    for name in () if optional else face.__all__:
        found = getattr(face, name)
        assert getattr(face, name) is found, "it is another one the second time"
    with pytest.raises(AttributeError, match=f"{face.__name__!r} has no attribute 'nothing'"):
        face.nothing


def test_names_are_found_in_every_way():
    space = {}
    exec("from keras_core.layers import *", space)
    assert {*keras.layers.__all__} <= {*space}
    assert (
        space["Dense"]
        is keras.layers.Dense
        is importlib.import_module(keras.layers.Dense.__module__).Dense
    )
    assert pickle.loads(pickle.dumps(keras.layers.Dense)) is keras.layers.Dense
    assert pickle.loads(pickle.dumps(keras.ops.add)) is keras.ops.add


def test_importing_imports_what_is_used_and_no_more():
    code = "import sys, keras_core; {}; print(*(m for m in sys.modules if m.startswith('keras')))"
    at_first = _run(code.format("pass"))
    assert not {"keras_core.ops", "keras_core.layers", "keras_core.models"} & {*at_first}
    assert "keras_core.core.tensors.runtime" in at_first, "the backend is locked"
    modules = _run(code.format("keras_core.layers.Dense(1); keras_core.Sequential"))
    assert "keras_core.layers.core.dense" in modules
    for other in ("applications", "layers.preprocessing.image", "legacy", "datasets", "wrappers"):
        assert not any(m.startswith(f"keras_core.{other}") for m in modules), other


@pytest.mark.parametrize(
    "library", ["h5py", "PIL", "scipy", "pandas", "requests", "rich", "sklearn", "matplotlib"]
)
def test_libraries_that_a_model_need_not_have_are_not_imported(library):
    code = "import sys, keras_core as k; k.Sequential([k.layers.Dense(1)]).compile('sgd', 'mse')"
    assert _run(f"{code}; print({library!r} in sys.modules)") == ["False"]


def test_what_registers_something_is_imported_where_it_is_needed():
    assert PARTS == {
        "keras.dtype_policies": ["dtype_policies.quantized"],
        "keras.layers": ["layers.engine.modules"],
        "keras.models": ["models.functional"],
        "keras.ops": ["ops.ragged_rules", "ops.sparse_rules"],
    }
    for code, wanted in (
        ("k.dtype_policies.get('int8_from_float32').name", "int8_from_float32"),
        ("k.Model(x := k.Input((2,)), x + 1).count_params()", "0"),
        ("operation_named('relu').sparse_rule is None", "False"),
    ):
        named = "import keras_core as k; from keras_core.core.dispatch.op import operation_named"
        assert _run(f"{named}; print({code})") == [wanted]


def test_operations_are_declared_when_they_are_asked_for():
    code = "from keras_core.core.tensors.operations import operations as o"
    assert _run(f"{code}; print(len(o.by_name), o.conv.__name__, o.by_name.get('none'))") == [
        str(len(OPERATIONS)), "conv", "None",
    ]  # fmt: skip
    assert {*OPERATIONS} <= {*operations.by_name}
    with pytest.raises(AttributeError, match="nothing"):
        operations.nothing


def test_names_of_keras_2_are_in_no_list():
    for module, names in OLD.items():
        assert not {*names} & {*dir(_face(module))}


def test_what_files_may_name_is_public_and_made_from_configs():
    for module in modules_in_files():
        found = objects_in(module)
        assert all(callable(obj.from_config) for obj in found.values() if isinstance(obj, type))
    assert {"Dense", "Conv2D"} <= {*objects_in("keras.layers")}
    assert "mse" in objects_in("keras.losses")
    assert "get" not in objects_in("keras.losses")
    assert not objects_in("keras.wrappers")


def test_no_other_module_imports_one_by_its_name():
    """Imports that the contracts of floors cannot see go through the index."""
    root = Path(keras.__file__).parent
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "import_module(" in path.read_text(encoding="utf-8")
    }
    index = {"core/base/lazy.py", "core/base/public.py", "core/tensors/operations.py"}
    # these stand above everything; a copy for the host has a name of its own
    above = ("alias/", "conformance/", "inspection/")
    others = {name for name in found if name.startswith(above)}
    assert found == index | others | {"core/base/host_copy.py"}
