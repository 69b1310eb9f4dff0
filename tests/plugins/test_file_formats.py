"""A file format that a plugin adds."""

CODE = """
import numpy as np
from keras_core_plugins import FileFormat, hookimpl

def write_weights(model, path, precision=18):
    lines = [" ".join(f"{x:.{precision}g}" for x in np.ravel(w)) for w in model.get_weights()]
    path.write_text("\\n".join(["scroll", *lines]))

def read_weights(model, path, skip_mismatch):
    rows = [np.array(line.split(), "float64") for line in path.read_text().splitlines()[1:]]
    model.set_weights([r.reshape(w.shape) for r, w in zip(rows, model.get_weights(), strict=True)])

@hookimpl
def keras_core_file_formats():
    return [
        FileFormat(
            name="scroll",
            suffixes=(".scroll",),
            recognizes=lambda path: path.read_bytes().startswith(b"scroll"),
            write_weights=write_weights,
            read_weights=read_weights,
        )
    ]
"""

USE = """
    import sys, tempfile, pathlib
    import numpy as np
    import keras_core as keras

    def made():
        return keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])

    path = pathlib.Path(tempfile.mkdtemp()) / "w.scroll"
    model, other = made(), made()
    model.save_weights(path)
    path.rename(path.with_name("w.txt"))
    other.load_weights(path.with_name("w.txt"))
    print(all(np.array_equal(a, b) for a, b in zip(model.get_weights(), other.get_weights())))
    for use in (
        lambda: other.load_weights(path.with_name("w.txt"), by_name=True),
        lambda: keras.models.load_model(path.with_name("w.txt")),
        lambda: model.save(path),
        lambda: model.save_weights("w.parchment"),
    ):
        try:
            use()
        except ValueError as error:
            print(error)
"""


def test_a_plugin_saves_weights_in_a_format_of_its_own(site):
    site.install("scroll", plugins={"scroll": "scroll_plugin"}, files={"scroll_plugin.py": CODE})
    out = site.python(USE, KERAS_BACKEND="numpy").splitlines()
    assert out[0] == "True"
    assert "not supported by the format 'scroll': by_name" in out[1]
    assert "holds weights only (its format is 'scroll')" in out[2]
    assert "Invalid filepath extension" in out[3]
    assert ".scroll" in out[4]


def test_a_plugin_that_fails_is_left_out(site):
    site.install("torn", plugins={"torn": "torn_plugin"}, files={"torn_plugin.py": "1 / 0"})
    out = site.python(
        """
        import warnings
        import keras_core as keras
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                model.save_weights("w.scroll")
            except ValueError:
                print([str(w.message) for w in caught])
        """,
        KERAS_BACKEND="numpy",
    )
    assert "torn 1.0 adds by keras_core_file_formats is left out" in out
