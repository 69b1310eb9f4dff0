"""A program that shows results to a callback, epoch after epoch, as a case says.

It runs with either package, given as ``keras``, and leaves its report in ``result``.
"""

import contextlib
import warnings

import numpy as np


class Model:
    """What callbacks that steer need, without training."""

    def __init__(self, keras, case):
        self.stop_training = False
        self.stop_evaluating = False
        self.weights = 0
        self.saved = []
        self.metrics = compiled(keras, *case["metric"]).metrics if "metric" in case else []
        self.optimizer = keras.optimizers.SGD(0.1)
        if case.get("several"):
            self.optimizer = keras.optimizers.MultiOptimizer(
                keras.optimizers.OptimizerMap(
                    keras.optimizers.SGD(0.1, name="one"),
                    {"x": keras.optimizers.SGD(0.4, name="two")},
                )
            )

    def get_weights(self):
        return [self.weights]

    def set_weights(self, weights):
        self.weights = weights[0]

    def save(self, path, overwrite=True):
        self.saved.append(str(path).rsplit("/", 1)[-1])

    save_weights = save


def compiled(keras, name, options):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse", metrics=[getattr(keras.metrics, name)(**options)])
    with contextlib.suppress(Exception):  # it may not fit the targets
        model.evaluate(np.ones((2, 2), "float32"), np.ones((2, 2), "float32"), verbose=0)
    return model


def run(keras, case):
    options = dict(case["options"])
    if case["name"] == "LearningRateScheduler":
        options["schedule"] = lambda epoch, rate: float(rate * 0.5 + 0.01 * epoch)
    model = Model(keras, case)
    out = {"error": None, "logs": []}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            callback = getattr(keras.callbacks, case["name"])(**options)
            callback.set_model(model)
            callback.set_params({"epochs": len(case["epochs"]), "verbose": 0, "steps": 3})
            callback.on_train_begin({})
            for epoch, results in enumerate(case["epochs"]):
                model.weights = epoch
                callback.on_epoch_begin(epoch, {})
                for batch, loss in case.get("batches", []):
                    callback.on_train_batch_end(batch, {"loss": loss})
                logs = dict(results)
                callback.on_epoch_end(epoch, logs)
                out["logs"].append([[k, float(v)] for k, v in logs.items()])
                if model.stop_training:
                    break
            callback.on_train_end({})
        except Exception as e:
            out["error"] = type(e).__name__
    out["epoch"], out["weights"], out["saved"] = epoch, model.weights, model.saved
    out["best"] = repr(getattr(callback, "best", None) and round(float(callback.best), 5))
    optimizers = getattr(model.optimizer, "optimizers", [model.optimizer])
    numpy = keras.ops.convert_to_numpy
    out["rates"] = [round(float(np.asarray(numpy(o.learning_rate))), 6) for o in optimizers]
    out["warned"] = any("__array__" not in str(w.message) for w in caught)
    return out


result = run(globals()["keras"], globals()["case"])
