"""What a backend may override, and how often a step of training would call each.

    keras-core overrides [--json]

Steps of small models are run with an override for each operation that counts its calls: the forward
pass, the loss and the update of the variables, without what gradients need.
"""

# ruff: noqa: E402  # the counters have to be there before the core is imported

import argparse
import inspect
import json
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from keras_core_plugins import acquire_backend

CALLS: Counter[str] = Counter()
ASKED: set[str] = set()


class _Counting(dict[str, Callable[..., Any]]):
    """An override for each operation, which counts and does what the operation does itself."""

    importing = True

    def get(self, name: str, default: Any = None) -> Any:
        ASKED.add(name)
        if default is None and not self.importing:  # asked for at each call
            CALLS[name] += 1
            return None

        def counted(*args: Any) -> Any:
            CALLS[name] += 1
            body = default or OPERATIONS[name].body
            return body(*args)

        return counted


COUNTING = _Counting()
object.__setattr__(acquire_backend(), "overrides", COUNTING)  # before anybody else looks

import keras_core as keras
from keras_core import layers, ops
from keras_core.conformance.probes import iter_probes
from keras_core.core.dispatch.op import all_operations

OPERATIONS = all_operations()
COUNTING.importing = False


def _mlp() -> Any:
    hidden = [layers.Dense(8, activation="relu"), layers.Dropout(0.1)]
    return keras.Sequential([keras.Input((8,)), *hidden, layers.Dense(3)])


def _cnn() -> Any:
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, padding="same")(inputs)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.MaxPooling2D()(layers.Add()([x, layers.SeparableConv2D(4, 3, padding="same")(x)]))
    return keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))


def _rnn() -> Any:
    inputs = keras.Input((6,), dtype="int32")
    x = layers.Embedding(10, 4, mask_zero=True)(inputs)
    x = layers.GRU(4)(layers.LSTM(4, return_sequences=True)(x))
    return keras.Model(inputs, layers.Dense(3)(x))


def _transformer() -> Any:
    inputs = keras.Input((6, 8))
    x = layers.LayerNormalization()(inputs)
    x = layers.Add()([inputs, layers.MultiHeadAttention(2, 4)(x, x, use_causal_mask=True)])
    y = layers.Dense(16, activation="gelu")(layers.LayerNormalization()(x))
    x = layers.Add()([x, layers.Dense(8)(y)])
    return keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(x)))


MODELS = {"mlp": _mlp, "cnn": _cnn, "rnn": _rnn, "transformer": _transformer}


def calls_of(make: Callable[[], Any]) -> Counter[str]:
    """How often a step of training of a model calls each."""
    model = make()
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    inputs = ops.ones((2, *model.input_shape[1:]), model.inputs[0].dtype)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    CALLS.clear()
    loss(ops.zeros((2,), "int32"), model(inputs, training=True))
    optimizer.apply(
        [ops.zeros_like(v) for v in model.trainable_variables], model.trainable_variables
    )
    return Counter(CALLS)


def table() -> list[dict[str, Any]]:
    """A row for each name: its parameters, and its calls in each model."""
    counts = {name: calls_of(make) for name, make in MODELS.items()}
    rows = [
        {
            "name": name,
            "parameters": list(inspect.signature(OPERATIONS[name].front).parameters)
            if name in OPERATIONS
            else None,
            "calls": {model: count[name] for model, count in counts.items()},
        }
        for name in sorted(ASKED | {probe.override for probe in iter_probes()})
    ]
    return sorted(rows, key=lambda row: -sum(row["calls"].values()))


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="keras-core overrides")
    parser.add_argument("--json", action="store_true")
    rows = table()
    if parser.parse_args().json:
        json.dump(rows, sys.stdout, indent=2)
        print()
        return 0
    print(f"{len(rows)} names; calls in a step of training, without what gradients need:")
    print("".join(f"{model:>12}" for model in MODELS))
    for row in rows:
        parameters = row["parameters"]
        given = "" if parameters is None else f"({', '.join(parameters)})"
        counts = "".join(f"{count or '':>12}" for count in row["calls"].values())
        print(f"{counts}  {row['name']}{given}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
