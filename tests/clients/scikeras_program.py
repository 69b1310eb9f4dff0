"""SciKeras: a model in a pipeline, a search over a grid, scores, clones, pickles."""

import pickle

import keras
import numpy as np
from scikeras.wrappers import KerasClassifier, KerasRegressor
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
x = rng.normal(size=(60, 4)).astype("float32")
y = (x[:, 0] > 0).astype(int)


def make(units=8, meta=None):
    return keras.Sequential(
        [
            keras.Input((meta["n_features_in_"],)),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


def make_linear():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])


if __name__ == "__main__":
    print("keras", keras.__version__, "on", keras.backend.backend())
    classifier = KerasClassifier(
        make,
        loss="binary_crossentropy",
        optimizer="adam",
        optimizer__learning_rate=0.05,
        epochs=8,
        verbose=0,
        units=8,
    )
    pipeline = make_pipeline(StandardScaler(), classifier)
    search = GridSearchCV(pipeline, {"kerasclassifier__units": [4, 8]}, cv=2)
    search.fit(x, y)
    print(f"grid: {search.best_params_}, {search.best_score_:.2f}")
    assert search.best_score_ > 0.6
    print("scores:", cross_val_score(clone(classifier), x, y, cv=2).round(2))
    classifier.fit(x, y)
    assert type(classifier.model_).__module__.startswith("keras_core.")
    again = pickle.loads(pickle.dumps(classifier))
    assert (again.predict(x) == classifier.predict(x)).all()
    regressor = KerasRegressor(make_linear, loss="mse", optimizer="adam", epochs=2, verbose=0)
    print(f"regression: {regressor.fit(x, x[:, 0]).score(x, x[:, 0]):.2f}")
