"""Images in the way of Keras 2, beside the real Keras: equal seeds give equal images."""

import random

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras

pytest.importorskip("PIL")
pytest.importorskip("scipy")
pd = pytest.importorskip("pandas")
image = keras.preprocessing.image

OLD = "from keras.src.legacy.preprocessing import image\n"
AXES = [(0, 1, 2), (1, 2, 0), (1, 0, 2)]
FUNCTIONS = {
    "random_rotation": lambda r: [r.uniform(0, 90)],
    "random_shift": lambda r: [r.uniform(0, 0.5), r.uniform(0, 0.5)],
    "random_shear": lambda r: [r.uniform(0, 40)],
    "random_zoom": lambda r: [(r.uniform(0.5, 1), r.uniform(1, 2))],
    "random_channel_shift": lambda r: [r.uniform(0, 90)],
    "random_brightness": lambda r: [(r.uniform(0, 1), r.uniform(1, 2)), r.random() < 0.5],
}


def close(found, wanted, place=""):
    if isinstance(wanted, (list, tuple)):
        assert isinstance(found, (list, tuple)), place
        assert len(found) == len(wanted), place
        for i, (a, b) in enumerate(zip(found, wanted, strict=True)):
            close(a, b, f"{place}[{i}]")
    elif isinstance(wanted, dict):
        assert found.keys() == wanted.keys(), place
        for key in wanted:
            close(found[key], wanted[key], f"{place}[{key!r}]")
    elif isinstance(wanted, (str, type(None))):
        assert found == wanted, place
    else:
        found = np.asarray(found)
        assert found.shape == np.shape(wanted), place
        if isinstance(wanted, np.ndarray):
            assert found.dtype == wanted.dtype, place
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=2e-3, err_msg=place)


def outside(r):
    """Options of what fills an image up."""
    return {
        "fill_mode": r.choice(["nearest", "constant", "reflect", "wrap"]),
        "cval": r.choice([0.0, 7.0]),
    }


@pytest.mark.parametrize("case", range(scaled(3)))
@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name, case):
    r = random.Random(f"{name}{case}")
    x = np.random.default_rng(case).uniform(0, 255, (9, 6, 3)).astype("float32")
    x = x * r.choice([1, 1.5]) - r.choice([0, 20])
    args, kwargs = FUNCTIONS[name](r), {}
    if name in ("random_rotation", "random_shift", "random_shear", "random_zoom"):
        row, column, channel = r.choice(AXES)
        kwargs = {"row_axis": row, "col_axis": column, "channel_axis": channel, **outside(r)}
        kwargs["interpolation_order"] = r.choice([0, 1, 3])
    code = OLD + "np.random.seed(seed)\ngetattr(image, name)(x, *args, **kwargs)"
    want = real_keras(code, name=name, x=x, args=args, kwargs=kwargs, seed=case)
    before = x.copy()
    np.random.seed(case)
    close(getattr(image, name)(x, *args, **kwargs), want)
    np.testing.assert_array_equal(x, before)


def options(r):
    """Options of a generator, some of them."""
    given = {
        "rotation_range": r.choice([30, 12.5]),
        "width_shift_range": r.choice([0.3, 2.5, 3, [-2, 0, 3], [0.1, -0.2], 1]),
        "height_shift_range": r.choice([0.2, 1.5, 2, [1, -1], [-0.3]]),
        "brightness_range": r.choice([(0.5, 1.5), [0.2, 0.7]]),
        "shear_range": r.choice([20, 7.5]),
        "zoom_range": r.choice([0.2, (0.7, 0.9), [1, 1]]),
        "channel_shift_range": r.choice([30, 3.5]),
        "horizontal_flip": True,
        "vertical_flip": True,
        "rescale": 1 / 255,
        "data_format": "channels_first",
        "interpolation_order": r.choice([0, 2]),
        "samplewise_center": True,
        "samplewise_std_normalization": True,
        "dtype": "float64",
        "validation_split": 0.3,
    }
    if r.random() < 0.5:
        given.update(outside(r))
    given = {k: v for k, v in given.items() if r.random() < 0.4}
    if "data_format" in given:
        given.pop("brightness_range", None)  # the real one takes channels for columns there
    return given


TRANSFORMS = (
    OLD
    + """
g = image.ImageDataGenerator(**kwargs)
result = []
for seed in range(4):
    p = g.get_random_transform(x.shape, seed=seed)
    result.append([{k: v if v is None else float(v) for k, v in p.items()},
                   g.standardize(g.random_transform(x.copy(), seed=seed))])
"""
)


@pytest.mark.parametrize("case", range(scaled(12)))
@pytest.mark.filterwarnings("ignore:This ImageDataGenerator")
def test_transforms(case):
    kwargs = options(random.Random(case))
    x = np.random.default_rng(case).uniform(0, 255, (8, 8, 3)).astype("float32")
    if "data_format" in kwargs:
        x = x.transpose(2, 0, 1)
    scope = {"image": image, "kwargs": kwargs, "x": x}
    exec(TRANSFORMS.removeprefix(OLD), scope)
    close(scope["result"], real_keras(TRANSFORMS, kwargs=kwargs, x=x), str(kwargs))


STEPS = (
    OLD
    + """
if seed is None:
    np.random.seed(9)
it = image.ImageDataGenerator(**kwargs).flow(*data, seed=seed, **flow)
result = [len(it)]
for step in steps:
    if step == "next":
        result.append(next(it))
    elif isinstance(step, int):
        result.append(it[step])
    else:
        getattr(it, step)()
"""
)


@pytest.mark.parametrize("case", range(scaled(10)))
@pytest.mark.filterwarnings("ignore:This ImageDataGenerator")
def test_flow(case):
    r, rng = random.Random(case), np.random.default_rng(case)
    kwargs = options(r)
    kwargs.pop("data_format", None)
    x = rng.uniform(0, 255, (7, 5, 5, 3)).astype(r.choice(["uint8", "float32"]))
    data = [r.choice([x, [x, np.arange(7)], (x, [rng.normal(size=(7, 2)), np.arange(7)])])]
    flow = {"batch_size": 3, "shuffle": r.random() < 0.8}
    if r.random() < 0.7:
        data.append(np.array([0, 1, 1, 0, 1, 0, 0]))
        if r.random() < 0.5 and "validation_split" not in kwargs:  # the real one takes other rows
            flow["sample_weight"] = rng.uniform(size=7)
    if "validation_split" in kwargs:
        flow["subset"] = r.choice(["training", "validation"])
    choices = ["next", "next", 0, "reset", "on_epoch_end"]
    steps = ["next", *r.choices(choices, k=5)]
    given = {"kwargs": kwargs, "data": data, "flow": flow, "steps": steps}
    given["seed"] = r.choice([None, 4])
    scope = {"image": image, "np": np, **given}
    exec(STEPS.removeprefix(OLD), scope)
    close(scope["result"], real_keras(STEPS, **given), str(given))


FIT = (
    OLD
    + """
g = image.ImageDataGenerator(**kwargs)
g.fit(x, augment=augment, rounds=2, seed=3)
result = [g.mean, g.std, g.zca_whitening_matrix, g.standardize(x[0].copy())]
"""
)


@pytest.mark.parametrize("augment", [False, True])
@pytest.mark.parametrize("kind", ["featurewise_std_normalization", "zca_whitening", ""])
@pytest.mark.filterwarnings("ignore:This ImageDataGenerator")
def test_statistics(kind, augment):
    kwargs = {"featurewise_center": True, "rotation_range": 20, **({kind: True} if kind else {})}
    x = np.random.default_rng(0).uniform(size=(20, 3, 2, 1)).astype("float32")
    scope = {"image": image, "kwargs": kwargs, "x": x, "augment": augment}
    exec(FIT.removeprefix(OLD), scope)
    close(scope["result"], real_keras(FIT, kwargs=kwargs, x=x, augment=augment))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Images of three classes, in folders, with files that are none."""
    rng, place = np.random.default_rng(0), tmp_path_factory.mktemp("images")
    for kind, count in (("b", 5), ("a", 4), ("c", 3)):
        (place / kind / "sub").mkdir(parents=True)
        for i in range(count):
            name = f"{'sub/' if i == 1 else ''}{kind}{i}.{'png' if i % 2 else 'BMP'}"
            pixels = rng.integers(0, 256, (8 + i, 10, 3))
            keras.utils.save_img(place / kind / name, pixels, scale=False)
    (place / "a" / "notes.txt").write_text("no image")
    return place


READ = (
    OLD
    + """
g = image.ImageDataGenerator(horizontal_flip=True, rotation_range=20, validation_split=0.3)
it = getattr(g, method)(*args, target_size=(6, 5), batch_size=4, seed=2, **kwargs)
result = [it.filenames, it.filepaths, getattr(it, "class_indices", None),
          [next(it) for _ in range(3)]]
if hasattr(it, "classes"):
    result.append([list(v) if isinstance(v, (list, tuple)) else int(v) for v in it.labels])
"""
)


def read(method, *args, **kwargs):
    scope = {"image": image, "method": method, "args": args, "kwargs": kwargs}
    exec(READ.removeprefix(OLD), scope)
    want = real_keras(READ, method=method, args=list(args), kwargs=kwargs)
    close(scope["result"], want, str(kwargs))


@pytest.mark.parametrize(
    "kwargs",
    [
        {"class_mode": "sparse", "subset": "training"},
        {"class_mode": "binary", "classes": ["c", "a"], "color_mode": "grayscale"},
        {"class_mode": "input", "interpolation": "bilinear"},
        {"class_mode": None, "keep_aspect_ratio": True},
        {"shuffle": False, "color_mode": "rgba"},
        {"subset": "validation"},
    ],
    ids=str,
)
def test_folders(folder, kwargs):
    read("flow_from_directory", str(folder), **kwargs)


@pytest.mark.parametrize(
    "kwargs",
    [
        {},
        {"class_mode": "sparse", "weight_col": "w", "subset": "training"},
        {"class_mode": "binary", "classes": ["b", "a"]},
        {"class_mode": "raw", "y_col": ["n", "w"], "subset": "validation"},
        {"class_mode": "raw", "y_col": "n"},
        {"class_mode": "multi_output", "y_col": ["n", "w"]},
        {"y_col": "several"},
        {"y_col": "several", "classes": ["b", "c"]},
        {"class_mode": None, "shuffle": False},
        {"class_mode": "input"},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:Found 2 invalid")
def test_tables(folder, kwargs):
    names = ["a/a0.BMP", "b/b0.BMP", "c/c0.BMP", "a/none.png", "b/sub/b1.png", "a/notes.txt"]
    table = pd.DataFrame({"filename": names, "class": [v[0] for v in names]})
    table["n"], table["w"] = np.arange(6), np.arange(6) / 2
    table["several"] = [["a", "b"], "b", ["c"], "a", ["b", "c"], "a"]
    read("flow_from_dataframe", table, str(folder), **kwargs)
