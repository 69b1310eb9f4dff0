"""Export formats that a plugin adds."""

CODE = """
import json
from keras_core_plugins import ExportFormat, hookimpl

def write(program, filepath, *, indent=None):
    import numpy as np
    (endpoint,) = program.endpoints
    (x,) = endpoint.signature
    y = endpoint.fn(list(program.state.values()), np.ones((2, *x.shape[1:]), x.dtype))
    about = [x.name, x.shape, x.dtype, list(program.state), y.tolist()]
    with open(filepath, "w") as f:
        json.dump(about, f, indent=indent)

@hookimpl
def keras_core_export_formats():
    return [ExportFormat(name="papyrus", write=write, suffix=".json")]
"""

USE = """
    import pathlib
    import warnings
    import keras_core as keras

    x = keras.Input((3,), name="the input")
    y = keras.layers.Dense(1, kernel_initializer="ones", name="a.b")(x)
    model = keras.Model(x, keras.layers.Dropout(0.5)(y))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model.export("m.json", format="papyrus", verbose=False)
            print(pathlib.Path("m.json").read_text())
            model.export("m.json", format="scroll")
        except Exception as e:
            print(type(e).__name__, e)
    print([str(w.message) for w in caught])
"""


def test_a_plugin_without_a_backend_adds_a_format(site):
    site.install("scribe", plugins={"scribe": "scribe_plugin"}, files={"scribe_plugin.py": CODE})
    written, refused, warned = site.python(USE, KERAS_BACKEND="numpy").splitlines()
    start = '["the_input", [null, 3], "float32", ["a_b/kernel", "a_b/bias", '
    assert written.startswith(start)
    assert written.endswith('_state"], [[3.0], [3.0]]]')
    assert refused.startswith("ValueError Unrecognized format='scroll'")
    assert "with backend 'numpy': papyrus." in refused
    assert warned == "[]"


def test_a_plugin_that_fails_is_left_out(site):
    site.install("scribe", plugins={"scribe": "scribe_plugin"}, files={"scribe_plugin.py": CODE})
    site.install("torn", plugins={"torn": "torn_plugin"}, files={"torn_plugin.py": "1 / 0"})
    *_, warned = site.python(USE, KERAS_BACKEND="numpy").splitlines()
    assert "torn 1.0 adds by keras_core_export_formats is left out" in warned


def test_another_backend_has_the_format(site):
    site.install_backend("presse", capabilities='export_formats=("scroll",)')
    out = site.python(USE, KERAS_BACKEND="numpy")
    assert "Unrecognized format='papyrus'. Formats with backend 'numpy': none; with presse" in out
    assert "presse: scroll" in out
    out = site.python(USE.replace('"papyrus"', '"scroll"'), KERAS_BACKEND="numpy")
    assert "CapabilityError" in out
    assert "needs a writer of that format, and backend 'numpy' (keras-core" in out
    assert "is without one (its formats: none). Save the model to .keras" in out
    assert "with KERAS_BACKEND=presse." in out
