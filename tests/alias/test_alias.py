"""What `import keras` means in a process that asked for the alias, and in its children."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PLUGINS = [sys.executable, "-m", "keras_core_plugins", "run"]

NO_TENSORFLOW = """
import sys
from importlib.machinery import PathFinder
class _Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name == "tensorflow" else PathFinder.find_spec(name, path, target)
sys.meta_path[sys.meta_path.index(PathFinder)] = _Without
"""


def run(tmp_path: Path, code: str, *start: str, **environment: str) -> str:
    """What a program prints."""
    program = tmp_path / "program.py"
    program.write_text(textwrap.dedent(code))
    environ = {**os.environ, "KERAS_BACKEND": "numpy", **environment}
    done = subprocess.run(
        [*(start or PLUGINS), str(program), "a", "--b"], capture_output=True, text=True, env=environ
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


WAYS = {
    "run": PLUGINS,
    "module": [sys.executable, "-m", "keras_core.alias"],
    "import": [sys.executable],
}


@pytest.mark.parametrize("way", WAYS)
def test_names_mean_this_project(tmp_path: Path, way: str) -> None:
    first = "import keras_core.alias\n" if way == "import" else ""
    code = """
        import sys
        assert sys.argv[1:] == ["a", "--b"], sys.argv
        import keras
        import keras.layers as layers
        from keras import ops
        from keras.models import Model
        from keras.api.layers import Dense as from_api
        from keras.src.layers.core.dense import Dense as from_source
        from keras.src.losses.losses import LossFunctionWrapper
        import keras_core
        assert layers.Dense is from_api is from_source is keras_core.layers.Dense
        assert keras.Model is Model is keras_core.Model
        assert ops.add is keras_core.ops.add
        assert keras.__version__ == keras.version() == "3.15.1"
        assert keras_core.__version__ != keras.__version__
        assert issubclass(LossFunctionWrapper, keras.Loss)
        assert keras.src.backend.standardize_dtype("int32") == "int32"
        assert keras.applications.vgg16.VGG16 is keras_core.applications.VGG16
        for wrong in ("keras.nope", "keras.layers.dense", "keras.core"):
            try:
                __import__(wrong)
            except ImportError:
                continue
            raise SystemExit(wrong)
        try:
            keras.layers.base
        except AttributeError:
            print("done")
    """
    assert "done" in run(tmp_path, first + textwrap.dedent(code), *WAYS[way])


def test_tensorflow_keras_without_tensorflow(tmp_path: Path) -> None:
    code = """
    import importlib.util
    import tensorflow as tf
    import tensorflow.keras.backend as K
    from tensorflow import keras
    from tensorflow.keras.layers import Dense
    import keras as plain
    assert tf.keras.layers.Dense is keras.layers.Dense is Dense is plain.layers.Dense
    try:
        tf.constant
    except AttributeError as e:
        print(e)
    """
    told = run(tmp_path, NO_TENSORFLOW + textwrap.dedent(code))
    assert "TensorFlow is not installed" in told


def test_libraries_see_that_there_is_no_tensorflow(tmp_path: Path) -> None:
    library = tmp_path / "site-packages" / "library.py"
    library.parent.mkdir()
    library.write_text("try:\n    import tensorflow as tf\nexcept ImportError:\n    tf = None\n")
    code = f"sys.path.insert(0, {str(library.parent)!r})\nimport library\nprint(library.tf)\n"
    assert run(tmp_path, NO_TENSORFLOW + code) == "None\n"


def test_children_keep_it(tmp_path: Path) -> None:
    code = """
    import multiprocessing, subprocess, sys
    import keras
    def name(_):
        import keras
        return keras.layers.Dense.__module__
    if __name__ == "__main__":
        command = "import keras; print(keras.layers.Dense.__module__)"
        print(subprocess.check_output([sys.executable, "-c", command], text=True).strip())
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(*pool.map(name, [0]))
    """
    assert run(tmp_path, code).split() == ["keras_core.layers.core.dense"] * 2


def test_a_sitecustomize_of_the_user_is_run_too(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('mine')")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    code = """
    import subprocess, sys
    command = "import keras; print(keras.layers.Dense.__module__)"
    subprocess.run([sys.executable, "-c", command], check=True)
    """
    assert "mine\nkeras_core" in run(tmp_path, code, PYTHONPATH=path)


def test_the_program_chooses_the_backend(tmp_path: Path) -> None:
    code = """
    import os
    os.environ["KERAS_BACKEND"] = "numpy"
    import keras
    print(keras.backend.backend())
    """
    for way in ("run", "module"):
        assert run(tmp_path, code, *WAYS[way], KERAS_BACKEND="jax") == "numpy\n"


def test_the_real_keras_was_imported_before(tmp_path: Path) -> None:
    (tmp_path / "keras.py").write_text("")
    code = """
    import keras
    try:
        import keras_core.alias
    except ImportError as error:
        print(type(error).__name__, error)
    """
    told = run(tmp_path, code, sys.executable)
    assert told.startswith("RealKerasImportedError `keras` has already been imported")
    assert "keras.py" in told
    assert "keras-core run" in told


@pytest.mark.parametrize("how", ["option", "ini"])
def test_pytest(tmp_path: Path, how: str) -> None:
    (tmp_path / "test_it.py").write_text(
        "import keras\nimport keras_core\n\n"
        "def test_it():\n    assert keras.layers.Dense is keras_core.layers.Dense\n"
    )
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\n" + ("keras_core_alias = true\n" if how == "ini" else "")
    )
    options = ["--keras-core-alias"] if how == "option" else []
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(tmp_path)],
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_BACKEND": "numpy"},
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_old_paths_warn_once(tmp_path: Path) -> None:
    code = """
    import warnings
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        from keras.utils.np_utils import to_categorical
        from keras.layers.core import Dense
        from keras.backend import mean
        from keras.layers.core import Dropout
        from keras.backend import mean
    for one in told:
        print(one.category.__name__, one.filename.endswith("program.py"), one.message)
    """
    lines = run(tmp_path, code).splitlines()
    assert lines == [
        "DeprecationWarning True `keras.utils.np_utils` is of Keras 2. Today, use `keras.utils`.",
        "DeprecationWarning True `keras.layers.core` is of Keras 2. Today, use `keras.layers`.",
        "DeprecationWarning True `keras.backend.mean` is of Keras 2. Today, use `keras.ops.mean`.",
    ]


def test_what_libraries_take_from_the_source(tmp_path: Path) -> None:
    code = """
    import io
    import numpy as np
    import pytest
    import keras
    from keras.src import backend
    from keras.src.backend.common.keras_tensor import any_symbolic_tensors
    from keras.src.ops.operation_utils import compute_conv_output_shape
    from keras.src.saving import serialization_lib
    from keras.src.saving.saving_lib import H5IOStore, load_model, save_model
    from keras.src.utils.backend_utils import in_grain_data_pipeline
    from keras.src.utils.tracking import no_automatic_dependency_tracking
    from keras_core.alias.modules import _at, _home
    from keras_core.alias.names import OLD_MODULES, PRIVATE

    for names in PRIVATE.values():
        for place in names.values():
            assert _at(place) is not None
    for module in OLD_MODULES.values():
        assert _home(module) is not None

    given = keras.Input((3,)), keras.ops.ones((3, 2))
    spec = backend.compute_output_spec(lambda x, y: x @ y, *given)
    assert spec.shape == (None, 2)
    assert any_symbolic_tensors(([keras.Input((3,))],)) and not any_symbolic_tensors((1,), {})
    shape = compute_conv_output_shape((2, None, 9, 3), 4, (3, 3), strides=2, padding="same")
    assert shape == (2, None, 5, 4)
    x = keras.ops.ones((2, 3))
    backend.set_keras_mask(x, keras.ops.ones((2,), "bool"))
    assert backend.get_keras_mask(x).shape == (2,)
    with serialization_lib.SafeModeScope(False):
        assert not serialization_lib.in_safe_mode()
    assert serialization_lib.in_safe_mode()

    store = H5IOStore("it.h5", mode="w")
    store.make("a")["rank"] = 3
    store.make("a/0")["kernel"] = keras.Variable(np.ones((2, 2)))
    with pytest.raises(ValueError, match="is being written"):
        store.get("a")
    store.close()
    store = H5IOStore("it.h5")
    assert int(store.get("a")["rank"][()]) == 3
    assert store.get("a/0")["kernel"].shape == (2, 2)
    assert store.has_path("a/0") and not store.has_path("b") and not store.get("b")
    assert store.keys() == ["a"]
    with pytest.raises(ValueError, match="opened to be read"):
        store.make("b")
    store.close()

    file = io.BytesIO()
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    save_model(model, file)
    again = load_model(io.BytesIO(file.getvalue()), compile=True)
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
    save_model(model, "m.keras")
    assert load_model("m.keras").count_params() == 8

    class Holder(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.seen = keras.layers.Dense(1)
            self.hold(keras.layers.Dense(1))

        @no_automatic_dependency_tracking
        def hold(self, layer):
            assert isinstance(self, Holder)
            self.unseen = layer
            self.several = [layer]

    holder = Holder()
    holder.seen.build((1, 2)), holder.unseen.build((1, 2))
    assert len(holder.weights) == 2 and holder.several == [holder.unseen]

    assert not in_grain_data_pipeline()
    grain = {"__name__": "grain.worker", "ask": in_grain_data_pipeline}
    exec("def work(): return ask()", grain)
    assert grain["work"]()
    print("done")
    """
    assert (
        run(tmp_path, f"import os\nos.chdir({str(tmp_path)!r})\n" + textwrap.dedent(code))
        == "done\n"
    )
