"""Derivatives of functions: over nests of tensors, and over variables."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, Literal, overload

from keras_core.core import primitives as p
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.execution import compiled
from keras_core.core.graph.captures import resolved
from keras_core.core.graph.nodes import recorded
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import dtypes, native, runtime
from keras_core.core.tensors.scopes import in_symbolic_scope
from keras_core.core.tensors.symbolic import KerasTensor
from keras_core.typing import A, T, Tensors

jit = compiled.jit


class _Inference:
    """The service of gradients for symbolic tensors: each gradient is like its tensor."""

    @staticmethod
    def value_and_grad(f: Callable[..., Any], xs: Sequence[Any]) -> Any:
        return f(xs), [_symbol_like(x) for x in xs]

    @staticmethod
    def vjp(f: Callable[..., Any], xs: Sequence[Any]) -> Any:
        return f(*xs), lambda _: [_symbol_like(x) for x in xs]

    @staticmethod
    def jvp(f: Callable[..., Any], xs: Sequence[Any], _: Sequence[Any]) -> Any:
        ys = f(*xs)
        return ys, [_symbol_like(y) for y in ys]


def _symbol_like(x: Any) -> KerasTensor:
    return KerasTensor(native.static_shape(x), native.dtype_of(x))


def _service(what: str) -> Any:
    """The service that differentiates; in a symbolic scope one that infers."""
    service = compiled.require_gradients(what)
    return _Inference if in_symbolic_scope() else service


def _is_symbolic(nest: Any) -> bool:
    return any(isinstance(x, KerasTensor) for x in tree.flatten(nest))


def _is_differentiable(x: Any) -> bool:
    return native.dtype_of(x) in dtypes.INEXACT


def _split_args(args: Sequence[Any], argnums: Any) -> tuple[list[int], bool]:
    one = isinstance(argnums, int)
    numbers = [argnums] if one else list(argnums)
    for i in numbers:
        if not isinstance(i, int) or not -len(args) <= i < len(args):
            raise ValueError(
                f"`argnums` must name arguments by position. Received: argnums={argnums!r} for "
                f"{len(args)} arguments"
            )
    return [i % len(args) for i in numbers], one


@public("keras.ops.value_and_grad")
def value_and_grad(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    variables: Sequence[Variable] | None = None,
) -> Callable[..., Any]:
    """A function that returns the value of ``f`` and its gradient.

    Args:
        f: A function that returns a scalar, or ``(scalar, aux)``.
        argnums: Which arguments to differentiate by: a position or several. Each may be a nest
            of float tensors.
        has_aux: Whether ``f`` returns something else too.
        variables: Differentiate by these variables, which ``f`` reads, instead.

    Returns:
        A function of the same arguments that returns ``(value, gradient)``, where the value is
        ``(scalar, aux)`` with ``has_aux``. The gradient is a nest like the argument, or a list
        like ``variables``.

    Example:

    >>> from keras_core import ops
    >>> value, gradient = ops.value_and_grad(lambda x: ops.sum(x * x))(ops.ones((2,)))
    >>> float(value), ops.convert_to_numpy(gradient).tolist()
    (2.0, [2.0, 2.0])
    """

    @recorded
    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        service = _service("value_and_grad()")
        if variables is not None:

            def run() -> tuple[Any, Any]:
                out = f(*args, **kwargs)
                loss, aux = out if has_aux else (out, None)
                return _scalar(loss), aux

            if in_symbolic_scope():
                (value, aux), grads = run(), [_symbol_like(v.value) for v in variables]
            else:
                (value, aux), grads = compiled.value_and_grad(run, list(variables))
            grads = [
                p.zeros_like(v.value) if g is None else g
                for g, v in zip(grads, variables, strict=True)
            ]
            return ((value, aux) if has_aux else value), grads
        numbers, one = _split_args(args, argnums)
        nests = [tree.map_structure(_input, args[i]) for i in numbers]
        flat = tree.flatten(nests)

        def pure(xs: Sequence[Any]) -> tuple[Any, Any]:
            given = list(args)
            for i, nest in zip(numbers, tree.pack_sequence_as(nests, xs), strict=True):
                given[i] = nest
            out = f(*given, **kwargs)
            loss, aux = out if has_aux else (out, None)
            return _scalar(loss), aux

        (value, aux), grads = service.value_and_grad(pure, flat)
        filled = [p.zeros_like(x) if g is None else g for g, x in zip(grads, flat, strict=True)]
        packed = tree.pack_sequence_as(nests, filled)
        return ((value, aux) if has_aux else value), (packed[0] if one else tuple(packed))

    return value_and_gradient


def _input(x: Any) -> Any:
    x = native.convert_nest(x)
    if not _is_differentiable(x):
        raise TypeError(
            "Gradients are taken by float tensors. Received: an argument of dtype "
            f"{native.dtype_of(x)}. Cast it, or choose other arguments with `argnums`."
        )
    return x


def _like(x: Any, tensor: Any) -> Any:
    """``x`` as a tensor of the dtype of another."""
    return native.as_spec(tensor) if _is_symbolic(x) else native.convert(x, native.dtype_of(tensor))


def _scalar(loss: Any) -> Any:
    loss = native.convert_nest(loss)
    shape = native.static_shape(loss)
    if shape not in ((), (1,)):
        raise ValueError(
            "Gradients are taken of functions that return a scalar. Received: a result of shape "
            f"{shape}. Use `ops.sum`, or `ops.jacobian`."
        )
    return loss if shape == () else p.reshape(loss, ())


@public("keras.ops.grad")
def grad(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    variables: Sequence[Variable] | None = None,
) -> Callable[..., Any]:
    """A function that returns the gradient of ``f``; see `value_and_grad`.

    Args:
        f: A function that returns a scalar, or ``(scalar, aux)``.
        argnums: Which arguments to differentiate by.
        has_aux: Whether ``f`` returns something else too, which is returned after the gradient.
        variables: Differentiate by these variables, which ``f`` reads, instead.

    Example:

    >>> from keras_core import ops
    >>> float(ops.grad(ops.grad(lambda x: x * x * x))(2.0))
    12.0
    """
    both = value_and_grad(f, argnums, has_aux, variables)

    def call(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return call


@overload
def vjp(
    fun: Callable[..., T], *primals: Tensors, has_aux: Literal[False] = False
) -> tuple[T, Callable[[T], tuple[Any, ...]]]: ...


@overload
def vjp(
    fun: Callable[..., tuple[T, A]], *primals: Tensors, has_aux: Literal[True]
) -> tuple[T, Callable[[T], tuple[Any, ...]], A]: ...


@public("keras.ops.vjp")
def vjp(fun: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """The value of a function, and the function from output to input cotangents.

    Args:
        fun: A function of nests of tensors.
        *primals: Its arguments.
        has_aux: Whether it returns ``(outputs, aux)``.

    Returns:
        ``(outputs, pullback)``, and ``aux`` if asked for. ``pullback(cotangents)`` returns a
        tuple with a nest for each argument.

    Example:

    >>> from keras_core import ops
    >>> y, pullback = ops.vjp(lambda x: x * 3, 2.0)
    >>> float(pullback(ops.ones(()))[0])
    3.0
    """
    fun, primals = resolved((fun, primals))
    if in_symbolic_scope() or not _is_symbolic(primals):
        return _vjp(fun, primals, has_aux)
    results = _forward(fun, primals, has_aux)
    pullback = functools.partial(_backward, fun, primals, has_aux)
    return (results[0], pullback, results[1]) if has_aux else (results, pullback)


@recorded
def _forward(fun: Callable[..., Any], primals: Sequence[Any], has_aux: bool) -> Any:
    if has_aux:
        out, aux = fun(*primals)
        return native.convert_nest(out), native.convert_nest(aux)
    return native.convert_nest(fun(*primals))


@recorded
def _backward(
    fun: Callable[..., Any], primals: Sequence[Any], has_aux: bool, cotangents: Any
) -> Any:
    return _vjp(fun, primals, has_aux)[1](cotangents)


class _Flat:
    """A function of nests as a function from tensors to a list of tensors.

    What it returns besides its outputs goes through the engine's transformation like them: inside,
    it may hold tensors that are none outside.
    """

    def __init__(self, fun: Callable[..., Any], nests: list[Any], has_aux: bool) -> None:
        self._fun = fun
        self._nests = nests
        self._has_aux = has_aux
        self._outputs: Any = None
        self._aux: Any = None

    def __call__(self, *xs: Any) -> list[Any]:
        out = self._fun(*tree.pack_sequence_as(self._nests, xs))
        outputs, aux = out if self._has_aux else (out, None)
        outputs = native.convert_nest(outputs)
        # No tensor is kept: it may be one of the transformation's.
        self._outputs = tree.map_structure(lambda _: _TENSOR, outputs)
        self._aux = tree.map_structure(lambda x: _TENSOR if native.is_tensor(x) else x, aux)
        return tree.flatten(outputs) + [x for x in tree.flatten(aux) if native.is_tensor(x)]

    @property
    def count(self) -> int:
        """The number of tensors that are outputs."""
        return len(tree.flatten(self._outputs))

    def outputs(self, ys: Sequence[Any]) -> Any:
        """The outputs in their nest, from the tensors of a call."""
        return tree.pack_sequence_as(self._outputs, ys[: self.count])

    def aux(self, ys: Sequence[Any]) -> Any:
        """What else the function returned, from the tensors of a call."""
        rest = iter(ys[self.count :])
        return tree.map_structure(lambda x: next(rest) if x is _TENSOR else x, self._aux)


_TENSOR = object()


def _vjp(fun: Callable[..., Any], primals: Sequence[Any], has_aux: bool) -> Any:
    service = _service("vjp()")
    nests = tree.map_structure(_input, list(primals))
    xs = tree.flatten(nests)
    flat = _Flat(fun, nests, has_aux)
    ys, pull = service.vjp(flat, xs)
    count = flat.count

    def pullback(cotangents: Any) -> tuple[Any, ...]:
        given = tree.flatten(cotangents)
        given = [_like(c, y) for c, y in zip(given, ys[:count], strict=True)]
        grads = pull(given + [None] * (len(ys) - count))
        filled = [p.zeros_like(x) if g is None else g for g, x in zip(grads, xs, strict=True)]
        return tuple(tree.pack_sequence_as(nests, filled))

    results = flat.outputs(ys), pullback
    return (*results, flat.aux(ys)) if has_aux else results


@overload
def jvp(
    fun: Callable[..., T],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: Literal[False] = False,
) -> tuple[T, T]: ...


@overload
def jvp(
    fun: Callable[..., tuple[T, A]],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    has_aux: Literal[True],
) -> tuple[T, T, A]: ...


@public("keras.ops.jvp", "keras.ops.linalg.jvp")
@recorded
def jvp(
    fun: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False
) -> Any:
    """The value of a function and its directional derivative.

    Args:
        fun: A function of nests of tensors.
        primals: Its arguments, a list or tuple.
        tangents: The direction, a nest like ``primals``.
        has_aux: Whether it returns ``(outputs, aux)``.

    Returns:
        ``(outputs, tangents)``, and ``aux`` if asked for.

    Example:

    >>> from keras_core import ops
    >>> y, dy = ops.jvp(lambda x: x * x, (3.0,), (1.0,))
    >>> float(y), float(dy)
    (9.0, 6.0)
    """
    service = _service("jvp()")
    nests = tree.map_structure(_input, list(primals))
    xs = tree.flatten(nests)
    directions = [_like(t, x) for t, x in zip(tree.flatten(list(tangents)), xs, strict=True)]
    flat = _Flat(fun, nests, has_aux)
    if runtime.JVP is not None and not in_symbolic_scope():
        ys, dys = runtime.JVP(flat, xs, directions)
    else:
        ys, dys = _double_vjp(service, flat, xs, directions)
    filled = [p.zeros_like(y) if dy is None else dy for dy, y in zip(dys, ys, strict=True)]
    results = flat.outputs(ys), flat.outputs(filled)
    return (*results, flat.aux(ys)) if has_aux else results


def _double_vjp(service: Any, pure: Any, flat: list[Any], directions: list[Any]) -> Any:
    """The derivative of the pullback, which is linear, by its cotangents."""
    ys, _ = service.vjp(pure, flat)

    def transposed(*cotangents: Any) -> list[Any]:
        _, pull = service.vjp(pure, flat)
        grads = pull(list(cotangents))
        return [p.zeros_like(x) if g is None else g for g, x in zip(grads, flat, strict=True)]

    _, pull = service.vjp(transposed, [p.zeros_like(y) for y in ys])
    return ys, pull(directions)


@public("keras.ops.jacobian")
def jacobian(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """A function that returns the derivatives of all outputs by all inputs.

    Args:
        f: A function that returns a tensor.
        argnums: Which argument to differentiate by, a tensor; or several.

    Returns:
        A function of the same arguments that returns a tensor of shape
        ``output.shape + input.shape``, or a tuple of them.

    Example:

    >>> from keras_core import ops
    >>> jacobian = ops.jacobian(lambda x: x * x)(ops.convert_to_tensor([1.0, 2.0]))
    >>> ops.convert_to_numpy(jacobian).tolist()
    [[2.0, 0.0], [0.0, 4.0]]
    """

    @recorded
    def jacobian(*args: Any) -> Any:
        numbers, one = _split_args(args, argnums)

        def pure(*xs: Any) -> Any:
            given = list(args)
            for i, x in zip(numbers, xs, strict=True):
                given[i] = x
            return f(*given)

        xs = [native.convert_nest(args[i]) for i in numbers]
        y, pullback = vjp(pure, *xs)
        shape = native.static_shape(y)
        if in_symbolic_scope():
            out = [KerasTensor((*shape, *native.static_shape(x)), native.dtype_of(x)) for x in xs]
            return out[0] if one else tuple(out)
        n = 1
        for d in shape:
            n *= d or 0
        rows: list[list[Any]] = [[] for _ in xs]
        dtype = native.dtype_of(y)
        place = p.arange(0, n, 1, "int32")
        for i in range(n):
            unit = p.cast(p.equal(place, native.convert(i, "int32")), dtype)
            for held, g in zip(rows, pullback(p.reshape(unit, shape)), strict=True):
                held.append(p.reshape(g, (1, *native.static_shape(g))))
        out = []
        for x, held in zip(xs, rows, strict=True):
            full = (*shape, *native.static_shape(x))
            out.append(
                p.reshape(p.concatenate(held, 0), full)
                if held
                else p.full(full, 0, native.dtype_of(x))
            )
        return out[0] if one else tuple(out)

    return jacobian


@public("keras.ops.hessian")
def hessian(f: Callable[..., Any], argnums: int = 0) -> Callable[..., Any]:
    """A function that returns the second derivatives of a scalar function.

    Args:
        f: A function that returns a scalar.
        argnums: Which argument to differentiate by, a tensor.

    Returns:
        A function of the same arguments that returns a tensor of shape
        ``input.shape + input.shape``.

    Example:

    >>> from keras_core import ops
    >>> h = ops.hessian(lambda x: ops.sum(x * x * x))(ops.convert_to_tensor([1.0, 2.0]))
    >>> ops.convert_to_numpy(h).tolist()
    [[6.0, 0.0], [0.0, 12.0]]
    """
    return jacobian(grad(f, argnums), argnums)


@public("keras.ops.custom_gradient")
def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with a gradient of one's own.

    Args:
        f: A function of tensors that returns ``(outputs, grad_fn)``; ``grad_fn(*args,
            upstream=None)``, or ``grad_fn(*upstream)``, returns the gradient for each input.

    Example:

    >>> from keras_core import ops
    >>> @ops.custom_gradient
    ... def log1pexp(x):
    ...     e = ops.exp(x)
    ...     def grad(*args, upstream=None):
    ...         upstream = args[0] if upstream is None else upstream
    ...         return upstream * (1.0 - 1.0 / (1.0 + e))
    ...     return ops.log(1.0 + e), grad
    >>> float(ops.grad(log1pexp)(0.0))
    0.5
    """

    @recorded
    @functools.wraps(f)
    def call(*args: Any) -> Any:
        if in_symbolic_scope():
            return f(*args)[0]
        xs = [native.convert(x) for x in tree.flatten(args)]
        if compiled.AUTODIFF is None:
            return f(*tree.pack_sequence_as(args, xs))[0]
        holder: dict[str, Any] = {}

        def run(*values: Any) -> tuple[list[Any], Callable[..., list[Any]]]:
            out, grad_fn = f(*tree.pack_sequence_as(args, values))
            holder["out"] = tree.map_structure(lambda _: None, out)

            def pullback(*cotangents: Any) -> list[Any]:
                try:
                    grads = grad_fn(*cotangents)
                except TypeError:
                    grads = grad_fn(upstream=cotangents[0])
                grads = grads if isinstance(grads, (list, tuple)) else [grads]
                return [None if g is None else native.convert(g) for g in grads]

            return [native.convert(y) for y in tree.flatten(out)], pullback

        ys = compiled.AUTODIFF.custom_gradient(run, xs)
        return tree.pack_sequence_as(holder["out"], list(ys))

    return call
