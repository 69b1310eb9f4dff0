"""Models in fewer bits: which layers are quantised, and what they see of the data before."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.core.base.trackable import own_variables
from keras_core.layers.base.layer import Layer
from keras_core.layers.base.state import flattened
from keras_core.layers.kernels.layer import KernelLayer
from keras_core.layers.kernels.observed import Observed
from keras_core.quantizers.configs import QuantizationConfig
from keras_core.quantizers.report import QuantizationReport


def quantize_model(
    model: Any, config: QuantizationConfig, filters: Any, type_check: bool
) -> QuantizationReport:
    """Quantise the layers of a model that can be.

    Args:
        model: The model, built.
        config: How.
        filters: Which layers; see `keras.Model.quantize`.
        type_check: Whether subclasses of the layers of Keras are left out.
    """
    report = QuantizationReport(config.mode)
    chosen = [
        layer
        for layer in flattened(model, include_self=False)
        if _may_be_quantized(layer, config, _filter(filters), type_check, report)
    ]
    if config.mode in ("gptq", "awq"):
        _calibrate(model, config, chosen, type_check, report)
    else:
        for layer in chosen:
            _quantize(layer, config, type_check, report)
    return report


def _quantize(
    layer: Any, config: QuantizationConfig, type_check: bool, report: QuantizationReport
) -> None:
    layer.quantize(type_check=type_check, config=config)
    report.add_quantized(layer.path, config.mode, config.dtype_policy_string())


def _filter(filters: Any) -> Callable[[Layer], Any]:
    """Which layers are meant."""
    if filters is None:
        return lambda layer: True
    if callable(filters):
        return filters
    patterns = [filters] if isinstance(filters, str) else filters
    if not isinstance(patterns, (list, tuple)) or not all(isinstance(p, str) for p in patterns):
        raise ValueError(
            "The `filters` argument must be a regex string, a list of regex strings, or a "
            f"callable. Received: {type(filters)}"
        )
    compiled = [re.compile(p) for p in patterns]
    return lambda layer: any(p.search(layer.name) for p in compiled)


def _may_be_quantized(
    layer: Any,
    config: QuantizationConfig,
    meant: Callable[[Layer], Any],
    type_check: bool,
    report: QuantizationReport,
) -> bool:
    """Whether a layer is to be quantised; if not, and it has weights, the report says why."""
    if not own_variables(layer):
        return False
    reason = None
    if not meant(layer):
        reason = report.SKIP_FILTERED
    elif layer.quantization_mode is not None:
        reason = report.SKIP_ALREADY_QUANTIZED
    elif not isinstance(layer, KernelLayer):
        reason = report.SKIP_NO_SUPPORT
    else:
        try:
            layer.check_quantizable(config.mode, type_check)
        except NotImplementedError:
            reason = report.SKIP_NO_SUPPORT
    if reason is not None:
        report.add_skipped(layer.path, reason)
    return reason is None


def _calibrate(
    model: Any,
    config: Any,
    chosen: list[Any],
    type_check: bool,
    report: QuantizationReport,
) -> None:
    """Quantise block by block, each with the outputs of those before as they are by then."""
    structure = config.quantization_layer_structure
    if structure is None:
        structure = model.get_quantization_layer_structure(config.mode)
    if not isinstance(structure, dict) or {"pre_block_layers", "sequential_blocks"} - set(
        structure
    ):
        raise ValueError(
            f"For mode='{config.mode}', a valid quantization structure must be provided either via "
            "`config.quantization_layer_structure` or by overriding "
            "`model.get_quantization_layer_structure(mode)`. The structure should be a dictionary "
            f"with keys 'pre_block_layers' and 'sequential_blocks'. Received: {structure!r}"
        )
    batches = _batches(config)
    for layer in structure["pre_block_layers"]:
        batches = [layer(x) for x in batches]
    left = {id(layer): layer for layer in chosen}
    for block in structure["sequential_blocks"]:
        layers = [left.pop(id(x)) for x in flattened(block) if id(x) in left]
        with _observed(layers):
            for x in batches:
                block(x)
            for layer in layers:
                _quantize(layer, config, type_check, report)
        batches = [block(x) for x in batches]
    for layer in left.values():
        report.add_skipped(layer.path, report.SKIP_OUTSIDE_STRUCTURE)


@contextmanager
def _observed(layers: list[Any]) -> Iterator[None]:
    """Inside, kernels take notes of their inputs."""
    for layer in layers:
        layer.hold(Observed)
    try:
        yield
    finally:
        for layer in layers:
            if layer.holds(Observed):
                layer.hold(lambda kernel: kernel.base)


def _batches(config: Any) -> list[Any]:
    """Samples of the data of a config, as many integers each as it says."""
    name = config.mode.upper()
    if config.dataset is None:
        raise ValueError(
            f"{name} quantization requires a dataset and a tokenizer. Please provide them in the "
            f"`{name}Config`."
        )
    length = config.sequence_length
    parts: list[Any] = []
    count = 0
    for text in config.dataset:
        tokens = _tokens(text, config.tokenizer, name)
        parts.append(tokens)
        count += len(tokens)
        if count >= config.num_samples * length:
            break
    if not count:
        raise ValueError(f"The dataset of the `{name}Config` is empty. It needs a sample at least.")
    stream = np.concatenate(parts)
    if count < length:
        stream = np.resize(stream, length)
    samples = min(config.num_samples, len(stream) // length)
    rows = stream[: samples * length].reshape(samples, length).astype("int32")
    size = config.calibration_batch_size
    return [ops.convert_to_tensor(rows[i : i + size]) for i in range(0, samples, size)]


def _tokens(text: Any, tokenizer: Any, name: str) -> Any:
    """The integers of a sample."""
    if isinstance(text, (str, bytes)):
        if tokenizer is None:
            raise ValueError(
                f"{name} quantization of a model with a dataset of texts requires a tokenizer. "
                f"Please provide it in the `{name}Config`."
            )
        text = getattr(tokenizer, "tokenize", tokenizer)(text)
    return np.asarray(ops.convert_to_numpy(text)).reshape(-1)
