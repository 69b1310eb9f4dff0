"""Each kind of fault that users have found, and the test that would have found it.

What mends the kind is taken out of the source, and the test has to fail.
"""
# ruff: noqa: E501  # lines of the source stand as they are there

import pytest
from mutation import assert_caught

pytestmark = [pytest.mark.interop, pytest.mark.one_in(20)]
TRAINING = "tests/backends/training"
KINDS = {
    "0 order of branches": (
        [
            (
                "models/function.py",
                "key=lambda o: (-of_operation[o], met[o])",
                "key=lambda o: (-of_operation[o], -met[o])",
            )
        ],
        ["tests/reference/test_graphs.py"],
    ),
    "1 assignments while shapes are inferred": (
        [("tensors/scopes.py", "if not isinstance(outer, _Inferred):", "if False:")],
        ["tests/core/layers/test_state.py::test_state_changes_once_a_call"],
    ),
    "1 state that is made in call": (
        [("base/trackable.py", "if tracker.locked:", "if False:")],
        ["tests/reference/test_state.py"],
    ),
    "1 changes behind compile": (
        [
            (
                "training/steps.py",
                "key = name, structure_of(model), placement.current()",
                "key = name",
            )
        ],
        [f"{TRAINING}/test_structure.py"],
        "jax",
    ),
    "2 ends of data": (
        [("data/source.py", "if self._current is None:", "if True:")],
        ["tests/reference/test_fit.py"],
    ),
    "3 sizes that a stack keeps": (
        [("models/inputs.py", "sizes and not shapes_agree(", "not shapes_agree(")],
        ["tests/core/models/test_structures.py"],
    ),
    "4 weights that broadcast": (
        [
            (
                "losses/loss.py",
                "sample_weight, values = align_weight(convert(sample_weight, dtype), values)",
                "sample_weight = convert(sample_weight, dtype)",
            )
        ],
        ["tests/reference/test_losses_and_metrics.py::test_metric[BinaryAccuracy]"],
    ),
    "4 masks of metrics": (
        [
            (
                "losses/loss.py",
                "    if mask is not None:\n        mask = ops.cast(align_mask(mask, values), dtype)",
                "    if False:\n        pass",
            )
        ],
        ["tests/reference/test_losses_and_metrics.py::test_metric[RootMeanSquaredError]"],
    ),
    "4 masks that attention reads": (
        [("attention/heads.py", "        if targets is not None:", "        if False:")],
        ["tests/reference/test_masks_in_models.py"],
    ),
    "4 masks of products": (
        [("merging/base.py", "if self._skips_masked and masks.in_use():", "if False:")],
        ["tests/reference/test_masks_in_models.py"],
    ),
    "5 penalties of activities": (
        [("base/calling.py", "if native.ndim_of(y):  # the shape", "if False:  # the shape")],
        ["tests/reference/test_layers.py::test_layer[Dense]"],
    ),
    "5 fans of kernels": (
        [
            (
                "core/einsum_dense.py",
                "if not isinstance(initializer, initializers.VarianceScaling):",
                "if True:",
            )
        ],
        ["tests/reference/test_layers.py::test_initial_scale"],
    ),
    "6 arrays of float64": (
        [
            (
                "tensors/native.py",
                'return dtypes.config.floatx() if dtype == "float64" else dtype',
                "return dtype",
            )
        ],
        ["tests/backends/test_array_dtypes.py"],
    ),
    "7 sizes that are not known": (
        [
            (
                "image/resizing.py",
                "    h, w = shape[rows], shape[columns]\n    x = images\n    if crop",
                "    h, w = int(shape[rows]), int(shape[columns])\n    x = images\n    if crop",
            )
        ],
        ["tests/core/ops/test_unknown_sizes.py"],
    ),
    "7 masks that can be read": (
        [("tensors/masks.py", "        x._keras_mask = mask", "        pass")],
        ["tests/backends/test_masks.py"],
        "torch",
    ),
    "8 operators of NumPy": (
        [("keras_core_plugins/operators.py", "    cls.__array_ufunc__ = array_ufunc", "    pass")],
        ["tests/backends/test_operators.py"],
    ),
    "9 batches that callbacks count": (
        [("callbacks/base.py", "self._seen += batch + 1 - self._last", "self._seen += 1")],
        ["tests/reference/test_callbacks.py"],
    ),
    "9 averages that are swapped": (
        [
            (
                "callbacks/backup.py",
                "        self._held = None  # training ends with the average",
                "        self._use_average(False)",
            )
        ],
        ["tests/core/callbacks/test_callbacks.py::test_training_ends_with_the_average"],
    ),
    "10 arguments that are refused": (
        [("base/layer.py", "if not isinstance(trainable, bool):", "if False:")],
        ["tests/core/layers/test_families.py"],
    ),
    "11 steps that are unrolled": (
        [
            (
                "training/steps.py",
                "if spread is None and native.is_tracing() and _alike(batches):",
                "if False:",
            )
        ],
        [f"{TRAINING}/test_steps_per_execution.py"],
        "jax",
    ),
    "12 loading": (
        [
            (
                "saving/weights_h5.py",
                "        return None if contents.arrays_in(group) is None else",
                "        list(walk(root))\n"
                "        return None if contents.arrays_in(group) is None else",
            )
        ],
        ["tests/core/saving/test_load_time.py::test_loading_is_linear[chain-keras]"],
    ),
    "13 names": (
        [
            (
                "base/index.py",
                '"is_int_dtype": "core.tensors.dtypes:is_int"',
                '"is_int_dtype": "core.tensors.dtypes:is_float"',
            )
        ],
        ["tests/reference/test_names.py"],
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_test_finds_the_fault(name, tmp_path):
    changes, tests, *backend = KINDS[name]
    assert_caught(tmp_path, changes, *tests, backend=backend[0] if backend else "numpy")
