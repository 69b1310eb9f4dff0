"""Measure what fewer bits cost or save: bytes of the weights, and the time of a call.

    python benchmarks/quantization.py [--backends numpy torch jax] [--width 1024] [--batch 32]

Each backend is a process of its own, which prints its rows: two Dense layers of ``width`` units.
"""

import argparse
import os
import subprocess
import sys
import time

BACKENDS = ("numpy", "torch", "jax", "tensorflow", "openvino")


def measure(width: int, batch: int) -> None:
    """Print the rows of the backend of this process."""
    import numpy as np

    import keras_core as keras

    x = np.random.default_rng(0).normal(size=(batch, width)).astype("float32")
    configs = {
        "float32": None,
        "int8": keras.quantizers.Int8QuantizationConfig(),
        "int8, floats in": keras.quantizers.Int8QuantizationConfig(activation_quantizer=None),
        "int4": keras.quantizers.Int4QuantizationConfig(),
    }
    for name, config in configs.items():
        model = keras.Sequential(
            [keras.Input((width,)), keras.layers.Dense(width), keras.layers.Dense(width)]
        )
        if config is not None:
            model.quantize(config=config)
        size = sum(keras.ops.convert_to_numpy(w).nbytes for w in model.weights)
        times = []
        for _ in range(12):
            start = time.perf_counter()
            model.predict_on_batch(x)
            times.append(time.perf_counter() - start)
        best = 1000 * min(times[2:])
        row = f"{keras.backend.backend():<11} {name:<16} {size / 2**20:>7.2f} MiB {best:>9.2f} ms"
        print(row, flush=True)


def main() -> None:
    """Run each backend in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backends", nargs="*", default=BACKENDS)
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        measure(args.width, args.batch)
        return
    for backend in args.backends:
        options = ["--here", f"--width={args.width}", f"--batch={args.batch}"]
        env = {**os.environ, "KERAS_BACKEND": backend}
        subprocess.run([sys.executable, __file__, *options], env=env, check=True)


if __name__ == "__main__":
    main()
