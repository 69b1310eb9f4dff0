"""Several devices do what one does: in one process where the engine can, and in several."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import keras_core as keras
from keras_core.core.tensors import runtime

PROGRAM = Path(__file__).parent / "program.py"
EXAMPLES = Path(__file__).parents[3] / "examples"
NAME = keras.config.backend()
FLAGS = {"jax": {"XLA_FLAGS": "--xla_force_host_platform_device_count={}"}}
"""How a process gets devices, which the program does itself on some engines."""

ALL = "several steps, weights of classes; a step by hand"
ROUGH = "a dataset of uneven batches, weights; a sum"

pytestmark = [
    pytest.mark.one_in(40),
    pytest.mark.skipif(
        not runtime.CAPABILITIES.distribution, reason="the backend is for one device"
    ),
]


def run(command, environment, folder, ends_well=True):
    done = subprocess.run(
        [sys.executable, *command],
        env={**os.environ, "KERAS_BACKEND": NAME, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode == 0) == ends_well, done.stderr[-4000:]
    return done


@pytest.mark.skipif(NAME == "torch", reason="on torch a process has one device")
@pytest.mark.parametrize(("count", "cases"), [(4, ALL), (8 if NAME == "jax" else 2, ROUGH)])
def test_the_devices_of_a_process(count, cases, tmp_path):
    flags = {k: v.format(count) for k, v in FLAGS.get(NAME, {}).items()}
    run([str(PROGRAM), str(count), cases, str(tmp_path)], flags, tmp_path)


def launched(count, program, *arguments):
    return ["-m", "keras_core_plugins", "launch", "--processes", str(count), program, *arguments]


PROCESSES = {
    "jax": [(2, "a step by hand")],
    "torch": [(2, f"{ALL}; {ROUGH}"), (4, "a step by hand")],
    "tensorflow": [(2, "a dataset of uneven batches, weights")],
}


@pytest.mark.parametrize(("count", "cases"), PROCESSES.get(NAME, []))
def test_processes(count, cases, tmp_path):
    done = run(launched(count, str(PROGRAM), str(count), cases, str(tmp_path)), {}, tmp_path)
    assert done.stdout.count("Epoch 1/2") == 1


GPT = """
import runpy, sys
import keras_core as keras
main = runpy.run_path(sys.argv[1])["main"]
tiny = dict(length=16, width=16, heads=2, blocks=1, steps=4, batch_size=8, modules="json")
spread, _ = main(sys.argv[2], **tiny)
alone, _ = main("none", **{**tiny, "connects": False})
assert abs(spread[-1] - alone[-1]) < 1e-4, (spread, alone)
"""


@pytest.mark.skipif(NAME == "tensorflow", reason="models are not cut there")
@pytest.mark.parametrize("spread", ["data", "model"])
def test_a_language_model(spread, tmp_path):
    """The example, in one process on jax and in two on torch, learns what one device learns."""
    (tmp_path / "program.py").write_text(GPT)
    arguments = [str(EXAMPLES / "gpt.py"), spread]
    flags = {k: v.format(2) for k, v in FLAGS.get(NAME, {}).items()}
    command = ["program.py", *arguments]
    if NAME == "torch":
        command = launched(2, *command)
    run(command, flags, tmp_path)


RESUMED = """
import os, sys, numpy as np, keras_core as keras
from keras_core import distribution as d
if len(sys.argv) > 2:
    d.initialize()
    d.set_distribution(d.DataParallel())
keras.utils.set_random_seed(1)
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(1)])
model.compile("adam", "mse")

class Stop(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2 and len(sys.argv) > 2:
            raise KeyboardInterrupt

x = np.random.default_rng(0).normal(size=(32, 4)).astype("float32")
backup = [] if sys.argv[1] == "-" else [keras.callbacks.BackupAndRestore(sys.argv[1])]
try:
    model.fit(x, x[:, :1], epochs=4, batch_size=8, verbose=0, callbacks=[*backup, Stop()])
except KeyboardInterrupt:
    sys.exit()
print(float(model.evaluate(x, x[:, :1], verbose=0)), model.optimizer.iterations.numpy())
"""


@pytest.mark.skipif(NAME != "torch", reason="launched processes are slow; one engine shows it")
def test_another_number_of_processes_goes_on(tmp_path):
    """Two processes are interrupted; one ends what they began, as if it had been alone."""
    (tmp_path / "resumed.py").write_text(RESUMED)
    run(launched(2, "resumed.py", "backup", "together"), {}, tmp_path)
    resumed = run(["resumed.py", "backup"], {}, tmp_path).stdout.split()
    alone = run(["resumed.py", "-"], {}, tmp_path).stdout.split()
    assert resumed[-1] == alone[-1] == "16"
    assert float(resumed[-2]) == pytest.approx(float(alone[-2]), rel=1e-4)


ILL = """
import os, numpy as np, keras_core as keras
keras.distribution.initialize()
keras.distribution.set_distribution(keras.distribution.DataParallel())
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")

class Ill(keras.callbacks.Callback):
    def on_train_batch_begin(self, batch, logs=None):
        if batch == 3 and os.environ["RANK"] == "1":
            raise RuntimeError("this process is ill")

model.fit(np.ones((640, 4)), np.ones((640, 1)), epochs=10**6, verbose=0, callbacks=[Ill()])
"""


def test_a_process_that_dies_stops_the_others(tmp_path):
    (tmp_path / "ill.py").write_text(ILL)
    done = run(launched(2, "ill.py"), {}, tmp_path, ends_well=False)
    # an engine's threads may abort a process that ends by an exception
    assert "process 1 of 2 ended " in done.stderr
    assert "RuntimeError: this process is ill" in done.stderr


ABSENT = """
import os, time
import keras_core as keras
if os.environ["RANK"] == "1":
    time.sleep(300)
keras.distribution.initialize()
"""
WORDS = {
    "jax": "DEADLINE_EXCEEDED",  # jax ends the process itself
    "torch": "1/2 clients joined",
    "tensorflow": "in _wait_until_all_processes_have_come",
}


def test_a_process_that_never_comes(tmp_path):
    (tmp_path / "absent.py").write_text(ABSENT)
    flags = {"KERAS_DISTRIBUTION_TIMEOUT": "8"}
    done = run(launched(2, "absent.py"), flags, tmp_path, ends_well=False)
    assert WORDS[NAME] in done.stderr


UNEQUAL = """
import os, numpy as np, keras_core as keras
keras.distribution.initialize()
keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
size = 64 if os.environ["RANK"] == "0" else 32
model.fit(np.ones((size, 4)), np.ones((size, 1)), batch_size=8, verbose=0)
"""


def test_processes_with_other_numbers_of_batches(tmp_path):
    (tmp_path / "unequal.py").write_text(UNEQUAL)
    done = run(launched(2, "unequal.py"), {}, tmp_path, ends_well=False)
    assert "Process 1 has 4 batches, and process 0 has 8" in done.stderr
