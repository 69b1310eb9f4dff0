"""Damaged files, made from good ones by a seeded generator; run as a program, it loads them.

    python mutants.py KIND COUNT SEED

prints one line of JSON: how many were refused, were the same, had other weights, and the errors
that are not meant for users. A mutant that takes too long ends the process and is named.
"""

import copy
import faulthandler
import io
import json
import linecache
import random
import resource
import sys
import tempfile
import warnings
import zipfile
from collections import Counter
from pathlib import Path

TRAILER = b"\nkeras-core crc32 "
KINDS = ("archive", "weights in an archive", "config", "h5", "weights.h5")
WITHOUT_CHECKSUMS = ("archive of Keras", "h5 of Keras", "weights.h5 of Keras")
"""Files as Keras writes them: what is damaged is refused, but for the numbers themselves."""

SECONDS = 5
"""A mutant that takes longer than this hangs."""


def flipped(data, draw):
    """Bytes with one to four faults: bits, runs of zeros, other numbers, a cut, a part moved."""
    data = bytearray(data)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(data))
        kind = draw.randrange(6)
        if kind == 0:
            data[at] ^= 1 << draw.randrange(8)
        elif kind == 1:
            data[at] = draw.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif kind == 2:
            value = draw.choice((0, 1, 2**31 - 1, 2**32 - 1, 2**63 - 1, 2**64 - 1))
            data[at : at + 8] = value.to_bytes(8, "little")[: len(data) - at]
        elif kind == 3:
            end = min(len(data), at + draw.randint(1, 64))
            data[at:end] = bytes(end - at)
        elif kind == 4 and len(data) > 64:
            del data[max(at, 32) :]
        else:
            other = draw.randrange(len(data))
            part = data[other : other + draw.randint(1, 32)]
            data[at : at + len(part)] = part
    return bytes(data)


def _nests(value):
    out, waiting = [], [value]
    while waiting:
        x = waiting.pop()
        if isinstance(x, (dict, list)) and x:
            out.append(x)
            waiting.extend(x.values() if isinstance(x, dict) else x)
    return out


STRANGE = (None, True, -1, 0, 1.5, 10**9, "", "d", "Dense", [], {}, [[]], "x" * 1000, float("nan"))


def changed(config, draw):
    """A config in which one to three values are dropped, replaced, moved or doubled."""
    config = copy.deepcopy(config)
    for _ in range(draw.randint(1, 3)):
        nest = draw.choice(_nests(config) or [config])
        keys = list(nest) if isinstance(nest, dict) else list(range(len(nest)))
        if not keys:
            continue
        key = draw.choice(keys)
        kind = draw.randrange(5)
        if kind == 0:
            del nest[key]
        elif kind == 1:
            nest[key] = draw.choice(STRANGE)
        elif kind == 2:
            nest[key] = copy.deepcopy(draw.choice(_nests(config)))
        elif kind == 3:
            nest[key] = [nest[key]] if draw.random() < 0.5 else {"value": nest[key]}
        else:
            other = draw.choice(keys)
            nest[key], nest[other] = nest[other], nest[key]
    return config


def archive(members):
    """A ``.keras`` file of members, whose own checksums are right."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, data in members.items():
            made.writestr(name, data)
    return buffer.getvalue()


def deliberate(error):
    """Whether an error was raised by a `raise` of this package, and so is meant for users."""
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    path = trace.tb_frame.f_code.co_filename
    if "keras_core" not in path:
        return False
    return linecache.getline(path, trace.tb_lineno).strip().startswith("raise")


def main(kind, count, seed):
    """Load ``count`` mutants of a kind."""
    import numpy as np

    import keras_core as keras
    from keras_core import layers

    warnings.simplefilter("ignore")
    inputs = keras.Input((6,))
    x = layers.Dense(7, activation="relu", name="a")(inputs)
    x = layers.BatchNormalization(name="norm")(x)
    y = layers.Add(name="add")([x, layers.Dense(7, name="b")(x)])
    model = keras.Model(inputs, layers.Dense(3, name="c")(y), name="m")
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    model.fit(np.ones((4, 6)), np.ones((4, 3)), verbose=0)
    wanted = [*model.get_weights(), *(v.numpy() for v in model.optimizer.variables)]
    draw = random.Random(f"{kind} {seed}")
    whole, found, raw = len(model.get_weights()), Counter(), []
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        form = kind.removesuffix(" of Keras")
        suffix = f".{form}" if form in ("h5", "weights.h5") else ".keras"
        path = Path(folder) / f"m{suffix}"
        (model.save_weights if form == "weights.h5" else model.save)(path)
        good = path.read_bytes()
        members = {}
        if suffix == ".keras":
            with zipfile.ZipFile(path) as made:
                members = {name: made.read(name) for name in made.namelist()}
        for i in range(count):
            without = {n: d for n, d in members.items() if n != "metadata.json"}
            if kind in ("weights in an archive", "archive of Keras"):
                weights = flipped(members["model.weights.h5"], draw)
                others = members if kind == "weights in an archive" else without
                path.write_bytes(archive({**others, "model.weights.h5": weights}))
            elif kind == "config":
                config = changed(json.loads(members["config.json"]), draw)
                path.write_bytes(archive({**without, "config.json": json.dumps(config)}))
            elif kind != form:
                path.write_bytes(flipped(good[: good.rindex(TRAILER)], draw))
            else:
                path.write_bytes(flipped(good, draw))
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            print(i, file=sys.stderr, flush=True)
            try:
                if form == "weights.h5":
                    again = keras.models.clone_model(model)
                    again.load_weights(path)
                else:
                    again = keras.models.load_model(path)
            except Exception as e:
                if deliberate(e):
                    found["refused"] += 1
                else:
                    found["raw"] += 1
                    raw.append(f"{i}: {type(e).__name__}: {str(e)[:200]}")
                continue
            finally:
                faulthandler.cancel_dump_traceback_later()
            values = again.get_weights() if hasattr(again, "get_weights") else []
            same = len(values) == whole and all(
                np.array_equal(v, w) for v, w in zip(values, wanted, strict=False)
            )
            found["same" if same else "other"] += 1
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base
    print(json.dumps({**found, "grown": grown * 1024, "errors": raw[:20]}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
