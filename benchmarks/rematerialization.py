"""What rematerialization saves and costs: ``python benchmarks/rematerialization.py [BACKEND ...]``.

For each backend a deep network trains with and without `keras.RematScope`, in processes of their
own: the peak of the memory of the process above what it had before the first step, and the median
CPU time of a step.
"""

import argparse
import json
import os
import subprocess
import sys

CHILD = """
import json, resource, statistics, sys, time
import numpy as np
import keras_core as keras
from keras_core import layers

mode, blocks, batch, width = sys.argv[1], *map(int, sys.argv[2:])

class Block(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.parts = [layers.Dense(width, activation="gelu") for _ in range(4)]

    def build(self, shape):
        for part in self.parts:
            part.build(shape)

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x

with keras.RematScope(mode=mode or None):
    model = keras.Sequential([keras.Input((width,)), *[Block() for _ in range(blocks)]])
model.compile(keras.optimizers.SGD(1e-3), "mse")
x = np.random.default_rng(0).normal(size=(batch, width)).astype("float32")
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
model.train_on_batch(x[:8], x[:8])
before = peak()
times = []
for _ in range(4):
    started = time.process_time()
    loss = float(model.train_on_batch(x, x))
    times.append(time.process_time() - started)
print(json.dumps([(peak() - before) / 1024, statistics.median(times), loss]))
"""


def measure(backend: str, mode: str, sizes: list[int]) -> list[float]:
    """MiB above the first step, CPU seconds a step, and the last loss."""
    environment = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-W", "ignore", "-c", CHILD, mode, *map(str, sizes)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("backends", nargs="*", default=["torch", "jax", "tensorflow"])
    parser.add_argument("--sizes", type=int, nargs=3, default=[12, 4096, 512],
                        metavar=("BLOCKS", "BATCH", "WIDTH"))  # fmt: skip
    options = parser.parse_args()
    titles = ("MiB kept", 10), ("again", 8), ("ratio", 7), ("s kept", 9), ("again", 8), ("ratio", 7)
    print("backend     " + "".join(f"{title:>{width}}" for title, width in titles))
    for backend in options.backends:
        kept, again = (measure(backend, mode, options.sizes) for mode in ("", "full"))
        assert abs(kept[2] - again[2]) < 1e-4 * abs(kept[2]), (kept, again)
        print(
            f"{backend:12}{kept[0]:10.0f}{again[0]:8.0f}{again[0] / kept[0]:7.2f}"
            f"{kept[1]:9.2f}{again[1]:8.2f}{again[1] / kept[1]:7.2f}"
        )


if __name__ == "__main__":
    main()
