"""Measure layers that augment images: this project's and real Keras's, side by side.

    python benchmarks/layers.py [--backends torch jax] [--rows RandomFlip CutMix]

Each is called in training with a batch of 64 images of 224 x 224 x 3, eagerly on torch, compiled by
the engine on jax. Both take turns in one process, in an order of chance, and the table shows
medians. There is no number where real Keras has no such
layer, cannot compile it, or runs out of memory.
"""

import argparse
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
from ops import engine_jit, framework, in_turns, waiter

ROWS = {
    "RandomFlip": (),
    "RandomCrop": (200, 200),
    "RandomRotation": (0.2,),
    "RandomZoom": (0.2,),
    "RandomTranslation": (0.2, 0.2),
    "RandomShear": (0.2, 0.2),
    "RandomContrast": (0.5,),
    "RandomBrightness": (0.5,),
    "RandomSharpness": (0.5,),
    "RandomHue": (0.5,),
    "RandomSaturation": (0.5,),
    "RandomColorDegeneration": (0.5,),
    "RandomGrayscale": (0.5,),
    "RandomColorJitter": ((0, 255), 0.2, 0.2, 0.2, 0.2),
    "RandomInvert": (),
    "RandomPosterization": (5,),
    "Solarization": (0.3, 0.3),
    "AutoContrast": (),
    "Equalization": (),
    "ContrastLimitedAdaptiveHistogramEqualization": (),
    "RandomGaussianBlur": (1.0, 5),
    "RandomErasing": (),
    "RandomPerspective": (1.0, 0.5),
    "RandomElasticTransform": (),
    "CutMix": (),
    "MixUp": (),
    "Mosaic": (),
    "RandAugment": (),
    "AugMix": (),
    "Resizing": (160, 160),
    "CenterCrop": (160, 160),
}

TOO_LARGE = ("ContrastLimitedAdaptiveHistogramEqualization",)
"""Layers for which real Keras needs more memory than 20 GB with this batch."""


def calls(implementation, backend, name, images):
    """A call of the layer; none where the framework has no such layer, or cannot compile it."""
    k = framework(implementation)
    if not hasattr(k.layers, name) or (implementation == "keras" and name in TOO_LARGE):
        return None
    layer = getattr(k.layers, name)(*ROWS[name])
    x = k.ops.convert_to_tensor(images)
    layer(k.ops.convert_to_tensor(images[:2]))  # real Keras compiles none that has not been built
    if backend == "torch":
        call = partial(layer, x, training=True)
    else:
        state = [v.value for v in layer.non_trainable_variables]
        call = partial(
            engine_jit(backend)(lambda state, x: layer.stateless_call([], state, x, training=True)),
            state,
            x,
        )
    try:
        waiter(backend)(call())
    except Exception as e:
        print(f"<!-- {implementation} {backend} {name}: {type(e).__name__} -->", file=sys.stderr)
        return None
    return call


def measure(backend, name, seconds):
    """Medians of this project and of real Keras, in seconds; None where there is none."""
    images = np.random.default_rng(0).uniform(0, 255, (64, 224, 224, 3)).astype("float32")
    found = {i: calls(i, backend, name, images) for i in ("core", "keras")}
    there = {i: call for i, call in found.items() if call is not None}
    times = in_turns({name: list(there.values())}, waiter(backend), seconds)[name]
    return {**dict.fromkeys(found), **dict(zip(there, times, strict=True))}


def show(backend, name, times):
    core, keras = (times[i] for i in ("core", "keras"))
    cells = ["-" if t is None else f"{t * 1e3:.1f}" for t in (core, keras)]
    ratio = f"{keras / core:.2f}" if core and keras else "-"
    return f"| {backend} | {name} | {cells[0]} | {cells[1]} | {ratio} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backends", nargs="+", default=["torch", "jax"])
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=list(ROWS))
    parser.add_argument("--seconds", type=float, default=5, help="a row")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        for name in arguments.rows:
            times = measure(arguments.measure, name, arguments.seconds)
            print(show(arguments.measure, name, times), flush=True)
        return
    print("| backend | layer | keras_core (ms) | Keras (ms) | times Keras |")
    print("|---|---|---|---|---|", flush=True)
    for backend in arguments.backends:
        env = {**os.environ, "KERAS_BACKEND": backend}
        command = [sys.executable, str(Path(__file__)), "--measure", backend]
        command += ["--seconds", str(arguments.seconds), "--rows", *arguments.rows]
        subprocess.run(command, env=env, check=True)


if __name__ == "__main__":
    main()
