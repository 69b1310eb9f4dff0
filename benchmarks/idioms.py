"""CPU time of programs in the style of an engine, beside the real Keras, and of a loop of torch.

    python benchmarks/idioms.py torch
    python benchmarks/idioms.py jax --repeats 5

The programs are those of ``tests/backends/idioms``. Processes with the one and the other package
alternate; each program is timed after it has run once, and the quickest counts. The loop of torch
(`torch.optim.Adam`, a loss and a metric of Keras on a small MLP) is held against the same loop over
an `nn.Module` too, and against one without any of Keras.
"""

import argparse
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PROGRAMS = Path(__file__).resolve().parents[1] / "tests" / "backends" / "idioms"
ROUNDS = 2


def measured(package: str, engine: str, repeats: int) -> dict[str, float]:
    """The seconds of each program in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / "run_programs.py"), package, engine, str(repeats)],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        check=True,
    )
    found = pickle.loads(done.stdout)  # noqa: S301  # it was written by our own process
    failed = {name: result for name, (result, seconds) in found.items() if seconds is None}
    if failed:
        raise SystemExit(f"{package}: {failed}")
    return {name: seconds for name, (_, seconds) in found.items()}


def programs(engine: str, repeats: int) -> float:
    """Print a line for each program; return the worst ratio."""
    best: dict[str, dict[str, float]] = {"keras_core": {}, "keras": {}}
    for _ in range(ROUNDS):
        for package, times in best.items():
            for name, seconds in measured(package, engine, repeats).items():
                times[name] = min(seconds, times.get(name, seconds))
    worst = 0.0
    print(f"{'program':48} {'here':>9} {'Keras':>9} ratio")
    for name, ours in best["keras_core"].items():
        theirs = best["keras"][name]
        worst = max(worst, ours / theirs)
        print(f"{name:48} {ours * 1e3:6.1f} ms {theirs * 1e3:6.1f} ms {ours / theirs:5.2f}")
    return worst


LOOP = """
import importlib, sys, time, torch
torch.set_num_threads(1)
package, kind, steps = sys.argv[1], sys.argv[2], 126
keras = importlib.import_module(package)
if kind == "model":
    model = keras.Sequential([keras.Input((32,)), keras.layers.Dense(64, activation="relu"),
                              keras.layers.Dense(64, activation="relu"), keras.layers.Dense(10)])
else:
    model = torch.nn.Sequential(torch.nn.Linear(32, 64), torch.nn.ReLU(), torch.nn.Linear(64, 64),
                                torch.nn.ReLU(), torch.nn.Linear(64, 10))
if kind == "torch":
    entropy = torch.nn.CrossEntropyLoss()
    loss_of = lambda y, logits: entropy(logits, y)
    class Accuracy:
        def __init__(self):
            self.total, self.count = torch.zeros(()), 0
        def update_state(self, y, logits):
            self.total += (logits.argmax(-1) == y).float().sum()
            self.count += len(y)
        def result(self):
            return self.total / self.count
    metric = Accuracy()
else:
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    metric = keras.metrics.SparseCategoricalAccuracy()
torch.manual_seed(0)
optimizer = torch.optim.Adam(model.parameters(), 1e-3)
x, y = torch.randn(steps, 32, 32), torch.randint(0, 10, (steps, 32))
def loop():
    start = time.process_time()
    for i in range(steps):
        logits = model(x[i])
        loss = loss_of(y[i], logits)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        metric.update_state(y[i], logits.detach())
    float(metric.result())
    return time.process_time() - start
loop()
print(min(loop() for _ in range(9)))
"""
KINDS = {
    "torch alone": ("keras_core", "torch"),
    "nn.Module": ("keras_core", "module"),
    "model": ("keras_core", "model"),
    "Keras": ("keras", "model"),
}


def loop_of_torch() -> None:
    """Print the seconds of the loop over a module, a model of ours, and one of Keras."""
    best: dict[str, float] = {}
    for _ in range(3):
        for name, arguments in KINDS.items():
            done = subprocess.run(
                [sys.executable, "-W", "ignore", "-c", LOOP, *arguments],
                env={**os.environ, "KERAS_BACKEND": "torch", "TF_CPP_MIN_LOG_LEVEL": "3"},
                capture_output=True,
                text=True,
                check=True,
            )
            best[name] = min(float(done.stdout.split()[-1]), best.get(name, 1e9))
    print(f"\na loop of 126 steps with torch.optim.Adam, a loss and a metric: {_in_ms(best)}")
    print(
        f"speed of that over an nn.Module: {best['nn.Module'] / best['model']:.2f}; "
        f"CPU time beside Keras: {best['model'] / best['Keras']:.2f}"
    )


def _in_ms(seconds: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value * 1e3:.1f} ms" for name, value in seconds.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("engine", choices=["torch", "jax", "tensorflow"])
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    started = time.time()
    worst = programs(given.engine, given.repeats)
    if given.engine == "torch":
        loop_of_torch()
    print(f"worst ratio {worst:.2f}, after {time.time() - started:.0f} s")


if __name__ == "__main__":
    main()
