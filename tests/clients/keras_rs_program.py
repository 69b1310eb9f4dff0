"""KerasRS: two towers with retrieval, feature crosses, losses and metrics of ranking, a file."""

import tempfile
from pathlib import Path

import keras
import keras_rs
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
users, items = rng.integers(0, 20, 256), rng.integers(0, 30, 256)
likes = (users % 3 == items % 3).astype("float32")


class TwoTowers(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.users = keras.Sequential([keras.layers.Embedding(20, 8), keras.layers.Dense(8)])
        self.items = keras.layers.Embedding(30, 8)
        self.retrieval = keras_rs.layers.BruteForceRetrieval(k=5, return_scores=False)
        self.loss_fn = keras.losses.MeanSquaredError()

    def build(self, input_shape=None):
        self.users.build(input_shape)
        self.items.build(input_shape)
        self.retrieval.candidate_embeddings = self.items.embeddings
        self.retrieval.build(input_shape)
        super().build(input_shape)

    def call(self, inputs, training=False):
        towers = self.users(inputs)
        result = {"user": towers}
        if not training:
            result["best"] = self.retrieval(towers)
        return result

    def compute_loss(self, x, y, y_pred, sample_weight=None, training=True):
        score = keras.ops.sum(y_pred["user"] * self.items(y["item"]), axis=-1)
        return self.loss_fn(y["like"], score)


def ranking_model():
    inputs = keras.Input((6,))
    crossed = keras_rs.layers.FeatureCross(projection_dim=4)(inputs, inputs)
    parts = [keras.layers.Dense(4)(crossed) for _ in range(3)]
    joined = keras_rs.layers.DotInteraction()(parts)
    return keras.Model(inputs, keras.layers.Dense(5)(joined))


if __name__ == "__main__":
    print("keras", keras.__version__, "on", keras.backend.backend())
    model = TwoTowers()
    model.compile(optimizer=keras.optimizers.Adam(0.05))
    history = model.fit(users, {"item": items, "like": likes}, epochs=10, verbose=0).history
    assert history["loss"][-1] < 0.8 * history["loss"][0], history
    best = np.asarray(keras.ops.convert_to_numpy(model(np.arange(4))["best"]))
    assert best.shape == (4, 5)
    print("retrieval", best[0])

    x = rng.normal(size=(128, 6)).astype("float32")
    relevance = np.argsort(np.argsort(x[:, :5], axis=1), axis=1).astype("float32")
    ranker = ranking_model()
    ranker.compile(
        "adam",
        loss=keras_rs.losses.PairwiseLogisticLoss(),
        metrics=[keras_rs.metrics.NDCG(k=3, name="ndcg"), keras_rs.metrics.MeanReciprocalRank()],
    )
    history = ranker.fit(x, relevance, epochs=20, batch_size=32, verbose=0).history
    assert history["ndcg"][-1] > history["ndcg"][0], history["ndcg"]
    print("ndcg", round(history["ndcg"][-1], 3))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ranker.keras"
        ranker.save(path)
        again = keras.saving.load_model(path)
        np.testing.assert_allclose(
            again.predict(x, verbose=0), ranker.predict(x, verbose=0), rtol=1e-4, atol=1e-5
        )
    print("saved and loaded")
