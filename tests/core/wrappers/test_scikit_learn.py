"""Models as estimators: what scikit-learn demands of one, and its tools with them."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import keras_core as keras

pytest.importorskip("sklearn", reason="scikit-learn is an extra")

import sklearn
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

from keras_core.wrappers import SKLearnClassifier, SKLearnRegressor, SKLearnTransformer

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
CLASSES = np.array(["low", "high"])[(X[:, 0] > 0).astype(int)]

EXPECTED_FAILURES = {
    SKLearnClassifier: {
        "check_classifiers_one_label_sample_weights": (
            "a class whose samples all have the weight 0 stays one of the classes"
        )
    },
    SKLearnRegressor: {
        "check_regressor_multioutput": "outputs have the dtype of the model, not float64"
    },
    SKLearnTransformer: {},
}


def linear(X, y, rate=0.01, **compiled):
    keras.utils.set_random_seed(0)
    head = {} if compiled else {"activation": "softmax"}
    model = keras.Sequential([keras.Input(X.shape[1:]), keras.layers.Dense(y.shape[1], **head)])
    model.compile(keras.optimizers.SGD(rate), **(compiled or {"loss": "categorical_crossentropy"}))
    return model


def estimator(kind, **options):
    kwargs = {} if kind is SKLearnClassifier else {"loss": "mse"}
    return kind(linear, model_kwargs=kwargs, fit_kwargs={"verbose": 0, **options})


@pytest.mark.parametrize("kind", EXPECTED_FAILURES)
def test_what_scikit_learn_demands(kind):
    expected = EXPECTED_FAILURES[kind]
    found = check_estimator(
        estimator(kind), expected_failed_checks=expected, on_fail="raise", on_skip=None
    )
    failed = {x["check_name"] for x in found if x["status"] == "xfail"}
    assert failed == set(expected)
    assert sum(x["status"] == "passed" for x in found) > 35


def test_its_tools():
    classifier = estimator(SKLearnClassifier, epochs=20, batch_size=10)
    line = make_pipeline(StandardScaler(), classifier)
    search = GridSearchCV(
        line, {"sklearnclassifier__model_kwargs": [{"rate": 0.0}, {"rate": 0.5}]}, cv=2
    )
    search.fit(X, CLASSES)
    assert search.best_params_["sklearnclassifier__model_kwargs"] == {"rate": 0.5}
    assert search.score(X, CLASSES) > 0.9
    assert cross_val_score(search.best_estimator_, X, CLASSES, cv=2).min() > 0.8
    best = search.best_estimator_[-1]
    assert best.epoch_ == 20
    assert best.classes_.tolist() == ["high", "low"]
    again = pickle.loads(pickle.dumps(best))
    np.testing.assert_array_equal(again.predict(X), best.predict(X))
    assert set(again.predict(X)) <= {"high", "low"}
    fresh = clone(best)
    assert fresh.get_params() == best.get_params()
    with pytest.raises(NotFittedError):
        fresh.predict(X)
    inner = make_pipeline(estimator(SKLearnTransformer), estimator(SKLearnRegressor))
    assert inner.fit(X, X[:, 0]).predict(X).shape == (60,)


def test_models_that_are_there_are_cloned():
    model = linear(X, np.eye(2))
    regressor = SKLearnRegressor(linear(X, X[:, :2], loss="mse"), fit_kwargs={"verbose": 0})
    before = regressor.model.get_weights()[0].copy()
    regressor.fit(X, X[:, :2])
    np.testing.assert_array_equal(regressor.model.get_weights()[0], before)
    assert regressor.predict(X).shape == (60, 2)
    assert regressor.model_ is not regressor.model
    first = regressor.model_
    assert regressor.fit(X, X[:, :2]).model_ is not first
    regressor.set_params(warm_start=True)
    first = regressor.model_
    assert regressor.fit(X, X[:, :2]).model_ is first
    assert (
        SKLearnClassifier(model, fit_kwargs={"verbose": 0}).fit(X, CLASSES).score(X, CLASSES) >= 0
    )


def test_mistakes_are_named():
    with pytest.raises(TypeError, match="must be a compiled Keras model"):
        SKLearnRegressor(3).fit(X, X)
    with pytest.raises(RuntimeError, match="needs to be compiled"):
        SKLearnRegressor(keras.Sequential([keras.layers.Dense(1)])).fit(X, X)
    with pytest.raises(TypeError, match="must return a compiled"):
        SKLearnRegressor(lambda X, y: keras.Sequential()).fit(X, X)


def test_scikit_learn_is_imported_when_it_is_used():
    use = "import keras_core; {}; keras_core.wrappers.SKLearnRegressor"
    unused = use.format("import sys; assert 'sklearn' not in sys.modules")
    subprocess.run([sys.executable, "-c", unused], check=True)
    hidden = use.format("import sys; sys.modules['sklearn'] = None")
    command = [sys.executable, "-c", hidden]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "pip install 'keras-core[sklearn]'" in done.stderr
    with pytest.raises(AttributeError, match="no attribute 'SKLearnNothing'"):
        keras.wrappers.SKLearnNothing  # looking it up is what is tried


def test_weights_of_samples_are_routed_to_fit():
    regressor = estimator(SKLearnRegressor, epochs=30)
    weights = (X[:, 0] > 0).astype("float64")
    with sklearn.config_context(enable_metadata_routing=True):
        regressor.set_fit_request(sample_weight=True).set_score_request(sample_weight=False)
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        line = make_pipeline(scaler, regressor)
        with_weights = line.fit(X, np.abs(X[:, 0]), sample_weight=weights).predict(X)
        without = line.fit(X, np.abs(X[:, 0])).predict(X)
        with pytest.raises(TypeError, match="speed"):
            regressor.set_fit_request(speed=True)
    assert np.abs(with_weights - without).max() > 0.1


def test_a_transformer_predicts_what_it_learned():
    transformer = estimator(SKLearnTransformer).fit(X, X[:, 0])
    assert transformer.transform(X).shape == (60, 1)
    np.testing.assert_array_equal(transformer.predict(X), transformer.transform(X)[:, 0])
