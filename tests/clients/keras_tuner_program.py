"""KerasTuner: three searches, the best models, and a search that goes on after it was killed."""

import os
import signal
import subprocess
import sys
import tempfile

import keras
import keras_tuner
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x_train = rng.normal(size=(80, 6)).astype("float32")
y_train = (x_train[:, 0] > 0).astype("int32")


def build_model(hp):
    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(
                hp.Int("units", 4, 16, step=4), activation=hp.Choice("activation", ["relu", "tanh"])
            ),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(hp.Float("lr", 1e-3, 1e-1, sampling="log")),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def search(tuner, **kwargs):
    tuner.search(x_train, y_train, epochs=2, validation_split=0.2, verbose=0, **kwargs)
    best = tuner.get_best_models(num_models=1)[0]
    _, accuracy = best.evaluate(x_train, y_train, verbose=0)
    found = tuner.get_best_hyperparameters()[0].values
    print(type(tuner).__name__, f"accuracy {accuracy:.2f}", found["activation"], found["units"])
    assert type(best).__module__.startswith("keras_core.")
    assert accuracy > 0.4


class Killed(keras.callbacks.Callback):
    """Ends the process in the third trial, as an outer power would."""

    def on_train_begin(self, logs=None):
        done = [d for d in os.listdir(os.path.join(folder, "resumed")) if d.startswith("trial")]
        if len(done) == 3:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
    resumed = keras_tuner.RandomSearch(
        build_model,
        objective="val_accuracy",
        max_trials=4,
        seed=1,
        directory=folder,
        project_name="resumed",
        overwrite=False,
    )
    if len(sys.argv) > 1:
        search(resumed, callbacks=[Killed()])
        raise SystemExit("It was to be killed.")
    print("keras", keras.__version__, "on", keras.backend.backend())
    for kind, options in (
        (keras_tuner.RandomSearch, {"max_trials": 2}),
        (keras_tuner.Hyperband, {"max_epochs": 2, "factor": 2}),
        (keras_tuner.BayesianOptimization, {"max_trials": 4}),
    ):
        search(
            kind(
                build_model,
                objective="val_accuracy",
                directory=folder,
                project_name=kind.__name__,
                seed=1,
                **options,
            )
        )
    died = subprocess.run([sys.executable, __file__, folder])
    assert died.returncode == -signal.SIGKILL, died.returncode
    resumed.reload()
    before = len(resumed.oracle.trials)
    assert 2 <= before < 4, before
    search(resumed)
    assert len(resumed.oracle.trials) == 4
    print(f"resumed after {before} trials")
