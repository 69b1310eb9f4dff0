"""A program that trains, tests or predicts as a scenario says, and reports what was seen.

It runs with either package, given as ``keras``, and leaves its report in ``result``. A sample is a
power of two, the model hands it on, and a metric adds up what it was given, so the difference of
two results tells the samples of a step.
"""

import itertools
import warnings

import numpy as np


def samples(first, count):
    """Targets do not matter; the inputs are powers of two."""
    ids = (first + np.arange(count)) % 12
    x = (2.0**ids)[:, None].astype("float32")
    return x, np.zeros_like(x)


def batches(sizes):
    first = 0
    for size in sizes:
        yield samples(first, size)
        first += size


def make_data(keras, kind, sizes, note):
    """What `fit` takes as ``x``, or ``x`` and ``y`` if they are arrays."""
    total = sum(sizes)
    if kind == "arrays":
        return samples(0, total)
    if kind == "generator":
        return batches(sizes)
    if kind == "endless generator":
        return batches(itertools.cycle(sizes))
    if kind in ("dataset", "workers", "endless dataset"):
        held = list(batches(sizes))

        class Data(keras.utils.PyDataset):
            if kind != "endless dataset":

                def __len__(self):
                    return len(held)
            else:

                @property
                def num_batches(self):
                    return None

            def __getitem__(self, i):
                return held[i % len(held)]

            def on_epoch_begin(self):
                note("data begins")

            def on_epoch_end(self):
                note("data ends")

        return Data(workers=2 if kind == "workers" else 1)
    if kind == "loader":
        import torch

        x, y = map(torch.as_tensor, samples(0, total))
        return torch.utils.data.DataLoader(
            torch.utils.data.TensorDataset(x, y), batch_size=max(sizes)
        )
    import tensorflow as tf

    if kind == "tf.data of unknown size":
        spec = (tf.TensorSpec((None, 1)), tf.TensorSpec((None, 1)))
        return tf.data.Dataset.from_generator(lambda: batches(sizes), output_signature=spec)
    data = tf.data.Dataset.from_tensor_slices(samples(0, total)).batch(max(sizes))
    return data.repeat() if kind == "endless tf.data" else data


def decode(value):
    value = round(float(value))
    return [i for i in range(value.bit_length()) if value >> i & 1]


def run(keras, scenario):
    s = dict(scenario)
    events = []

    class Seen(keras.metrics.Metric):
        def __init__(self):
            super().__init__(name="seen")
            self.total = self.add_variable((), "zeros", name="total")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.total.assign(self.total + keras.ops.sum(y_pred))

        def result(self):
            return self.total + 0

        def reset_state(self):
            self.total.assign(0)

    class Look(keras.callbacks.Callback):
        so_far = 0

        def note(self, what, *arguments):
            events.append(" ".join([what, *map(str, arguments)]))

        def step(self, what, batch, logs):
            seen = logs["seen"]
            self.note(what, batch, decode(seen - self.so_far), ",".join(logs))
            self.so_far = seen
            if s.get("stop") == [what, batch]:
                flags = {"train": "stop_training", "test": "stop_evaluating"}
                setattr(self.model, flags[what], True)

        def on_train_begin(self, logs=None):
            self.note("train begin", logs)

        def on_train_end(self, logs=None):
            self.note("train end", ",".join(logs))

        def on_epoch_begin(self, epoch, logs=None):
            self.so_far = 0
            self.note("epoch begin", epoch, logs)

        def on_epoch_end(self, epoch, logs=None):
            self.note("epoch end", epoch, ",".join(logs), logs["seen"])

        def on_train_batch_begin(self, batch, logs=None):
            self.note("train batch begin", batch, logs)

        def on_train_batch_end(self, batch, logs=None):
            self.step("train", batch, logs)

        def on_test_begin(self, logs=None):
            self.so_far = 0
            self.note("test begin", logs)

        def on_test_end(self, logs=None):
            self.note("test end", ",".join(logs), logs["seen"])

        def on_test_batch_begin(self, batch, logs=None):
            self.note("test batch begin", batch, logs)

        def on_test_batch_end(self, batch, logs=None):
            self.step("test", batch, logs)

        def on_predict_begin(self, logs=None):
            self.note("predict begin", logs)

        def on_predict_end(self, logs=None):
            self.note("predict end", logs)

        def on_predict_batch_begin(self, batch, logs=None):
            self.note("predict batch begin", batch, logs)

        def on_predict_batch_end(self, batch, logs=None):
            outputs = np.concatenate([np.asarray(v).ravel() for v in _leaves(logs["outputs"])])
            self.note("predict", batch, ",".join(logs), decode(outputs.sum()))
            if s.get("stop") == ["predict", batch]:
                self.model.stop_predicting = True

    inputs = keras.Input((1,))
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    model = keras.Model(inputs, layer(inputs))
    model.compile(
        keras.optimizers.SGD(0.0),
        "mae",
        metrics=[Seen()],
        steps_per_execution=s.get("steps_per_execution", 1),
    )
    out = {"events": events, "error": None}
    data = make_data(keras, *s["data"], events.append)
    options = dict(s.get("options", {}))
    if "validation" in s:
        options["validation_data"] = make_data(keras, *s["validation"], events.append)
    arrays = isinstance(data, tuple)
    given = data if arrays else (data,)
    if s["method"] == "predict":
        given = given[:1]
    look = Look()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = getattr(model, s["method"])(*given, verbose=0, callbacks=[look], **options)
        except Exception as e:
            out["error"] = f"{type(e).__name__}: {e}"
        else:
            if s["method"] == "fit":
                out["history"] = [[k, [float(v) for v in vs]] for k, vs in result.history.items()]
                out["epoch"] = list(result.epoch)
                out["params"] = {k: look.params[k] for k in sorted(look.params)}
            else:
                out["result"] = np.asarray(result).ravel().tolist()
    out["ran out"] = sum("ran out of data" in str(w.message) for w in caught)
    return out


def _leaves(x):
    return [v for part in x for v in _leaves(part)] if isinstance(x, (list, tuple)) else [x]


result = run(globals()["keras"], globals()["scenario"])
