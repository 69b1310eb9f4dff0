"""BayesFlow: a workflow that learns a posterior from simulations, samples it and is judged."""

import bayesflow as bf
import keras
import numpy as np

keras.utils.set_random_seed(0)


def prior():
    return {"theta": np.random.normal(size=2)}


def likelihood(theta):
    return {"x": theta + 0.3 * np.random.normal(size=(8, 2))}


if __name__ == "__main__":
    print("keras", keras.__version__, "on", keras.backend.backend(), bf.__version__)
    workflow = bf.BasicWorkflow(
        simulator=bf.make_simulator([prior, likelihood]),
        inference_network=bf.networks.CouplingFlow(depth=3),
        summary_network=bf.networks.DeepSet(summary_dim=4, depth=1),
        inference_variables=["theta"],
        summary_variables=["x"],
    )
    history = workflow.fit_online(epochs=6, num_batches_per_epoch=40, batch_size=32, verbose=0)
    losses = history.history["loss"]
    assert losses[-1] < losses[0], losses
    test = workflow.simulate(50)
    drawn = workflow.sample(conditions=test, num_samples=100)["theta"]
    assert drawn.shape == (50, 100, 2)
    error = float(np.mean(np.abs(drawn.mean(1) - test["theta"])))
    assert error < 0.5, error
    print(
        "loss",
        round(losses[0], 2),
        "->",
        round(losses[-1], 2),
        "error of the mean",
        round(error, 2),
    )
    scores = workflow.compute_default_diagnostics(test_data=50, num_samples=50)
    print(scores.shape)
