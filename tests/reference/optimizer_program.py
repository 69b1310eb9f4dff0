"""A program that runs an optimizer for some steps, as a case says.

It runs with either package, given as ``keras``, and leaves its report in ``result``.
"""

import numpy as np


def schedule(keras, spec):
    if not isinstance(spec, list):
        return spec
    name, *arguments = spec
    if name == "callable":
        return lambda: arguments[0]
    return getattr(keras.optimizers.schedules, name)(*arguments)


def make(keras, spec):
    """An optimizer from its class's name and its arguments, those around it behind."""
    name, options, *around = spec
    options = dict(options)
    if "learning_rate" in options:
        options["learning_rate"] = schedule(keras, options["learning_rate"])
    made = getattr(keras.optimizers, name)(**options)
    for kind, extra in around:
        if kind == "LossScaleOptimizer":
            made = keras.optimizers.LossScaleOptimizer(made, **extra)
        else:
            extra = dict(extra)
            held = {k: make(keras, v) for k, v in extra.pop("map").items()}
            chosen = keras.optimizers.OptimizerMap(made, held)
            made = keras.optimizers.MultiOptimizer(chosen, **extra)
    return made


def as_array(x):
    return np.asarray(keras_numpy(x), "float64")


def run(keras, case):
    optimizer = make(keras, case["optimizer"])
    variables = [keras.Variable(value, name=name) for name, value in case["start"].items()]
    for v in variables:
        v.constraint = keras.constraints.get(case.get("constraints", {}).get(v.name))
        v.overwrite_with_gradient = v.name in case.get("overwrite", ())
    if "exclude" in case:
        names, held = case["exclude"]
        optimizer.exclude_from_weight_decay(
            var_names=names or None, var_list=[v for v in variables if v.name in held] or None
        )
    optimizer.build(variables)
    out = {"steps": [], "rates": [], "iterations": [], "scaled": []}
    for grads in case["grads"]:
        out["scaled"].append(as_array(optimizer.scale_loss(keras.ops.convert_to_tensor(2.0))))
        given = [None if g is None else keras.ops.convert_to_tensor(g) for g in grads]
        if case.get("scale"):
            given = [
                g if g is None or v.overwrite_with_gradient else optimizer.scale_loss(g)
                for g, v in zip(given, variables, strict=True)
            ]
        optimizer.apply(given, variables)
        out["steps"].append([as_array(v) for v in variables])
        out["iterations"].append(int(as_array(optimizer.iterations)))
        if "MultiOptimizer" not in str(case["optimizer"]):
            out["rates"].append(as_array(optimizer.learning_rate))
    out["state"] = [as_array(v) for v in optimizer.variables]
    optimizer.finalize_variable_values(variables)
    out["final"] = [as_array(v) for v in variables]
    return out


def keras_numpy(x):
    return globals()["keras"].ops.convert_to_numpy(x)


result = run(globals()["keras"], globals()["case"])
