"""Losses, weights and metrics in nests, against the real Keras."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from blackbox import real_keras

import keras_core
from keras_core.core.execution import compiled

pytestmark = [
    pytest.mark.interop,
    pytest.mark.one_in(3),
    pytest.mark.skipif(compiled.AUTODIFF is None, reason="no gradients"),
]
PROGRAM = Path(__file__).with_name("compile_program.py").read_text()
OUTPUTS = {
    "one": "a",
    "list of one": ["a"],
    "list": ["a", "b"],
    "dict": {"p": "a", "q": "b"},
    "nest": ["a", ["b", "c"]],
    "dict of a list": {"p": "a", "q": ["b", "c"]},
    "dict of a dict": {"p": {"r": "a", "s": "b"}, "q": "c"},
}
LOSSES = {
    "one": ["mse", ["mse"], {"a": "mse"}],
    "list of one": ["mse", ["mse"], {"a": "mse"}],
    "list": [
        "mse",
        ["mse", "mae"],
        ["mse", None],
        {"a": None, "b": "mae"},
        {"a": ["mse"], "b": "mae"},
    ],
    "dict": ["mse", {"p": "mse", "q": "mae"}, {"q": "mse"}, {"p": "mse", "q": ["mae"]}],
    "nest": [
        "mse",
        ["mse", ["mae", "mse"]],
        ["mse", ["mae", None]],
        {"a": "mse", "b": None, "c": "mae"},
    ],
    "dict of a list": ["mse", {"p": "mse", "q": ["mae", "mse"]}, {"q": ["mae", "mse"]}],
    "dict of a dict": ["mse", {"q": "mae"}],
}
WEIGHTS = {
    "list": [None, [1.0, 2.0], [None, 2.0]],
    "dict": [None, {"p": 1.0, "q": 2.0}],
    "nest": [None, [1.0, [2.0, 3.0]]],
}
METRICS = {
    "one": [None, ["mae"], {"a": "mae"}, [["mae"], ["mse"]]],
    "list of one": [None, ["mae"], [["mae", "mse"]]],
    "list": [None, [["mae"], ["mse"]], {"a": ["mae"], "b": "mse"}, [["mae", "mse"], None]],
    "dict": [None, {"p": ["mae"], "q": "mse"}, {"q": "mae"}],
}


def cases():
    for kind, outputs in OUTPUTS.items():
        for loss, weights, metrics in itertools.product(
            LOSSES[kind], WEIGHTS.get(kind, [None]), METRICS.get(kind, [None])
        ):
            if weights and (loss == "mse" or type(loss) is not type(weights)):
                continue  # it wants weights in the nest of the losses
            if weights and (metrics or len(weights) != len(loss)):
                continue
            yield {
                "outputs": outputs,
                "compile": {
                    "loss": loss,
                    **({"loss_weights": weights} if weights else {}),
                    **({"metrics": metrics} if metrics else {}),
                },
            }
    for sample_weight in ("w", ["w", "v"]):
        for key in ("metrics", "weighted_metrics"):
            yield {
                "outputs": OUTPUTS["list"],
                "compile": {"loss": "mse", key: [["mae"], ["mse"]]},
                "sample_weight": sample_weight,
                "weighted": True,
            }
    yield {"outputs": ["a", "b"], "compile": {"loss": ["mse", "mae"]}, "subclass": True}
    yield {"outputs": ["a", "b"], "compile": {"loss": ["mse", None]}, "targets": ["ta"]}


def targets(outputs):
    if isinstance(outputs, dict):
        return {k: targets(v) for k, v in outputs.items()}
    if isinstance(outputs, list):
        return [targets(v) for v in outputs]
    return f"t{outputs}"


CASES = [{"targets": targets(c["outputs"]), **c} for c in cases()]


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize("case", CASES, ids=lambda c: str(c["outputs"]) + str(c["compile"]))
def test_results(case):
    scope = {"keras": keras_core, "case": case}
    exec(compile(PROGRAM, "compile_program.py", "exec"), scope)
    got = scope["result"]
    want = real_keras(PROGRAM, "torch", case=case)
    for key in want:
        if key in ("values", "list"):
            for a, b in zip(got[key], want[key], strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-4, err_msg=key)
        else:
            assert got[key] == want[key], key
