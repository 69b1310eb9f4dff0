"""Texts and look-ups: Keras Core on any backend against Keras on TensorFlow, in one run.

    python benchmarks/data.py [--backend torch] [--texts 50000] [--strings 1000000]

Each side runs in a process of its own, on the same data; a row is the best of a few repetitions in
seconds, and the peak of memory is that of the whole process. With ``BENCHMARK_CLOCK=cpu``
the seconds are those of processors, of all threads.
"""

import argparse
import json
import os
import subprocess
import sys

WORK = """
import json, os, resource, sys, time
import numpy as np
import {module} as keras

clock = time.process_time if os.environ.get("BENCHMARK_CLOCK") == "cpu" else time.perf_counter

def best(function, repeat):
    times = []
    for _ in range(repeat):
        begin = clock()
        function()
        times.append(clock() - begin)
    return min(times)

rng = np.random.default_rng(0)
words = np.array(["w%d" % i for i in range(30000)])
zipf = np.minimum(rng.zipf(1.3, ({texts}, 200)) - 1, 29999)
texts = [" ".join(row).capitalize() + "." for row in words[zipf]]
layer = keras.layers.TextVectorization(max_tokens=20000, output_sequence_length=200)
out = {{"adapt": best(lambda: layer.adapt({wrap}(texts)), 1)}}
batches = [texts[i : i + 128] for i in range(0, len(texts), 128)]

def vectorise():
    for batch in batches:
        layer({wrap}(batch))

vectorise_once = layer({wrap}(batches[0]))
out["vectorise, batches of 128"] = best(vectorise, 2)
lookup = keras.layers.StringLookup(vocabulary=words[:20000].tolist())
strings = {wrap}(words[rng.integers(0, 30000, {strings})])
lookup(strings)
out["look up"] = best(lambda: lookup(strings), 3)
hashing = keras.layers.Hashing(10000)
hashing(strings)
out["hash"] = best(lambda: hashing(strings), 3)
out["peak MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print("RESULT" + json.dumps(out))
"""


def run(module, wrap, backend, texts, strings):
    """The times of one side."""
    code = WORK.format(module=module, wrap=wrap, texts=texts, strings=strings)
    env = {**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.rpartition("RESULT")[2])


def main():
    """Run both sides and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--backend", default="numpy", help="of Keras Core")
    parser.add_argument("--texts", type=int, default=50_000)
    parser.add_argument("--strings", type=int, default=1_000_000)
    given = parser.parse_args()
    ours = run("keras_core", "np.array", given.backend, given.texts, given.strings)
    theirs = run("keras", "np.array", "tensorflow", given.texts, given.strings)
    print(f"{'':28}{'Keras Core':>12}{'Keras':>12}{'ratio':>8}")
    for name, value in ours.items():
        print(f"{name:28}{value:12.2f}{theirs[name]:12.2f}{value / theirs[name]:8.2f}")


if __name__ == "__main__":
    main()
