"""What level ``distribution`` asks of several devices: a program, run where there are some.

Each check compares what the devices do with what one does, in the same process. ``python spread.py
FOLDER`` writes what came of them to a file per process.
"""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import keras_core as keras
from keras_core import distribution as d
from keras_core import layers, optimizers
from keras_core.conformance.suite.model_rows import values
from keras_core.core.tensors import runtime

UNEVEN = 21
"""Samples, which neither batches nor devices divide."""


def joined() -> bool:
    """Whether this is one of several processes."""
    return int(os.environ.get("KERAS_DISTRIBUTION_NUM_PROCESSES", "1")) > 1


def close(actual: Any, expected: Any, what: str) -> None:
    """Hold what several devices gave against what one gave."""
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=5e-6, err_msg=what)


def model(synchronized: bool = True) -> Any:
    """A network with a normalisation, compiled."""
    net = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(8, "tanh", kernel_regularizer="l2", name="wide"),
            layers.BatchNormalization(name="norm", synchronized=synchronized),
            layers.Dense(1, name="out"),
        ]
    )
    for i, weight in enumerate(net.trainable_weights):
        weight.assign(values(f"spread {i}", *weight.shape))
    net.compile(optimizers.SGD(0.05), "mse", metrics=["mae"])
    return net


def trained(spread: Any) -> tuple[Any, Any]:
    """A model that was trained in the scope of a distribution, and its curve."""
    x = values("spread x", UNEVEN, 6)
    y = x.sum(1, keepdims=True)
    d.set_distribution(spread)
    try:
        net = model()
        options = {"batch_size": 8, "shuffle": False, "verbose": 0}
        return net, net.fit(x, y, epochs=2, validation_data=(x[:5], y[:5]), **options).history
    finally:
        d.set_distribution(None)


def hold(spread: Any) -> Any:
    """A model whose curve and weights are those of one device."""
    alone, expected = trained(None)
    net, found = trained(spread)
    for name, curve in expected.items():
        close(found[name], curve, name)
    for a, b in zip(net.weights, alone.weights, strict=True):
        close(a.numpy(), b.numpy(), f"the weight {b.path!r}")
    return net


def refuse(kind: type[Exception], ask: Callable[[], Any], what: str) -> None:
    """Expect an error."""
    try:
        ask()
    except kind:
        return
    raise AssertionError(f"{what} was taken; expected {kind.__name__}")


# -- The checks --------------------------------------------------------------------------


def devices() -> None:
    """There are several, named as such, and this process knows its number."""
    found = d.list_devices()
    assert len(found) > 1, (
        f"there is one device, {found}. Say in conformance.toml how to get several: "
        "[distribution] with `processes = 2`, or with `environment = {...}`"
    )
    assert len(set(found)) == len(found), f"names that are not unique: {found}"
    for name in found:
        kind, _, number = name.partition(":")
        well = kind in ("cpu", "gpu", "tpu") and number.isdigit()
        assert well, f"a device named {name!r}"
    number, count = runtime.DISTRIBUTION.process()
    expected = int(os.environ.get("KERAS_DISTRIBUTION_NUM_PROCESSES", "1"))
    assert 0 <= number < count == expected, f"process {number} of {count}, of {expected} started"


def agreement() -> None:
    """`agree` gives what process 0 says, large numbers too."""
    number = runtime.DISTRIBUTION.process()[0]
    for value in (0, 7, 2**31 - 1 - number):
        found = runtime.DISTRIBUTION.agree(value if number == 0 else max(value - 1, 0))
        expected = 2**31 - 1 if value > 7 else value
        assert found == expected, f"agree gave {found}, process 0 said {expected}"


def meshes() -> None:
    """A mesh of devices that there are not is refused."""
    mesh = d.DeviceMesh((1,), ["batch"], ["cpu:999"])
    refuse(ValueError, lambda: mesh.backend_mesh, "a mesh of the device 'cpu:999'")


def batches() -> None:
    """What is predicted comes in the order of the samples, and there is one for each."""
    x = values("spread x", UNEVEN, 6)
    expected = model().predict(x, batch_size=8, verbose=0)
    with d.DataParallel().scope():
        found = model().predict(x, batch_size=8, verbose=0)
    assert found.shape == expected.shape, f"predictions of shape {found.shape}"
    close(found, expected, "predictions")


def data_parallel() -> None:
    """Losses, metrics, gradients and the statistics of a normalisation are those of one device."""
    hold(d.DataParallel())


def steps() -> None:
    """Results of single batches, and a model that is saved and loaded meanwhile."""
    x = values("spread x", 8, 6)
    y = x.sum(1, keepdims=True)
    alone = model()
    expected = [alone.train_on_batch(x, y) for _ in range(2)]
    with d.DataParallel().scope():
        net = model()
        found = [net.train_on_batch(x, y) for _ in range(2)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "m.weights.h5"
            net.save_weights(path)
            for weight in net.trainable_weights if path.exists() else ():
                assert np.isfinite(weight.numpy()).all()
    close(found, expected, "train_on_batch")


def _cut() -> Any:
    mesh = d.DeviceMesh((1, len(d.list_devices())), ["batch", "model"])
    layout_map = d.LayoutMap(mesh)
    layout_map[".*wide/kernel"] = (None, "model")
    layout_map[".*wide/bias"] = ("model",)
    layout_map[".*out/kernel"] = ("model", None)
    return d.ModelParallel(layout_map=layout_map)


def model_parallel() -> None:
    """Variables that are cut train as whole ones, and are read whole."""
    net = hold(_cut())
    assert net.get_layer("wide").kernel.numpy().shape == (6, 8)


def layouts() -> None:
    """What is laid out is the same when it is read; what cannot be divided is refused."""
    count = len(d.list_devices())
    mesh = d.DeviceMesh((count,), ["batch"])
    x = values("laid out", 2 * count, 3)
    for axes in (["batch", None], [None, None]):
        laid_out = d.distribute_tensor(x, d.TensorLayout(axes, mesh))
        close(keras.ops.convert_to_numpy(laid_out), x, f"a tensor with layout {axes}")
    layout = d.TensorLayout(["batch", None], mesh)
    odd = np.ones((count + 1, 3), "float32")
    refuse(ValueError, lambda: d.distribute_tensor(odd, layout), "an axis that cannot be divided")


CHECKS: dict[str, Callable[[], None]] = {
    "devices": devices,
    "agreement": agreement,
    "meshes": meshes,
    "batches": batches,
    "data_parallel": data_parallel,
    "steps": steps,
    "layouts": layouts,
    "model_parallel": model_parallel,
}
LAYOUTS = ("layouts", "model_parallel")
"""Those that a service without layouts need not pass."""


def main() -> None:
    """Run all checks; behind one that failed the processes may not be where the others are."""
    if joined():
        d.initialize()
    has_layouts = hasattr(runtime.DISTRIBUTION, "layout")
    results: dict[str, str] = {}
    path = Path(sys.argv[1]) / f"{runtime.DISTRIBUTION.process()[0]}.json"
    for name, check in CHECKS.items():
        if name in LAYOUTS and not has_layouts:
            continue
        try:
            check()
            results[name] = ""
        except Exception as error:
            kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
            results[name] = f"{kind}{error}\n{traceback.format_exc()}"
        path.write_text(json.dumps(results), encoding="utf-8")
        if results[name] and joined():
            sys.exit(1)


if __name__ == "__main__":
    main()
