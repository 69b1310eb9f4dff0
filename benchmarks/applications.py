"""Measure networks for images: this project, real Keras, and torchvision with a loop by hand.

    python benchmarks/applications.py [--backends torch jax tensorflow] [--models ResNet50 ...]
        [--images 64] [--batch 16] [--steps 4] [--rounds 3]

Two rows for each network: ``predict`` of images of 224 by 224, and steps of training on one batch.
Each measurement is a process of its own; the implementations take turns (A B C A B C ...), so that
a change of the machine's speed meets all of them. The table shows medians and the largest memory
that a process needed.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys

from clock import now

BACKENDS = ("torch", "jax", "tensorflow")
MODELS = ("ResNet50", "MobileNetV2", "EfficientNetB0")
TASKS = ("predict", "train")
SIZE = 224


def batches(images):
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.uniform(0, 1, (images, SIZE, SIZE, 3)).astype("float32")
    return x, rng.integers(0, 1000, images)


def timed(run, count):
    """Units a second, after a run that makes and compiles all that is needed."""
    run()
    start = now()
    run()
    return count / (now() - start)


def of_keras(keras, name, task, args):
    model = getattr(keras.applications, name)(weights=None)
    if task == "predict":
        x, _ = batches(args.images)
        return timed(lambda: model.predict(x, batch_size=args.batch, verbose=0), args.images)
    x, y = batches(args.batch * args.steps)
    model.compile("sgd", "sparse_categorical_crossentropy")
    return timed(lambda: model.fit(x, y, args.batch, shuffle=False, verbose=0), args.steps)


def of_torchvision(name, task, args):
    import torch
    import torchvision

    names = {
        "ResNet50": "resnet50", "MobileNetV2": "mobilenet_v2", "EfficientNetB0": "efficientnet_b0"
    }  # fmt: skip
    model = getattr(torchvision.models, names[name])(weights=None)
    model = model.to(memory_format=torch.channels_last)
    x, y = batches(args.images if task == "predict" else args.batch * args.steps)
    x, y = torch.from_numpy(x.transpose(0, 3, 1, 2)), torch.from_numpy(y)  # channels last inside

    def predict():
        with torch.inference_mode():
            torch.cat([model(part).softmax(-1) for part in x.split(args.batch)]).numpy()

    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

    def train():
        for part, labels in zip(x.split(args.batch), y.split(args.batch), strict=True):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(part), labels).backward()
            optimizer.step()

    if task == "predict":
        model.eval()
        return timed(predict, args.images)
    return timed(train, args.steps)


def measure(args):
    """In a process of its own: one implementation, network and task."""
    implementation, name, task = args.measure
    if implementation == "torchvision":
        rate = of_torchvision(name, task, args)
    elif implementation == "core":
        import keras_core

        rate = of_keras(keras_core, name, task, args)
    else:
        import keras

        rate = of_keras(keras, name, task, args)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"rate": rate, "peak": peak}))


def measured(args, backend, *what):
    sizes = [f"--{k}={getattr(args, k)}" for k in ("images", "batch", "steps")]
    command = [sys.executable, __file__, *sizes, "--measure", *what]
    env = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        words = done.stderr.strip().splitlines() or ["failed"]
        print(f"{backend} {' '.join(what)}: {words[-1][:200]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def report(args):
    """Measure all, a row at a time."""
    print("| backend | network | task | core | Keras | torchvision | core / Keras | core / "
          "torchvision | peak MiB |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for backend in args.backends:
        sides = ["core", "keras"] + (["torchvision"] if backend == "torch" else [])
        for name in args.models:
            for task in TASKS:
                found = {side: [] for side in sides}
                for _ in range(args.rounds):
                    for side in sides:
                        result = measured(args, backend, side, name, task)
                        if result is not None:
                            found[side].append(result)
                rates = {
                    side: statistics.median(r["rate"] for r in results) if results else None
                    for side, results in found.items()
                }
                unit = "images/s" if task == "predict" else "steps/s"
                shown = [
                    "-" if rates.get(side) is None else f"{rates[side]:.2f} {unit}"
                    for side in ("core", "keras", "torchvision")
                ]
                ratios = [
                    f"{rates['core'] / rates[side]:.2f}"
                    if rates["core"] and rates.get(side)
                    else "-"
                    for side in ("keras", "torchvision")
                ]
                peaks = " / ".join(
                    f"{max(r['peak'] for r in results):.0f}" if results else "-"
                    for results in found.values()
                )
                row = (backend, name, task, *shown, *ratios, peaks)
                print(f"| {' | '.join(row)} |")
                sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--backends", nargs="+", choices=BACKENDS, default=BACKENDS)
    parser.add_argument("--models", nargs="+", choices=MODELS, default=MODELS)
    parser.add_argument("--images", type=int, default=64, help="for predict")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--steps", type=int, default=4, help="of training")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    args = parser.parse_args()
    measure(args) if args.measure else report(args)


if __name__ == "__main__":
    main()
