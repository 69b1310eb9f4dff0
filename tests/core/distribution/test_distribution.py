"""Meshes, layouts and maps, which need no devices; and what a backend for one device says."""

import copy
import pickle

import numpy as np
import pytest

import keras_core as keras
from keras_core import distribution as d
from keras_core_plugins.errors import CapabilityError

DEVICES = [f"cpu:{i}" for i in range(8)]
MESH = d.DeviceMesh((4, 2), ["data", "model"], DEVICES)
INTRO = "Shape and axis_names "


def test_a_mesh_shows_what_it_is_made_of():
    assert repr(MESH) == "<DeviceMesh shape=(4, 2), axis_names=['data', 'model']>"
    assert MESH.shape == (4, 2)
    assert MESH.axis_names == ["data", "model"]
    assert MESH.devices.tolist()[1] == ["cpu:2", "cpu:3"]
    assert pickle.loads(pickle.dumps(MESH)).devices.shape == (4, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((4, 2), None), f"{INTRO}cannot be empty"),
        (((), []), f"{INTRO}cannot be empty"),
        (((4, 2), ["a"]), f"{INTRO}should have same size. Received: shape=\\(4, 2\\)"),
        (((4, 2), ["a", "a"], DEVICES), "names of axes must differ"),
        (((3, 2), ["a", "b"], DEVICES), r"number of devices.*shape=\(3, 2\); devices.shape=\(8,\)"),
        (((-4, -2), ["a", "b"], DEVICES), "does not match the number of devices"),
        (((16,), ["a"]), "does not match the number of devices"),
    ],
)
def test_a_mesh_that_does_not_fit(arguments, message):
    with pytest.raises(ValueError, match=message):
        d.DeviceMesh(*arguments)


def test_a_layout_gets_its_mesh_once():
    layout = d.TensorLayout(["data", None])
    assert layout.device_mesh is None
    with pytest.raises(ValueError, match="device mesh is not set"):
        layout.backend_layout
    layout.device_mesh = MESH
    assert repr(layout) == f"<TensorLayout axes=('data', None), device_mesh={MESH}>"
    with pytest.raises(ValueError, match="Cannot override device mesh value"):
        layout.device_mesh = MESH
    assert copy.deepcopy(layout).axes == ("data", None)


@pytest.mark.parametrize("axes", [["rows"], ["data", "rows"], [("data", "model")]])
def test_a_layout_of_axes_that_there_are_not(axes):
    with pytest.raises(ValueError, match="Invalid axis names for Layout"):
        d.TensorLayout(axes, MESH)
    later = d.TensorLayout(axes)
    with pytest.raises(ValueError, match="Invalid axis names for Layout"):
        later.device_mesh = MESH
    assert later.device_mesh is None


def test_an_axis_of_the_mesh_cuts_one_axis_of_a_tensor():
    with pytest.raises(ValueError, match="one axis of a tensor only"):
        d.TensorLayout(["data", "data"], MESH)


def test_a_map_finds_layouts_by_path_and_by_expression():
    layouts = d.LayoutMap(MESH)
    layouts["d1.*kernel"] = (None, "model")
    layouts["d2/kernel"] = d.TensorLayout(["model", None])
    assert layouts["d1/kernel"].axes == (None, "model")
    assert layouts["d1_5/kernel"].device_mesh is MESH
    assert layouts["d2/kernel"].axes == ("model", None)
    assert layouts["a/d1/kernel"] is None  # a key matches a path as a whole
    assert layouts["d1/kernel/more"] is None
    assert "d1/kernel" in layouts
    assert "d1/bias" not in layouts
    assert list(layouts) == ["d1.*kernel", "d2/kernel"]
    del layouts["d2/kernel"]
    assert len(layouts) == 1
    assert layouts.device_mesh is MESH


def test_a_map_refuses_what_is_ambiguous():
    layouts = d.LayoutMap(MESH)
    layouts["d1.*kernel"] = (None, "model")
    with pytest.raises(ValueError, match="already exist in the LayoutMap"):
        layouts["d1.*kernel"] = ("data",)
    with pytest.raises(ValueError, match="should be a TensorLayout type, got <class 'str'>"):
        layouts["x"] = "model"
    with pytest.raises(ValueError, match="neither a path nor a regular expression"):
        layouts["["] = ("data",)
    layouts["d1/kern.*"] = (None, "data")
    keys = r"\['d1.\*kernel', 'd1/kern.\*'\]"
    with pytest.raises(ValueError, match=f"'d1/kernel' matches multiple .*keys: {keys}"):
        layouts["d1/kernel"]


def test_data_parallelism_takes_a_mesh_or_devices():
    whole = d.DataParallel(devices=DEVICES)
    assert repr(whole) == (
        "<DataParallel device_mesh=<DeviceMesh shape=(8,), axis_names=['batch']>>"
    )
    assert whole.num_model_replicas == 8
    assert whole.get_data_layout((8, 4)).axes == ("batch", None)
    assert whole.get_variable_layout(keras.Variable(np.ones((2, 2)))).axes == (None, None)
    assert whole.get_tensor_layout("dense/output") is None
    assert whole.auto_shard_dataset
    assert (whole.num_processes, whole.num_data_shards, whole.data_shard_id) == (1, 1, 0)
    assert d.DataParallel(device_mesh=d.DeviceMesh((8,), ["x"], DEVICES)).batch_dim_name == "x"
    assert not d.DataParallel(devices=DEVICES, auto_shard_dataset=False).auto_shard_dataset
    with pytest.raises(ValueError, match="Expect `mesh` to be an instance of `DeviceMesh`"):
        d.DataParallel("cpu:0")
    with pytest.warns(UserWarning, match="along the first axis"):
        assert d.DataParallel(MESH).batch_dim_name == "data"


def test_model_parallelism_takes_a_map():
    layouts = d.LayoutMap(MESH)
    layouts["d1/kernel"] = (None, "model")
    layouts["d1/output"] = ("data", "model")
    spread = d.ModelParallel(layout_map=layouts)
    assert spread.batch_dim_name == "data"
    assert spread.num_model_replicas == 4
    assert spread.get_tensor_layout("d1/output").axes == ("data", "model")
    assert spread.get_tensor_layout("d2/output") is None
    variable = keras.Variable(np.ones((2, 2)), name="v")
    assert spread.get_variable_layout(variable).axes == (None, None)
    assert d.ModelParallel(layout_map=layouts, batch_dim_name="model").num_model_replicas == 2
    for arguments, message in (
        ({}, "You must specify a layout_map argument"),
        ({"layout_map": {}}, "must be a `LayoutMap` instance"),
        ({"layout_map": layouts, "batch_dim_name": "rows"}, "one of the axes of the mesh"),
        ({"layout_map": layouts, "device_mesh": d.DeviceMesh((8,), ["x"], DEVICES)}, "the mesh"),
    ):
        with pytest.raises(ValueError, match=message):
            d.ModelParallel(**arguments)
    with pytest.raises(TypeError, match="unexpected arguments: rows"):
        d.ModelParallel(layout_map=layouts, rows=1)


def test_devices_are_listed_on_every_backend():
    assert d.list_devices() == d.list_devices("CPU") == ["cpu:0"]
    assert d.get_device_count("cpu") == 1
    assert d.list_devices("gpu") == []
    with pytest.raises(ValueError, match="`device_type` must be one of"):
        d.list_devices("abacus")


def test_a_backend_for_one_device_says_so_before_anything_starts():
    whole = d.DataParallel()
    layouts = d.LayoutMap(d.DeviceMesh((1,), ["x"]))
    for ask in (
        lambda: d.set_distribution(whole),
        lambda: whole.scope().__enter__(),
        lambda: d.set_distribution(d.ModelParallel(layout_map=layouts)),
        lambda: d.distribute_tensor(np.ones(2), d.TensorLayout(["x"], layouts.device_mesh)),
        lambda: layouts.device_mesh.backend_mesh,
        d.initialize,
    ):
        with pytest.raises(CapabilityError, match="needs several devices that work together"):
            ask()
    assert d.distribution() is None
    d.set_distribution(None)
    with pytest.raises(ValueError, match="a `DataParallel`, a `ModelParallel` or None"):
        d.set_distribution("data parallel")
