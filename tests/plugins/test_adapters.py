"""Data that a plugin teaches `fit`."""

CODE = """
from keras_core_plugins import DataAdapter, hookimpl

class Batches:
    def __init__(self, table):
        self.table = table
    def __len__(self):
        return self.table.count
    def __iter__(self):
        import numpy as np
        x = np.ones((4, 2), "float32")
        return ((x, x[:, :1]) for _ in range(self.table.count))

@hookimpl
def keras_core_data_adapters():
    is_table = lambda data: type(data).__name__ == "Table"
    return [DataAdapter(name="table", accepts=is_table, batches=Batches)]
"""

USE = """
    import warnings
    import keras_core as keras

    class Table:
        count = 3

    class Steps(keras.callbacks.Callback):
        seen = 0
        def on_train_batch_end(self, batch, logs=None):
            self.seen += 1

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    steps = Steps()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(Table(), epochs=2, verbose=0, callbacks=[steps])
    print(steps.seen, [str(w.message) for w in caught])
"""


def test_a_plugin_teaches_fit_its_data(site):
    site.install("tables", plugins={"tables": "tables_plugin"}, files={"tables_plugin.py": CODE})
    assert site.python(USE, KERAS_BACKEND="numpy").strip() == "6 []"


def test_a_plugin_that_fails_is_left_out(site):
    site.install("tables", plugins={"tables": "tables_plugin"}, files={"tables_plugin.py": CODE})
    site.install("torn", plugins={"torn": "torn_plugin"}, files={"torn_plugin.py": "1 / 0"})
    out = site.python(USE, KERAS_BACKEND="numpy")
    assert out.startswith("6 ")
    assert "torn 1.0 adds by keras_core_data_adapters is left out" in out
    assert "ZeroDivisionError" in out
