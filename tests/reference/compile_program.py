"""A program that compiles and evaluates a model of several outputs, as a case says.

It runs with either package, given as ``keras``, and leaves its report in ``result``.
"""

import numpy as np


def build(structure, make):
    """The structure, with what `make` gives for the name of each leaf."""
    if isinstance(structure, dict):
        return {k: build(v, make) for k, v in structure.items()}
    if isinstance(structure, (list, tuple)):
        return type(structure)(build(v, make) for v in structure)
    return None if structure is None else make(structure)


def array(name, samples=4, columns=2):
    seed = sum(map(ord, name))
    return np.random.default_rng(seed).uniform(0.1, 0.9, (samples, columns)).astype("float32")


def run(keras, case):
    inputs = keras.Input((2,))

    def output(name):
        layer = keras.layers.Dense(2, name=name, activation="sigmoid")
        out = layer(inputs)
        layer.set_weights([array(name, 2), array(name, 1)[0]])
        return out

    if case.get("subclass"):

        class Several(keras.Model):
            def __init__(self):
                super().__init__()
                self.whole = keras.Model(inputs, build(case["outputs"], output))

            def call(self, x):
                return self.whole(x)

        model = Several()
    else:
        model = keras.Model(inputs, build(case["outputs"], output))
    x = array("x")
    y = build(case["targets"], array)
    weights = build(case.get("sample_weight"), lambda name: array(name, columns=1)[:, 0])
    model.compile("sgd", **case["compile"])
    results = model.evaluate(x, y, sample_weight=weights, verbose=0, return_dict=True)
    values = model.evaluate(x, y, sample_weight=weights, verbose=0)

    def flat(v):
        return np.asarray(v, "float64").ravel().tolist()

    out = {"keys": list(results), "values": [flat(v) for v in results.values()]}
    out["list"] = [flat(v) for v in (values if isinstance(values, list) else [values])]
    names = [m.name for m in model.metrics]
    out["metrics"], out["variables"] = names, len(model.metrics_variables)
    out["weights"] = len(model.variables)
    if not case.get("weighted"):
        history = model.fit(x, y, sample_weight=weights, verbose=0, validation_data=(x, y))
        out["history"] = list(history.history)
    return out


result = run(globals()["keras"], globals()["case"])
