"""Folders of checkpoints by the number of the step, as Keras's `OrbaxCheckpoint` lays them out.

``<folder>/<step>/pytree`` holds the tree of a model's state, ``<folder>/<step>/model_config`` the
config of the model, if it was saved whole. The engine reads and writes them; what is in them is
decided here.
"""

import json
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from keras_core.core.base.file_errors import CorruptFileError
from keras_core.core.objects import serialization
from keras_core.core.tensors import dtypes, runtime, scopes
from keras_core.saving.configs import model_of, parse_config
from keras_core_plugins.protocol import FileFormat

_STATE, _CONFIG, _MARK = "pytree", "model_config", "_CHECKPOINT_METADATA"
_WEIGHTS = ("trainable_variables", "non_trainable_variables")

Tree: TypeAlias = dict[str, Any]
"""Nested dicts."""

Key: TypeAlias = tuple[str, ...]
"""The keys on the way to a leaf."""

_NUMBER = re.compile(r"(.+?)_(\d+)")


def content(model: Any, weights_only: bool) -> dict[str, Tree]:
    """What a checkpoint of a model holds.

    Args:
        model: The model.
        weights_only: Whether the config, the optimizer and the metrics are left out.
    """
    state = model.get_state_tree()
    if weights_only:
        return {_STATE: {group: state[group] for group in _WEIGHTS}}
    config = json.dumps(serialization.serialize_keras_object(model))
    return {_STATE: state, _CONFIG: {"config": config}}


def steps(folder: Path) -> list[int]:
    """The numbers of the whole checkpoints in a folder, in their order."""
    if not folder.is_dir():
        return []
    found = (p for p in folder.iterdir() if p.name.isdecimal() and (p / _MARK).is_file())
    return sorted(int(p.name) for p in found)


def _latest(path: Path) -> tuple[Path, int]:
    """The folder and the number of a checkpoint: the last one, or that which the path is of."""
    if found := steps(path):
        return path, found[-1]
    return path.parent, int(path.name)


def _recognizes(path: Path) -> bool:
    return bool(steps(path)) or (path.name.isdecimal() and (path / _MARK).is_file())


def _flat(tree: Tree, path: Key = ()) -> dict[Key, Any]:
    out: dict[Key, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            out.update(_flat(value, (*path, key)))
        else:
            out[*path, key] = value
    return out


def _nested(flat: dict[Key, Any]) -> Tree:
    out: Tree = {}
    for (*folders, name), value in flat.items():
        place = out
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = value
    return out


def _numbered(key: Key) -> tuple[Key, tuple[int, ...]]:
    """A path without the numbers at the ends of automatic names, and these numbers."""
    parts = [_NUMBER.fullmatch(part) for part in key]
    names = tuple(m[1] if m else part for m, part in zip(parts, key, strict=True))
    return names, tuple(int(m[2]) if m else -1 for m in parts)


def _paired(own: Iterable[Key], there: Iterable[Key]) -> dict[Key, Key]:
    """For variables of a model those in a checkpoint.

    They have the same paths, or paths that differ in the numbers of automatic names alone, as those
    of a model that is made a second time do; these are in the order of the numbers.
    """
    own, there = set(own), set(there)
    pairs = {key: key for key in own & there}
    alike: dict[Key, tuple[list[Any], list[Any]]] = {}
    for side, keys in enumerate((own - there, there - own)):
        for key in keys:
            names, numbers = _numbered(key)
            alike.setdefault(names, ([], []))[side].append((numbers, key))
    for here, kept in alike.values():
        if len(here) == len(kept):
            pairs.update(zip(*([key for _, key in sorted(s)] for s in (here, kept)), strict=True))
    return pairs


def _set(model: Any, path: Path, groups: tuple[str, ...], skip_mismatch: bool = False) -> None:
    """Set the variables of some groups. What only the file has of other groups is left there."""
    folder, step = _latest(path)
    service = runtime.require_checkpoints(f"Reading the checkpoint {str(path)!r}")
    there = _flat(service.shapes(str(folder), step, _STATE))
    state = model.get_state_tree()
    own = _flat({group: state[group] for group in groups if group in state})
    pairs = _paired(own, (key for key in there if key[0] in groups))
    fitting = {
        key: other for key, other in pairs.items() if there[other][0] == tuple(own[key].shape)
    }
    if not skip_mismatch:
        missing = [key for key in own if key not in fitting and key[0] in _WEIGHTS]
        more = [key for key in there if key[0] in _WEIGHTS and key not in set(pairs.values())]
        if missing or more:
            _refuse(model, folder / str(step), (missing or more)[0], own, there, pairs)
    if fitting:
        like = _nested({other: own[key] for key, other in fitting.items()})
        found = _flat(service.read(str(folder), step, _STATE, like))
        model.set_state_tree(_nested({key: found[other] for key, other in fitting.items()}))


def _refuse(
    model: Any, checkpoint: Path, key: Key, own: Any, there: Any, pairs: dict[Key, Key]
) -> NoReturn:
    kept, here = there.get(pairs.get(key, key)), own.get(key)
    raise ValueError(
        f"The checkpoint {str(checkpoint)!r} does not fit the model {model.name!r}: for the "
        f"variable {'/'.join(key)!r} it has "
        f"{'no values' if kept is None else f'values of the shape {kept[0]}'}, and the model has "
        f"{'no such variable' if here is None else f'the shape {tuple(here.shape)}'}. With "
        "`skip_mismatch=True` what does not fit is left as it is."
    )


def _read(path: Path, compile_model: bool) -> Any:
    folder, step = _latest(path)
    service = runtime.require_checkpoints(f"Reading the checkpoint {str(path)!r}")
    if not (folder / str(step) / _CONFIG).is_dir():
        raise CorruptFileError(
            f"The checkpoint {step} in {str(folder)!r} holds weights only. Make the model and use "
            "`model.load_weights(filepath)`."
        )
    text = service.read_texts(str(folder), step, _CONFIG).get("config")
    config = parse_config(text, f"config of {str(path)!r}")
    if not compile_model:
        config.pop("compile_config", None)
    sizes = _flat(service.shapes(str(folder), step, _STATE)).values()
    nbytes = sum(math.prod(shape) * dtypes.numpy_dtype(dtype).itemsize for shape, dtype in sizes)
    with scopes.WeightsFollow(nbytes, str(path)):
        model = model_of(config, path)
        _set(model, path, (*_WEIGHTS, "optimizer_variables"))
    return model


def _read_weights(model: Any, path: Path, skip_mismatch: bool) -> None:
    _set(model, path, _WEIGHTS, skip_mismatch)


FORMAT = FileFormat(
    name="orbax",
    suffixes=(),
    recognizes=_recognizes,
    read=_read,
    read_weights=_read_weights,
    many_files=True,
)
