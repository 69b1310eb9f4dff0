"""Measure this project, real Keras and a loop written by hand, side by side.

    python benchmarks/run.py [--backends torch jax tensorflow] [--cases mlp cnn ...] [--rounds 3]
                             [--clock cpu]

Each measurement is a process of its own; the implementations take turns (A B C A B C ...) so
that a change of the machine's speed meets all of them. The table shows medians, and the
ratios that matter: how many times as fast as Keras, and what share of the loop by hand. The last
column is the most memory that each of the three had in use.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

CASES = (
    "import", "mlp", "cnn", "lstm", "transformer", "predict", "call", "build", "save", "load",
    "read_keras", "read_h5", "mlp_first", "transformer_first", "mlp_jit", "transformer_jit",
    "on_batch", "one_step_fit", "gan", "custom_loop", "predict_rows", "generate", "augment", "text",
    "load_large",
)  # fmt: skip
TITLES = {
    "import": "import (s)",
    "mlp": "fit MLP, batch 32 (steps/s)",
    "cnn": "fit CNN, batch 128 (steps/s)",
    "lstm": "fit LSTM, batch 32 (steps/s)",
    "transformer": "fit transformer, batch 32 (steps/s)",
    "predict": "predict of one row (s)",
    "call": "model call of one row (s)",
    "build": "build a ResNet-50, cold (s)",
    "save": "save a ResNet-50 (s)",
    "load": "load a ResNet-50 (s)",
    "read_keras": "its weights out of .keras (s)",
    "read_h5": "its weights out of .weights.h5 (s)",
    "mlp_first": "from the import to the first step of the MLP, nothing kept (s)",
    "transformer_first": "from the import to the first step of the transformer (s)",
    "mlp_jit": "fit MLP, jit_compile=True (steps/s)",
    "transformer_jit": "fit transformer, jit_compile=True (steps/s)",
    "on_batch": "train_on_batch of the MLP (s)",
    "one_step_fit": "fit of one step of the MLP (s)",
    "gan": "step of a GAN (s)",
    "custom_loop": "step of the MLP in a loop of the engine's (s)",
    "predict_rows": "predict of 100,000 rows (s)",
    "generate": "64 tokens of 4 texts by a GPT (s)",
    "augment": "augmentation of 32 images (s)",
    "text": "TextVectorization of 2,560 lines (s)",
    "load_large": "load a .keras file of 50 MB (s)",
}
HERE = Path(__file__).parent


def measure(implementation, backend, case, clock):
    env = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's second import finds its bytecode
    env["BENCHMARK_CLOCK"] = clock
    if case.endswith("_first"):  # what was compiled before is not at hand
        env.update(KERAS_COMPILE_CACHE="0")
        env.pop("JAX_COMPILATION_CACHE_DIR", None)
    command = [sys.executable, str(HERE / "cases.py"), implementation, backend, case]
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, timeout=900, check=False
    )
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1][:200] if done.stderr else "failed"}
    return json.loads(done.stdout.strip().splitlines()[-1])


def median(results):
    return middle([r.get("seconds", r.get("steps_per_second")) for r in results])


def middle(values):
    values = [v for v in values if v is not None]
    return statistics.median(values) if values else None


def show(value):
    if value is None:
        return "-"
    if value >= 100:
        return f"{value:.0f}"
    if value >= 1:
        return f"{value:.2f}"
    return f"{value:.2g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backends", nargs="+", default=["torch", "jax", "tensorflow"])
    parser.add_argument("--cases", nargs="+", default=list(CASES), choices=CASES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: seconds of all threads on processors, for a machine that others use too",
    )
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()
    everything = []
    print("| backend | what | keras_core | Keras | by hand | times Keras | share of by hand | MB |")
    print("|---|---|---|---|---|---|---|---|")
    for backend in arguments.backends:
        for case in arguments.cases:
            runs = {"core": [], "keras": [], "hand": []}
            for _ in range(arguments.rounds):
                for implementation, held in runs.items():
                    held.append(measure(implementation, backend, case, arguments.clock))
            core, keras, hand = (median(runs[i]) for i in ("core", "keras", "hand"))
            rate = "steps/s" in TITLES[case]
            peaks = [middle([r.get("megabytes") for r in runs[i]]) for i in runs]
            times = None
            share = None
            if core and keras:
                times = core / keras if rate else keras / core
            if core and hand:
                share = core / hand if rate else hand / core
            print(
                f"| {backend} | {TITLES[case]} | {show(core)} | {show(keras)} | {show(hand)} | "
                f"{show(times)} | {show(share)} | {' / '.join(map(show, peaks))} |",
                flush=True,
            )
            for implementation, held in runs.items():
                for r in held:
                    if "error" in r:
                        print(f"  {implementation}: {r['error']}", file=sys.stderr)
            everything.append({"backend": backend, "case": case, "runs": runs})
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()
