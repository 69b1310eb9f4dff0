"""What `Model.summary` prints."""

import pytest

import keras_core as keras
from keras_core import layers, ops


def _text(model, **options):
    lines = []
    model.summary(print_fn=lines.append, **{"line_length": 100, **options})
    [text] = lines
    return text


def _row(text, name):
    [line] = [line for line in text.splitlines() if line.startswith("│") and f" {name} (" in line]
    return [cell.strip() for cell in line.strip("│").split("│")]


@pytest.fixture
def branches():
    keras.utils.clear_session()  # names count from the start
    a, b = keras.Input((8,), name="a"), keras.Input((4,), name="b")
    shared = layers.Dense(4, name="shared")
    x, y = shared(a), shared(layers.Dense(8, name="wide")(b))
    inner = keras.Sequential(
        [keras.Input((4,)), layers.Dense(4, name="below"), layers.Dropout(0.1, name="drop")],
        name="inner",
    )
    frozen = layers.Dense(2, name="frozen", trainable=False)
    return keras.Model([a, b], frozen(inner(ops.add(x, y))))


def test_rows_are_calls_with_their_connections(branches):
    text = _text(branches)
    assert _row(text, "shared") == ["shared (Dense)", "(None, 4)", "36", "a[0][0], wide[0][0]"]
    assert _row(text, "add") == ["add (Add)", "(None, 4)", "0", "shared[0][0], shared[1][0]"]
    assert _row(text, "a") == ["a (InputLayer)", "(None, 8)", "0", "-"]
    assert "Trainable │" not in text
    assert "Total params: 106 (424.00 B)" in text
    assert "Non-trainable params: 10 (40.00 B)" in text


def test_what_is_trained_is_marked(branches):
    text = _text(branches, show_trainable=True, expand_nested=True)
    marks = {
        name: _row(text, name)[-1] for name in ("a", "shared", "add", "inner", "frozen", "└ drop")
    }
    assert marks == dict(zip(marks, "-Y-YN-", strict=True))


def test_inner_models_are_shown_on_request(branches):
    assert "below" not in _text(branches)
    assert _row(_text(branches, expand_nested=True), "└ below")[:3] == [
        "└ below (Dense)", "(None, 4)", "20"
    ]  # fmt: skip


def test_a_chain_has_no_connections():
    x = keras.Input((3,))
    assert "Connected to" not in _text(keras.Model(x, layers.Dense(1)(layers.Dense(2)(x))))
    y = layers.Dense(3)(x)
    assert "Connected to" in _text(keras.Model(x, layers.Add()([x, y])))


@pytest.mark.parametrize(
    ("positions", "ends"),
    [([0.3, 0.5, 0.7, 1.0], [30, 50, 70, 100]), ([20, 50, 60, 90], [20, 50, 60, 90])],
)
def test_columns_end_where_they_are_told_to(branches, positions, ends):
    line = next(x for x in _text(branches, positions=positions).splitlines() if x.startswith("┏"))
    assert [i for i, sign in enumerate(line) if sign in "┳┓"] == [end - 1 for end in ends]


def test_a_range_of_layers(branches):
    text = _text(branches, layer_range=["inner", "frozen"])
    assert "inner" in text
    assert "shared (" not in text
    with pytest.raises(ValueError, match="does not match any layer"):
        _text(branches, layer_range=["nope", "frozen"])
    with pytest.raises(ValueError, match="must be two names"):
        _text(branches, layer_range=["inner"])


@pytest.mark.parametrize("positions", [[0.3], [0.5, 0.4, 0.9, 1.0]])
def test_positions_that_do_not_grow_are_refused(branches, positions):
    with pytest.raises(ValueError, match="`positions` should be 4 growing numbers"):
        _text(branches, positions=positions)


def test_models_that_are_not_built():
    class Sub(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(2, name="dense")

    assert _row(_text(Sub()), "dense") == ["dense (Dense)", "?", "0 (unbuilt)"]
