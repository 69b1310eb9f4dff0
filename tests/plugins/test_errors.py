"""Messages that say what came, what was expected and what to do; errors that travel."""

import pickle

import pytest

import keras_core_plugins as k

ERRORS = [
    k.CapabilityError(
        "fit()",
        "gradients",
        backend="openvino",
        provider="keras-backend-openvino 1.0",
        state="inference-only",
        cure="Train on jax, torch or tensorflow, save to .keras, and load it here.",
    ),
    k.UnsupportedOpError("eig", "no solver"),
    k.ExportError("onnx", "the layer 'model/fft' (FFT)", ValueError("no operator\nfor fft")),
    k.ConfigFileError("/home/x/keras.json", "it holds []"),
    k.InvalidBackendNameError("a/b", "the environment variable KERAS_BACKEND", ["torch"]),
    k.BackendNotFoundError("tourch", "the caller", ["numpy"]),
    k.BackendImportError(
        "alpha",
        distribution="alpha-dist",
        version="1.0",
        entry_point="alpha.plugin",
        problem="boom",
        pip="pip install x",
        others=["numpy"],
    ),
    k.EngineVersionError(
        "alpha", distribution="d", version="1", engine="e", found="0.1", requires=">=2"
    ),
    k.DuplicateBackendError("alpha", "the caller", [("a", "1", "/x"), ("b", "2", "/y")]),
    k.BackendProtocolError("alpha", distribution="d", version="1", protocol=(2, 0), ours=(1, 0)),
    k.BackendConformanceError("alpha", "d 1", ["one", "two"]),
    k.BackendLockedError("torch", "numpy", reason="it was there", where="x.py:3"),
    k.BackendNotLockedError("no backend yet"),
    k.BackendError("something"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_errors_survive_the_way_to_another_process(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_errors_are_of_one_family(error):
    assert isinstance(error, k.KerasCoreError)
    assert "\n" not in getattr(error, "summary", "")


def test_every_public_error_is_tested_here():
    public = {
        v for v in vars(k).values() if isinstance(v, type) and issubclass(v, k.KerasCoreError)
    }
    assert public - {k.KerasCoreError} == {type(error) for error in ERRORS}


def test_capability_error():
    assert str(ERRORS[0]) == (
        "fit() needs gradients, and backend 'openvino' (keras-backend-openvino 1.0) is "
        "inference-only. Train on jax, torch or tensorflow, save to .keras, and load it here."
    )


@pytest.mark.parametrize(
    "error, builtin",
    [
        (k.BackendImportError, ImportError),
        (k.EngineVersionError, ImportError),
        (k.BackendNotFoundError, LookupError),
        (k.InvalidBackendNameError, ValueError),
        (k.ConfigFileError, ValueError),
        (k.BackendLockedError, RuntimeError),
        (k.CapabilityError, RuntimeError),
        (k.UnsupportedOpError, NotImplementedError),
        (k.ExportError, RuntimeError),
    ],
)
def test_errors_are_also_what_python_would_raise(error, builtin):
    assert issubclass(error, builtin)


def test_an_export_error_tells_the_first_cause():
    cause = RuntimeError("step 3 of 3")
    cause.__cause__ = ValueError("no operator\nfor fft " + "x" * 600)
    text = str(k.ExportError("onnx", "the layer 'fft' (FFT)", cause))
    assert text.startswith(
        "The format 'onnx' cannot hold the layer 'fft' (FFT). ValueError: no operator for fft"
    )
    assert text.endswith("x...")
    assert len(text) < 600


def test_newer_and_older_protocol_have_different_cures():
    older = k.BackendProtocolError(
        "alpha", distribution="alpha-dist", version="1", protocol=(0, 9), ours=(1, 0)
    )
    assert "pip install --upgrade keras-core" in str(ERRORS[9])
    assert "pip install --upgrade alpha-dist" in str(older)


def test_values_in_messages_are_escaped_and_cut():
    error = k.InvalidBackendNameError("\x1b[31m" + "x" * 1000, "the caller")
    assert "\x1b" not in str(error)
    assert len(str(error)) < 500


def test_unsupported():
    eig = k.unsupported("eig", "the engine has no eigensolver")
    with pytest.raises(k.UnsupportedOpError, match=r"eig\(\) is not supported .* eigensolver"):
        eig(1, axis=2)
    assert eig.__name__ == "eig"
    assert k.unsupported_reason(eig) == "the engine has no eigensolver"
    assert k.unsupported_reason(len) is None
