"""Gathering, scattering and sorting."""

from typing import Any

from keras_core.core.dispatch.op import primitive, spec
from keras_core.core.primitives._rules import const, dtype_of, ndim, same, static_shape
from keras_core.core.primitives.elementwise import (
    add,
    cast,
    divide,
    equal,
    less,
    multiply,
    where,
    zeros_like,
)
from keras_core.core.primitives.shaping import (
    arange,
    broadcast_to,
    concatenate,
    reshape,
    transpose,
)
from keras_core.core.tensors.concrete import check_indices
from keras_core.core.tensors.native import scalar, shape_of


def check_takeable(x: Any, indices: Any, axis: int) -> None:
    """Raise a `ValueError` where `take` has nothing to take from."""
    shape = static_shape(x)
    if shape[axis] == 0 and 0 not in static_shape(indices):
        raise ValueError(
            f"`take` has nothing to take from axis {axis} of a tensor of shape {shape}. Received: "
            f"indices of shape {static_shape(indices)}"
        )


def _take_rule(x: Any, indices: Any, axis: int) -> Any:
    check_takeable(x, indices, axis)
    shape = static_shape(x)
    return spec((*shape[:axis], *static_shape(indices), *shape[axis + 1 :]), dtype_of(x))


def _take_vjp(g: Any, y: Any, x: Any, indices: Any, axis: int) -> Any:
    shape = shape_of(x)
    k = ndim(indices)
    # bring the taken axes to the front, where scatter_nd wants them
    front = tuple(range(axis, axis + k))
    rest = tuple(i for i in range(ndim(g)) if i not in front)
    updates = transpose(g, (*front, *rest))
    indices = cast(indices, "int32") if dtype_of(indices) != "int64" else indices
    wrapped = where(
        less(indices, const(0, indices)),
        add(indices, scalar(shape[axis], dtype_of(indices))),
        indices,
    )
    moved = (shape[axis], *shape[:axis], *shape[axis + 1 :])
    from keras_core.core.primitives.shaping import full

    out = scatter_nd(
        full(moved, 0, dtype_of(x)),
        reshape(wrapped, (*shape_of(indices), 1)),
        updates,
        "add",
    )
    return transpose(out, (*range(1, axis + 1), 0, *range(axis + 1, len(shape)))), None


def _gather_nd_rule(x: Any, indices: Any) -> Any:
    k = static_shape(indices)[-1]
    if k is None:
        raise ValueError("`gather_nd` needs indices whose last dimension is known.")
    return spec((*static_shape(indices)[:-1], *static_shape(x)[k:]), dtype_of(x))


def _gather_nd_vjp(g: Any, y: Any, x: Any, indices: Any) -> Any:
    return scatter_nd(zeros_like(x), indices, g, "add"), None


def _scatter_nd_vjp(g: Any, y: Any, x: Any, indices: Any, updates: Any, reduction: str) -> Any:
    if reduction == "add":
        return g, None, gather_nd(g, indices)
    if reduction == "set":
        # where indices repeat, only the update that was kept has a gradient
        zeros = zeros_like(x)
        hit = scatter_nd(zeros, indices, add(zeros_like(updates), const(1, updates)), "add")
        gx = where(equal(hit, const(0, hit)), g, zeros)
        count = shape_of(indices)[:-1]
        n = 1
        for d in count:
            n = n * d
        ticket = broadcast_to(
            reshape(arange(0, n, 1, "int32"), (*count, *(1,) * (ndim(updates) - len(count)))),
            shape_of(updates),
        )
        kept = scatter_nd(cast(zeros, "int32"), indices, ticket, "set")
        mine = equal(gather_nd(kept, indices), ticket)
        gu = gather_nd(g, indices)
        return gx, None, where(mine, gu, zeros_like(gu))
    if reduction in ("max", "min"):
        dtype = dtype_of(x)
        x_wins = cast(equal(x, y), dtype)
        u_wins = cast(equal(updates, gather_nd(y, indices)), dtype)
        winners = scatter_nd(x_wins, indices, u_wins, "add")
        share = divide(g, winners)
        return multiply(x_wins, share), None, multiply(u_wins, gather_nd(share, indices))
    # multiply: the product of the others is y / own, for factors that are not 0
    return divide(multiply(g, y), x), None, divide(gather_nd(multiply(g, y), indices), updates)


def _positions(x: Any, order: Any, axis: int) -> Any:
    """Indices for `gather_nd` that follow ``order`` along ``axis`` and stay put elsewhere."""
    shape = shape_of(order)
    parts = []
    for i, d in enumerate(shape):
        if i == axis:
            part = cast(order, "int32")
        else:
            line = [1] * len(shape)
            line[i] = d
            part = broadcast_to(reshape(arange(0, d, 1, "int32"), line), shape)
        parts.append(reshape(part, (*shape, 1)))
    return concatenate(parts, len(shape))


def _sort_vjp(g: Any, y: Any, x: Any, axis: int) -> Any:
    places = _positions(x, argsort(x, axis), axis)
    return scatter_nd(zeros_like(x), places, g, "add")


def _nonzero_rule(x: Any) -> Any:
    return tuple(spec((None,), "int32") for _ in static_shape(x))


def _check_take(x: Any, indices: Any, axis: int) -> None:
    check_indices("take", "indices", indices, static_shape(x)[axis])


take = primitive("x indices [axis]", _take_rule, _take_vjp, "take", _check_take)
gather_nd = primitive("x indices", _gather_nd_rule, _gather_nd_vjp, "gather_nd")
scatter_nd = primitive("x indices updates [reduction]", same, _scatter_nd_vjp, "scatter_nd")
sort = primitive("x [axis]", same, _sort_vjp, "sort")
argsort = primitive("x [axis]", lambda x, axis: spec(static_shape(x), "int32"), None, "argsort")
nonzero = primitive("x", _nonzero_rule, None, "nonzero")
positions_along = _positions
