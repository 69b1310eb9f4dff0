"""How tensors lie on a mesh, and which variable lies how."""

import functools
import re
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any

from keras_core.core.base.public import public
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import native, runtime
from keras_core.distribution.mesh import DeviceMesh
from keras_core.typing import Shaped, Tensor, TensorLike


@public("keras.distribution.TensorLayout")
class TensorLayout:
    """How a tensor is cut, and on which devices the pieces are.

    Args:
        axes: For each axis of the tensor the name of the axis of the mesh along which it is cut,
            None for one that is not cut: ``["batch", None]``. Axes after the last one are not cut.
        device_mesh: The mesh; by default one that is set later, as a `LayoutMap` does.

    Raises:
        ValueError: If the mesh has no such axis.

    Example:

    >>> import keras_core as keras
    >>> mesh = keras.distribution.DeviceMesh((1,), ["batch"], devices=["cpu:0"])
    >>> keras.distribution.TensorLayout(["batch", None], mesh).axes
    ('batch', None)
    """

    def __init__(self, axes: Sequence[str | None], device_mesh: DeviceMesh | None = None) -> None:
        self._axes = tuple(axes)
        self._device_mesh = device_mesh
        self._check_axes()

    @property
    def axes(self) -> tuple[str | None, ...]:
        """The names of axes of the mesh by axis of the tensor."""
        return self._axes

    @property
    def device_mesh(self) -> DeviceMesh | None:
        """The mesh, which can be set once."""
        return self._device_mesh

    @device_mesh.setter
    def device_mesh(self, device_mesh: DeviceMesh) -> None:
        if self._device_mesh is not None:
            raise ValueError(
                f"Cannot override device mesh value. Existing value is {self._device_mesh}"
            )
        self._device_mesh = device_mesh
        try:
            self._check_axes()
        except ValueError:
            self._device_mesh = None
            raise

    def _check_axes(self) -> None:
        if self._device_mesh is None:
            return
        named = [a for a in self._axes if a is not None]
        known, unknown = set(self._device_mesh.axis_names), set(named)
        if not unknown <= known:
            raise ValueError(
                f"Invalid axis names for Layout. Valid axis names: {known}, Got {unknown - known}"
            )
        if len(named) != len(set(named)):
            raise ValueError(
                "An axis of the mesh can cut one axis of a tensor only. Received: "
                f"axes={self._axes}"
            )

    @functools.cached_property
    def backend_layout(self) -> object:
        """The layout as the engine has it.

        Raises:
            CapabilityError: If the backend has no layouts.
            ValueError: If there is no mesh.
        """
        if self._device_mesh is None:
            raise ValueError("Cannot create sharding when device mesh is not set for TensorLayout.")
        return layouts_service("A TensorLayout").layout(self._device_mesh.backend_mesh, self._axes)

    def put(self, value: Shaped, what: str, whole: bool = True) -> Tensor:
        """A tensor that is laid out so, from a tensor or an array.

        Args:
            value: The tensor or array.
            what: What it is called in messages.
            whole: Whether all processes have all of it, and not each its own part.

        Raises:
            ValueError: If it cannot be divided so.
        """
        layout = self.backend_layout  # first, for the error of one without a mesh
        mesh: Any = self._device_mesh
        sizes = tuple(value.shape) if whole else ()
        if whole and len(self._axes) > len(sizes):
            raise ValueError(
                f"A layout of {len(self._axes)} axes cannot be that of {what}, whose shape is "
                f"{sizes}. Received: {self!r}"
            )
        for i, (size, axis) in enumerate(zip(sizes, self._axes, strict=False)):
            if axis is not None and isinstance(size, int) and size % mesh.size_of(axis):
                raise ValueError(
                    f"Axis {i} of {what}, of shape {sizes}, cannot be divided among the "
                    f"{mesh.size_of(axis)} devices of axis {axis!r} of the mesh. Make its size a "
                    f"multiple, or lay it out otherwise. Received: {self!r}"
                )
        return layouts_service("A TensorLayout").distribute(value, layout, whole)

    def __getstate__(self) -> dict[str, Any]:
        """What is copied and pickled: the engine's object is made again."""
        return {k: v for k, v in self.__dict__.items() if k != "backend_layout"}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} axes={self.axes}, device_mesh={self.device_mesh}>"


def layouts_service(what: str) -> Any:
    """The service of an engine whose tensors have layouts.

    Args:
        what: What needs it.

    Raises:
        CapabilityError: If the engine's tensors have none.
    """
    service: Any = runtime.require_distribution(what)
    runtime.require(
        getattr(service, "layout", None),
        what,
        "tensors that are laid out over devices",
        "able to run replicas of whole models only",
        "Use `DataParallel`, or jax or torch.",
    )
    return service


@public("keras.distribution.distribute_tensor")
def distribute_tensor(tensor: TensorLike, layout: TensorLayout | object) -> Tensor:
    """A tensor laid out over devices; in compiled code it is made to lie so.

    Args:
        tensor: A tensor or an array.
        layout: A `TensorLayout` with a mesh, or the engine's own object for one.

    Raises:
        CapabilityError: If the backend knows one device only.
        ValueError: If the layout does not fit the tensor.

    Example:

    ```python
    import keras_core as keras

    mesh = keras.distribution.DeviceMesh((4,), ["batch"])
    layout = keras.distribution.TensorLayout(["batch", None], mesh)
    x = keras.distribution.distribute_tensor(x, layout)
    ```
    """
    value: Any = tensor.value if isinstance(tensor, Variable) else tensor
    if not (native.is_engine_tensor(value) or hasattr(value, "__array__")):
        value = native.convert(value)
    if isinstance(layout, TensorLayout):
        return layout.put(value, "the tensor")
    return layouts_service("distribute_tensor()").distribute(value, layout, True)


@public("keras.distribution.LayoutMap")
class LayoutMap(MutableMapping[str, Any]):
    """Which variable lies how: layouts by path, or by regular expression.

    A key that is no path is a regular expression, which has to match a path as a whole. Each path
    may match one of them at most.

    Args:
        device_mesh: The mesh of layouts that come without one.

    Example:

    >>> import keras_core as keras
    >>> mesh = keras.distribution.DeviceMesh((1, 1), ["batch", "model"], devices=["cpu:0"])
    >>> layout_map = keras.distribution.LayoutMap(mesh)
    >>> layout_map["dense.*kernel"] = (None, "model")
    >>> layout_map["dense_1/kernel"].axes
    (None, 'model')
    >>> layout_map["dense_1/bias"] is None
    True
    """

    def __init__(self, device_mesh: DeviceMesh) -> None:
        self._layouts: dict[str, TensorLayout] = {}
        self._device_mesh = device_mesh

    @property
    def device_mesh(self) -> DeviceMesh:
        """The mesh."""
        return self._device_mesh

    def __getitem__(self, key: str) -> TensorLayout | None:  # type: ignore[override]  # as Keras's
        """The layout of a path, None if there is none.

        Raises:
            ValueError: If several keys match.
        """
        if key in self._layouts:
            return self._layouts[key]
        matching = [k for k in self._layouts if re.fullmatch(k, key)]
        if len(matching) > 1:
            raise ValueError(
                f"Path '{key}' matches multiple layout specification keys: {matching}. Please make "
                "sure each tensor/variable path only matches at most one layout specification key "
                "in the LayoutMap."
            )
        return self._layouts[matching[0]] if matching else None

    def __setitem__(self, key: str, layout: TensorLayout | tuple[str | None, ...]) -> None:
        """Add a layout, or the axes of one.

        Raises:
            ValueError: If there is one for the key, or it does not fit the mesh.
        """
        if key in self._layouts:
            raise ValueError(
                f"{key} already exist in the LayoutMap with value {self._layouts[key]}. Please "
                "make sure to not use duplicated keys."
            )
        if isinstance(layout, tuple):
            layout = TensorLayout(layout)
        if not isinstance(layout, TensorLayout):
            raise ValueError(f"{layout} should be a TensorLayout type, got {type(layout)}")
        try:
            re.compile(key)
        except re.error as error:
            raise ValueError(
                f"The key {key!r} is neither a path nor a regular expression: {error}"
            ) from None
        if layout.device_mesh is None:
            layout.device_mesh = self._device_mesh
        self._layouts[key] = layout

    def __delitem__(self, key: str) -> None:
        del self._layouts[key]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self[key] is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._layouts)

    def __len__(self) -> int:
        return len(self._layouts)
