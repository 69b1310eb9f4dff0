"""Derivatives of functions: over nests of tensors, and over variables."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from keras_core.engine import dtypes, execution, tensors, tree
from keras_core.engine import primitives as p
from keras_core.engine.symbolic import KerasTensor
from keras_core.engine.variables import Variable

jit = execution.jit


def _is_differentiable(x: Any) -> bool:
    return tensors.dtype_of(x) in dtypes.INEXACT


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


def value_and_grad(
    f: Callable[..., Any],
    argnums: Any = 0,
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

    def call(*args: Any, **kwargs: Any) -> Any:
        service = execution.require_gradients("value_and_grad()")
        if variables is not None:

            def run() -> tuple[Any, Any]:
                out = f(*args, **kwargs)
                loss, aux = out if has_aux else (out, None)
                return _scalar(loss), aux

            (value, aux), grads = execution.value_and_grad(run, list(variables))
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

    return call


def _input(x: Any) -> Any:
    x = tensors.convert(x)
    if not _is_differentiable(x):
        raise TypeError(
            "Gradients are taken by float tensors. Received: an argument of dtype "
            f"{tensors.dtype_of(x)}. Cast it, or choose other arguments with `argnums`."
        )
    return x


def _scalar(loss: Any) -> Any:
    loss = tensors.convert(loss)
    shape = tensors.static_shape(loss)
    if shape not in ((), (1,)):
        raise ValueError(
            "Gradients are taken of functions that return a scalar. Received: a result of shape "
            f"{shape}. Use `ops.sum`, or `ops.jacobian`."
        )
    return loss if shape == () else p.reshape(loss, ())


def grad(
    f: Callable[..., Any],
    argnums: Any = 0,
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
    service = execution.require_gradients("vjp()")
    nests = tree.map_structure(_input, list(primals))
    flat = tree.flatten(nests)
    holder: dict[str, Any] = {}

    def pure(*xs: Any) -> list[Any]:
        out = fun(*tree.pack_sequence_as(nests, xs))
        if has_aux:
            out, holder["aux"] = out
        out = tree.map_structure(tensors.convert, out)
        holder["out"] = tree.map_structure(lambda _: None, out)
        return tree.flatten(out)

    ys, pull = service.vjp(pure, flat)
    outputs = tree.pack_sequence_as(holder["out"], ys)

    def pullback(cotangents: Any) -> tuple[Any, ...]:
        given = [
            tensors.convert(c, tensors.dtype_of(y))
            for c, y in zip(tree.flatten(cotangents), ys, strict=True)
        ]
        grads = pull(given)
        filled = [p.zeros_like(x) if g is None else g for g, x in zip(grads, flat, strict=True)]
        return tuple(tree.pack_sequence_as(nests, filled))

    return (outputs, pullback, holder["aux"]) if has_aux else (outputs, pullback)


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
    execution.require_gradients("jvp()")
    nests = tree.map_structure(_input, list(primals))
    flat = tree.flatten(nests)
    directions = [
        tensors.convert(t, tensors.dtype_of(x))
        for t, x in zip(tree.flatten(list(tangents)), flat, strict=True)
    ]
    holder: dict[str, Any] = {}

    def pure(*xs: Any) -> list[Any]:
        out = fun(*tree.pack_sequence_as(nests, xs))
        if has_aux:
            out, holder["aux"] = out
        out = tree.map_structure(tensors.convert, out)
        holder["out"] = tree.map_structure(lambda _: None, out)
        return tree.flatten(out)

    service = execution.AUTODIFF
    own = getattr(service, "jvp", None)
    if own is not None:
        ys, out_tangents = own(pure, flat, directions)
    else:
        ys, out_tangents = _double_vjp(service, pure, flat, directions)
    outputs = tree.pack_sequence_as(holder["out"], ys)
    filled = [p.zeros_like(y) if t is None else t for t, y in zip(out_tangents, ys, strict=True)]
    result = tree.pack_sequence_as(holder["out"], filled)
    return (outputs, result, holder["aux"]) if has_aux else (outputs, result)


def _double_vjp(service: Any, pure: Any, flat: list[Any], directions: list[Any]) -> Any:
    """The derivative of the pullback, which is linear, by its cotangents."""
    ys, _ = service.vjp(pure, flat)

    def transposed(*cotangents: Any) -> list[Any]:
        _, pull = service.vjp(pure, flat)
        grads = pull(list(cotangents))
        return [p.zeros_like(x) if g is None else g for g, x in zip(grads, flat, strict=True)]

    _, pull = service.vjp(transposed, [p.zeros_like(y) for y in ys])
    return ys, pull(directions)


def jacobian(f: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
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

    def call(*args: Any) -> Any:
        numbers, one = _split_args(args, argnums)

        def pure(*xs: Any) -> Any:
            given = list(args)
            for i, x in zip(numbers, xs, strict=True):
                given[i] = x
            return f(*given)

        xs = [tensors.convert(args[i]) for i in numbers]
        y, pullback = vjp(pure, *xs)
        shape = tensors.static_shape(y)
        n = 1
        for d in shape:
            n *= d or 0
        rows: list[list[Any]] = [[] for _ in xs]
        dtype = tensors.dtype_of(y)
        place = p.arange(0, n, 1, "int32")
        for i in range(n):
            unit = p.cast(p.equal(place, tensors.convert(i, "int32")), dtype)
            for held, g in zip(rows, pullback(p.reshape(unit, shape)), strict=True):
                held.append(p.reshape(g, (1, *tensors.static_shape(g))))
        out = []
        for x, held in zip(xs, rows, strict=True):
            full = (*shape, *tensors.static_shape(x))
            out.append(
                p.reshape(p.concatenate(held, 0), full)
                if held
                else p.full(full, 0, tensors.dtype_of(x))
            )
        return out[0] if one else tuple(out)

    return call


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

    @functools.wraps(f)
    def call(*args: Any) -> Any:
        if any(isinstance(x, KerasTensor) for x in tree.flatten(args)):
            return f(*args)[0]
        xs = [tensors.convert(x) for x in tree.flatten(args)]
        if execution.AUTODIFF is None:
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
                return [None if g is None else tensors.convert(g) for g in grads]

            return [tensors.convert(y) for y in tree.flatten(out)], pullback

        ys = execution.AUTODIFF.custom_gradient(run, xs)
        return tree.pack_sequence_as(holder["out"], list(ys))

    return call
