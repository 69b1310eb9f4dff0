"""Training on several devices, beside what one writes by hand in the engine, in one run.

    python benchmarks/distribution.py               # torch in two processes, jax on two devices
    python benchmarks/distribution.py --engine jax --count 4

On torch the other side is `DistributedDataParallel`, on jax a `jit` with shardings. Both train the
same network on the same batches; they take turns, and the best round of each counts. What is moved
in a step is counted in the program that XLA compiled, or where torch is called to move it.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from clock import now

WIDTH, DEPTH, BATCH, STEPS, ROUNDS = 512, 4, 256, 20, 5
COLLECTIVES = re.compile(
    r"= (.+?) (all-reduce|all-gather|reduce-scatter|all-to-all|collective-permute)(?:-start)?\("
)
SIZE = re.compile(r"f32\[([\d,]*)\]")


def best_of(rounds, **sides):
    """The most steps per second of each side, in turns."""
    found = dict.fromkeys(sides, 0.0)
    for _ in range(rounds):
        for name, run in sides.items():
            begin = now()
            run()
            found[name] = max(found[name], STEPS / (now() - begin))
    return found


def data():
    """Batches for all steps of a round."""
    import numpy as np

    rng = np.random.default_rng(0)
    x = rng.normal(size=(STEPS * BATCH, WIDTH)).astype("float32")
    return x, x[:, :1].copy()


def ours(spread):
    """The network and its training by `fit`, and a function that runs a round."""
    import keras_core as keras

    keras.distribution.set_distribution(spread)
    hidden = [keras.layers.Dense(WIDTH, "relu") for _ in range(DEPTH)]
    model = keras.Sequential([keras.Input((WIDTH,)), *hidden, keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(1e-3), "mse")
    x, y = data()

    def run():
        model.fit(x, y, batch_size=BATCH, epochs=1, shuffle=False, verbose=0)

    run()
    return run


def on_torch():
    """Ours and `DistributedDataParallel`, in this process of several."""
    import torch
    import torch.distributed as dist
    from torch.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook

    import keras_core as keras

    keras.distribution.initialize()
    mine = ours(keras.distribution.DataParallel())
    sizes = [(WIDTH, WIDTH)] * DEPTH + [(WIDTH, 1)]
    parts = []
    for i, (n, m) in enumerate(sizes):
        parts += [torch.nn.Linear(n, m), *([torch.nn.ReLU()] if i < DEPTH else [])]
    net = torch.nn.parallel.DistributedDataParallel(torch.nn.Sequential(*parts))
    moved = {"by hand": [0, 0], "keras": [0, 0]}

    def counted(state, bucket):
        moved["by hand"][0] += 1
        moved["by hand"][1] += bucket.buffer().nbytes
        return allreduce_hook(state, bucket)

    net.register_comm_hook(None, counted)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3)
    x, y = map(torch.from_numpy, data())
    own = slice(dist.get_rank(), None, dist.get_world_size())

    def by_hand():
        for i in range(0, len(x), BATCH):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(net(x[i : i + BATCH][own]), y[i : i + BATCH][own])
            loss.backward()
            optimizer.step()

    by_hand()
    moved["by hand"][:] = 0, 0
    by_hand()
    inner = dist.all_reduce

    def noted(tensor, *args, **kwargs):
        moved["keras"][0] += 1
        moved["keras"][1] += tensor.nbytes
        return inner(tensor, *args, **kwargs)

    dist.all_reduce = noted
    mine()
    dist.all_reduce = inner
    per_step = {k: (n / STEPS, b / STEPS) for k, (n, b) in moved.items()}
    speeds = best_of(ROUNDS, **{"by hand": by_hand, "keras": mine})
    if dist.get_rank() == 0:
        print("RESULT", json.dumps({"speeds": speeds, "moved": per_step}))


def on_jax():
    """Ours and a `jit` with shardings, on the devices of this process."""
    import jax
    import jax.numpy as jnp
    import numpy as np
    from jax.sharding import Mesh, NamedSharding, PartitionSpec

    import keras_core as keras

    mine = ours(keras.distribution.DataParallel())
    mesh = Mesh(np.array(jax.devices()), ("batch",))
    cut, whole = NamedSharding(mesh, PartitionSpec("batch")), NamedSharding(mesh, PartitionSpec())
    rng = np.random.default_rng(1)
    sizes = [(WIDTH, WIDTH)] * DEPTH + [(WIDTH, 1)]
    weights = [
        (rng.normal(size=s).astype("float32") / 30, np.zeros(s[1], "float32")) for s in sizes
    ]
    held = [jax.device_put(weights, whole)]

    def loss_of(weights, x, y):
        for kernel, bias in weights[:-1]:
            x = jax.nn.relu(x @ kernel + bias)
        return jnp.mean((x @ weights[-1][0] + weights[-1][1] - y) ** 2)

    def step_by_hand(weights, x, y):
        loss, grads = jax.value_and_grad(loss_of)(weights, x, y)
        return jax.tree.map(lambda w, g: w - 1e-3 * g, weights, grads), loss

    step = jax.jit(step_by_hand, donate_argnums=0)
    x, y = data()

    def by_hand():
        for i in range(0, len(x), BATCH):
            part = jax.device_put((x[i : i + BATCH], y[i : i + BATCH]), cut)
            held[0], loss = step(held[0], *part)
        loss.block_until_ready()

    by_hand()
    moved = {}
    folder = re.search(r"--xla_dump_to=(\S+)", os.environ["XLA_FLAGS"])[1]
    for file in Path(folder).glob("*after_optimizations.txt"):
        found = COLLECTIVES.findall(file.read_text())
        side = "by hand" if "step_by_hand" in file.name else "keras"
        total = sum(_bytes(kind) for kind, _ in found)
        if total >= moved.get(side, (0, -1))[1]:
            moved[side] = len(found), total
    speeds = best_of(ROUNDS, **{"by hand": by_hand, "keras": mine})
    print("RESULT", json.dumps({"speeds": speeds, "moved": moved}))


def _bytes(kind):
    total = 0
    for sizes in SIZE.findall(kind):
        count = 1
        for n in filter(None, sizes.split(",")):
            count *= int(n)
        total += 4 * count
    return total


def main():
    """Start the sides where they have their devices, and show what they say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--engine", choices=("torch", "jax"), action="append")
    parser.add_argument("--count", type=int, default=2, help="how many devices")
    parser.add_argument("--inside", choices=("torch", "jax"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return {"torch": on_torch, "jax": on_jax}[options.inside]()
    for engine in options.engine or ("torch", "jax"):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable]
            flags = {}
            if engine == "torch":
                launch = ["launch", "--processes", str(options.count)]
                command += ["-m", "keras_core_plugins", *launch]
            else:
                dump = f"--xla_dump_to={folder} --xla_dump_hlo_as_text"
                devices = f"--xla_force_host_platform_device_count={options.count}"
                flags = {"XLA_FLAGS": f"{devices} {dump}", "JAX_ENABLE_COMPILATION_CACHE": "0"}
            done = subprocess.run(
                [*command, __file__, "--inside", engine],
                env={**os.environ, "KERAS_BACKEND": engine, **flags},
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode:
            sys.exit(done.stderr)
        line = next(x for x in done.stdout.splitlines() if x.startswith("RESULT "))
        result = json.loads(line.removeprefix("RESULT "))
        print(f"{engine}, {options.count} devices:")
        for side in ("by hand", "keras"):
            count, size = result["moved"][side]
            speed = result["speeds"][side]
            print(
                f"  {side:8} {speed:7.1f} steps/s, {count:.0f} collectives and "
                f"{size / 1e6:.2f} MB a step"
            )
        print(f"  ratio    {result['speeds']['keras'] / result['speeds']['by hand']:7.2f}")
    return None


if __name__ == "__main__":
    main()
