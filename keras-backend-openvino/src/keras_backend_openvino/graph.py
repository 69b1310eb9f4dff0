"""Tensors as nodes of an OpenVINO graph, and how a graph gets values.

OpenVINO has no eager mode. A `Tensor` is a NumPy array, or an output of a graph that was
built by primitives and has not been run; asking for its values compiles and runs the graph.
Compiled graphs are kept by their structure, arrays being inputs, so that doing the same
thing again costs no compilation.

While `compiler.jit` traces, arrays are constants of the graph instead, and tensors have no
values.

In a graph there are three element types only: boolean, i32 for all integers and f32 for all
floats, which is what the CPU plugin computes in anyway. The dtype is kept beside it: narrow
integers are wrapped after arithmetic, narrow floats rounded when they are stored or cast.
"""

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import ml_dtypes
import numpy as np
import openvino as ov
from openvino import Type
from openvino import opset15 as op

Array = np.ndarray[Any, Any]
Output: Any = ov.Output

INTS = ("uint8", "int8", "uint16", "int16", "int32")
FLOATS = ("bfloat16", "float16", "float32")
DTYPES: dict[str, np.dtype[Any]] = {
    name: np.dtype(getattr(ml_dtypes, name, name)) for name in ("bool", *INTS, *FLOATS)
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}

CORE = ov.Core()
SETTINGS: dict[str, Any] = {
    # Otherwise a CPU with bfloat16 units rounds all floats to it.
    "INFERENCE_PRECISION_HINT": "f32",
    "PERFORMANCE_HINT": "LATENCY",
}

_MAX_DEPTH = 500
"""Eager graphs are run when they are this deep: OpenVINO walks them by recursion."""


def element_type(dtype: str) -> Any:
    """What ``dtype`` is in a graph."""
    return Type.boolean if dtype == "bool" else Type.i32 if dtype in INTS else Type.f32


class Node:
    """An output of a graph with what it was made from; a leaf has an array."""

    __slots__ = ("array", "depth", "inputs", "output", "trace")

    def __init__(
        self, output: Output, inputs: tuple["Node", ...], trace: "Trace | None", array: Any = None
    ) -> None:
        self.output = output
        self.inputs = inputs
        self.trace = trace
        self.array = array
        self.depth = 1 + max((n.depth for n in inputs), default=0)


class Tensor:
    """An immutable tensor: an array, or a node of a graph, or both."""

    __slots__ = ("__weakref__", "_array", "_node", "dtype", "made_by")
    __array_ufunc__ = None  # `array + tensor` is ours

    def __init__(self, dtype: str, array: Array | None = None, node: Node | None = None) -> None:
        self.dtype = dtype
        self.made_by: Any = None
        self._array = array
        self._node = node

    @property
    def output(self) -> Output:
        """Where the tensor comes from, in the graph that is being built."""
        trace = Trace.current()
        if trace is not None:
            return trace.output_of(self)
        return self.node.output

    @property
    def node(self) -> Node:
        """The node, outside of any trace."""
        if self._node is None:
            array = self.array
            parameter = op.parameter(array.shape, stored_type(self.dtype))
            self._node = Node(_unified(parameter.output(0), self.dtype), (), None, array)
        elif self._node.trace is not None:
            raise TypeError(
                "A tensor of a compiled function was used outside of it: it has no values there."
            )
        return self._node

    @property
    def traced(self) -> Node | None:
        """The node, if it belongs to a trace."""
        node = self._node
        return node if node is not None and node.trace is not None else None

    def numpy(self) -> Array:
        """The values, read-only; runs the graph if need be."""
        view = self.array.view()
        view.flags.writeable = False
        return view

    @property
    def array(self) -> Array:
        """The values, which nobody may change. OpenVINO takes writeable arrays only."""
        if self._array is None:
            node = self._node
            if node is None or node.trace is not None:
                raise TypeError(
                    f"A tensor of a compiled function has no values while it is traced: {self!r}"
                )
            (values,) = evaluate([node])
            self._array = stored(values, self.dtype)
            self._node = None
        return self._array

    @property
    def static_shape(self) -> tuple[int | None, ...]:
        """The shape as far as it is known."""
        if self._array is not None:
            return self._array.shape
        assert self._node is not None
        dims = self._node.output.get_partial_shape()
        return tuple(d.get_length() if d.is_static else None for d in dims)

    @property
    def shape(self) -> tuple[Any, ...]:
        """The shape: ints, and scalar int32 tensors for what is not known."""
        static = self.static_shape
        if None not in static:
            return static
        if self.traced is None:
            return self.numpy().shape
        return tuple(dimension(self, i) if d is None else d for i, d in enumerate(static))

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.static_shape)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __repr__(self) -> str:
        if self.traced is not None:
            return f"<Tensor shape={self.static_shape} dtype={self.dtype}>"
        return f"<Tensor dtype={self.dtype} {self.numpy()}>"

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("A tensor of shape () has no length")
        return int(self.shape[0])

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))  # type: ignore[index]  # see operators.py

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __int__(self) -> int:
        return int(self.numpy())

    def __float__(self) -> float:
        return float(self.numpy())

    def __index__(self) -> int:
        return int(self.numpy().item().__index__())

    def __deepcopy__(self, memo: dict[int, Any]) -> "Tensor":
        return self

    def __reduce__(self) -> Any:
        return Tensor, (self.dtype, self.numpy())


# -- Arrays and graphs -------------------------------------------------------------------


def host_tensor(array: Array) -> Any:
    """An OpenVINO tensor in the memory of ``array``, which has to outlive it."""
    if array.dtype == DTYPES["bfloat16"]:  # which OpenVINO's NumPy does not know
        return ov.Tensor(array.reshape(-1).view(np.uint8), list(array.shape), Type.bf16)
    return ov.Tensor(array, shared_memory=True)


def stored_type(dtype: str) -> Any:
    return Type.bf16 if dtype == "bfloat16" else Type(DTYPES[dtype])


def _unified(output: Output, dtype: str) -> Output:
    wanted = element_type(dtype)
    return output if output.get_element_type() == wanted else op.convert(output, wanted).output(0)


def stored(values: Array, dtype: str) -> Array:
    """What a graph gave, in its dtype."""
    with np.errstate(over="ignore"):
        return values.astype(DTYPES[dtype], copy=False)


def lift(
    outputs: Any, dtype: str, inputs: Iterable[Tensor], dtypes: Sequence[str] | None = None
) -> Any:
    """Tensors for the outputs of a graph that was built from ``inputs``."""
    trace = Trace.current()
    nodes = () if trace is not None else tuple(x.node for x in inputs)
    if isinstance(outputs, (tuple, list)):
        kinds = dtypes or [dtype] * len(outputs)
        return tuple(_lift(o, d, nodes, trace) for o, d in zip(outputs, kinds, strict=True))
    return _lift(outputs, dtype, nodes, trace)


def _lift(output: Any, dtype: str, nodes: tuple[Node, ...], trace: "Trace | None") -> Tensor:
    if isinstance(output, ov.Node):
        output = output.output(0)
    shape = output.get_partial_shape()
    if shape.is_static and 0 in shape.to_shape():
        # Nothing to compute, and OpenVINO is not at ease with nothing.
        return Tensor(dtype, np.empty(shape.to_shape(), DTYPES[dtype]))
    node = Node(output, nodes, trace)
    tensor = Tensor(dtype, node=node)
    if trace is None and node.depth > _MAX_DEPTH:
        tensor.numpy()
    return tensor


_compiled: "OrderedDict[Any, Any]" = OrderedDict()
_lock = threading.Lock()


def evaluate(nodes: Sequence[Node]) -> list[Array]:
    """The values of nodes outside of any trace."""
    leaves: dict[int, Array] = {}
    seen: set[int] = set()
    todo = list(nodes)
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        todo.extend(node.inputs)
        if node.array is not None:
            source = node.output.get_node()
            while source.get_type_name() != "Parameter":  # behind a conversion
                source = source.input_value(0).get_node()
            leaves[source.get_instance_id()] = node.array
    outputs = [node.output for node in nodes]
    key, parameters = _structure(outputs)
    with _lock:
        compiled = _compiled.pop(key, None)
        if compiled is None:
            # A copy: Python lets go of its lock while OpenVINO compiles, and another thread may
            # build on, or drop, the same nodes.
            model = ov.Model(outputs, parameters).clone()
            compiled = CORE.compile_model(model, "CPU", SETTINGS)
        _compiled[key] = compiled
        if len(_compiled) > 1024:
            _compiled.popitem(last=False)
    return run(compiled, [leaves[p.get_instance_id()] for p in parameters])


def _structure(outputs: Sequence[Output]) -> tuple[Any, list[Any]]:
    """A key for graphs that differ only in the values of their inputs, and the inputs."""
    places: dict[int, int] = {}
    key: list[Any] = []
    parameters: list[Any] = []
    for output in outputs:
        todo = [output.get_node()]
        while todo:
            node = todo[-1]
            if node.get_instance_id() in places:
                todo.pop()
                continue
            sources = node.input_values()
            waiting = [
                s.get_node() for s in sources if s.get_node().get_instance_id() not in places
            ]
            if waiting:
                todo.extend(waiting)
                continue
            todo.pop()
            places[node.get_instance_id()] = len(key)
            kind = node.get_type_name()
            if kind == "Constant":
                shape = tuple(node.get_output_shape(0))
                detail: Any = (shape, str(node.get_element_type()), node.get_data().tobytes())
            else:
                detail = str(node.get_attributes())
                if kind == "Parameter":
                    parameters.append(node)
            edges = [(places[s.get_node().get_instance_id()], s.get_index()) for s in sources]
            key.append((kind, detail, *edges))
    ends = tuple((places[o.get_node().get_instance_id()], o.get_index()) for o in outputs)
    return (ends, *key), parameters


def run(compiled: Any, arrays: Sequence[Array]) -> list[Array]:
    """The outputs of a compiled model. A request of its own makes it safe in any thread."""
    request = compiled.create_infer_request()
    for i, array in enumerate(arrays):
        request.set_input_tensor(i, host_tensor(array))
    request.infer()
    # Copies: the memory may be the request's, and then dies with it, or that of an input.
    return [np.array(request.get_output_tensor(i).data) for i in range(len(compiled.outputs))]


# -- Tracing -----------------------------------------------------------------------------


class Trace:
    """A graph that is being built: of a compiled function, or the body of a loop in one."""

    _active = threading.local()

    def __init__(self) -> None:
        self.outer = Trace.current()
        self.captured: list[tuple[Any, Tensor]] = []
        # Tensors whose memory the graph's constants use: they have to outlive it.
        self.kept: list[Tensor] = self.outer.kept if self.outer is not None else []
        self._known: dict[int, tuple[Any, Output]] = {}

    @classmethod
    def current(cls) -> "Trace | None":
        """The innermost trace of this thread."""
        return getattr(cls._active, "trace", None)

    def __enter__(self) -> "Trace":
        Trace._active.trace = self
        return self

    def __exit__(self, *exc: object) -> None:
        Trace._active.trace = self.outer

    def parameter(
        self, dtype: str, shape: Sequence[int | None], stored: bool = False
    ) -> tuple[Any, Tensor]:
        """A new input, which takes arrays as they are stored or as graphs have them."""
        dims = ov.PartialShape([-1 if d is None else d for d in shape])
        parameter = op.parameter(dims, stored_type(dtype) if stored else element_type(dtype))
        output = _unified(parameter.output(0), dtype)
        return parameter, Tensor(dtype, node=Node(output, (), self))

    def output_of(self, tensor: Tensor) -> Output:
        """``tensor`` in this graph: its own node, a constant, or an input taken from outside."""
        node = tensor.traced
        if node is not None and node.trace is self:
            return node.output
        if id(tensor) in self._known:
            return self._known[id(tensor)][1]
        if node is None:
            constant = op.constant(host_tensor(tensor.array), shared_memory=True)
            output = _unified(constant.output(0), tensor.dtype)
            self.kept.append(tensor)
        elif self.outer is None:
            raise TypeError("A tensor of a compiled function was used in another one.")
        else:
            parameter, inner = self.parameter(tensor.dtype, tensor.static_shape)
            self.captured.append((parameter, tensor))
            output = inner.output
        self._known[id(tensor)] = (tensor, output)
        return output


# -- Building ----------------------------------------------------------------------------


def graph(
    fn: Callable[..., Any] | None = None, *, dtype: str | None = None, wraps: bool = False
) -> Any:
    """Make a function of OpenVINO outputs one of tensors.

    Tensors among the arguments, also those in lists, become outputs. The result has ``dtype``,
    or else that of the first tensor; with ``wraps`` narrow integers are wrapped.
    """
    if fn is None:
        return functools.partial(graph, dtype=dtype, wraps=wraps)

    @functools.wraps(fn)
    def call(*args: Any) -> Any:
        xs: list[Tensor] = []

        def lower(a: Any) -> Any:
            if isinstance(a, Tensor):
                xs.append(a)
                return a.output
            if isinstance(a, (list, tuple)):
                return [lower(v) for v in a]
            return a

        out = fn(*[lower(a) for a in args])
        result = dtype or xs[0].dtype
        if wraps and result in INTS:
            out = wrap(out, result)
        return lift(out, result, xs)

    return call


def const(value: Any, dtype: Any = np.float32) -> Output:
    """A number, or an array of numbers, in the graph."""
    return op.constant(np.asarray(value, dtype)).output(0)


def wrap(x: Any, dtype: str) -> Any:
    """An i32 output cut to the width of an integer dtype."""
    if dtype == "int32":
        return x
    bits = DTYPES[dtype].itemsize * 8
    x = op.bitwise_and(x, const(2**bits - 1, np.int32))
    if dtype[0] == "u":
        return x
    sign = const(2 ** (bits - 1), np.int32)
    return op.subtract(op.bitwise_xor(x, sign), sign)


def ints(values: Sequence[Any]) -> Output:
    """A 1-D i32 output of ints and scalar outputs, for the shape of an operation."""
    if all(isinstance(v, (int, np.integer)) for v in values):
        return const(np.array(values, np.int64).clip(-(2**31), 2**31 - 1), np.int32)
    parts = [
        op.reshape(v, const([1], np.int32), False)
        if isinstance(v, ov.Output)
        else const([v], np.int32)
        for v in values
    ]
    return op.concat(parts, 0).output(0)


def sizes(x: Any) -> list[Any]:
    """The dimensions of a node or an output: ints, and scalar outputs."""
    x = x.output(0) if isinstance(x, ov.Node) else x
    shape = x.get_partial_shape()
    return [d.get_length() if d.is_static else _size(x, i) for i, d in enumerate(shape)]


def _size(x: Output, axis: int) -> Output:
    return op.gather(op.shape_of(x, "i32"), const(axis, np.int32), const(0, np.int32)).output(0)


@graph(dtype="int32")
def dimension(x: Any, axis: int) -> Any:
    """The size of an axis as a tensor."""
    return _size(x, axis)
