"""Operations on functions: conditions, loops, scans and maps."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from keras_core import ops
from keras_core.conformance.operations.rows import Argument, Row, floats, ints

X = floats(3, 2, low=0.2, high=1.4)


def rows() -> Iterator[Row]:
    """All rows of these operations."""
    yield from _choices()
    yield from _loops()
    yield from _scans()
    yield from _maps()


def _row(
    name: str,
    how: Callable[..., Any],
    reference: Callable[..., Any],
    *arguments: Argument,
    **options: Any,
) -> Row:
    """A row that calls ``how(operation, *tensors)``."""
    return Row(
        name,
        arguments or (X,),
        reference,
        how=lambda fn, values: how(fn, *values),
        **options,
    )


def _choices() -> Iterator[Row]:
    def choose(cond: Any, x: Any, bound: float) -> Any:
        return cond(
            ops.greater(ops.sum(x), bound),
            lambda: {"y": ops.exp(x), "more": (ops.sum(x),)},
            lambda: {"y": ops.multiply(x, x), "more": (ops.max(x),)},
        )

    yield _row(
        "cond",
        lambda cond, x: choose(cond, x, 0.0),
        lambda x: {"y": np.exp(x), "more": (x.sum(),)},
        branches=True,
        label="true",
    )
    yield _row(
        "cond",
        lambda cond, x: choose(cond, x, 100.0),
        lambda x: {"y": x * x, "more": (x.max(),)},
        branches=True,
        label="false",
    )
    branches = [np.sin, np.cos, np.square]
    for at in (-1, 0, 1, 2, 5):
        yield _row(
            "switch",
            lambda switch, i, x: switch(i, [ops.sin, ops.cos, ops.square], x),
            lambda i, x: branches[min(max(int(i), 0), 2)](x),
            ints(low=at, high=at + 1),
            X,
            branches=True,
            label=str(at),
        )


def _loops() -> Iterator[Row]:
    def halved(x: Any, most: int = 100) -> tuple[Any, Any]:
        i = 0
        while x.sum() > 1 and i < most:
            i, x = i + 1, x * 0.5
        return np.int32(i), x

    def halve(while_loop: Any, x: Any, **options: Any) -> Any:
        return while_loop(
            lambda i, x: ops.greater(ops.sum(x), 1.0),
            lambda i, x: (ops.add(i, 1), ops.multiply(x, 0.5)),
            (ops.convert_to_tensor(0, "int32"), x),
            **options,
        )

    # engines with functional loops do not differentiate those of unknown length
    yield _row("while_loop", halve, halved, differentiable=False, branches=True)
    yield _row(
        "while_loop",
        lambda while_loop, x: halve(while_loop, x, maximum_iterations=1),
        lambda x: halved(x, 1),
        differentiable=False,
        label="maximum_iterations",
    )
    yield _row(
        "while_loop",
        lambda while_loop, x: while_loop(
            lambda x: ops.less(ops.max(x), 0.0), lambda x: ops.multiply(x, 0.5), x
        ),
        lambda x: x,
        differentiable=False,
        branches=True,
        label="never",
    )

    def power(fori_loop: Any, lower: Any, upper: Any, x: Any) -> Any:
        return fori_loop(lower, upper, lambda i, y: ops.multiply(y, x), x)

    yield _row("fori_loop", lambda loop, x: power(loop, 0, 3, x), lambda x: x**4)
    yield _row("fori_loop", lambda loop, x: power(loop, 2, 2, x), lambda x: x, label="none")
    yield _row(
        "fori_loop",
        lambda loop, n, x: power(loop, 1, n, x),
        lambda n, x: x**4,
        ints(low=4, high=5),
        X,
        differentiable=False,
        branches=True,
        label="tensor",
    )
    yield _row(
        "fori_loop",
        lambda loop, x: loop(
            1, 4, lambda i, y: ops.add(y, ops.multiply(x, ops.cast(i, x.dtype))), x
        ),
        lambda x: 7 * x,
        label="number",
    )


def _scans() -> Iterator[Row]:
    def scanned(x: Any, reverse: bool = False) -> tuple[Any, Any]:
        carry, ys = np.ones(x.shape[1]), np.empty_like(x)
        for i in reversed(range(len(x))) if reverse else range(len(x)):
            carry, ys[i] = carry * np.sin(x[i]), carry + x[i]
        return carry, ys

    def scan_rows(scan: Any, x: Any, **options: Any) -> Any:
        return scan(
            lambda carry, row: (ops.multiply(carry, ops.sin(row)), ops.add(carry, row)),
            ops.ones_like(ops.get_item(x, 0)),
            x,
            **options,
        )

    yield _row("scan", scan_rows, scanned)
    for label, options in {
        "reverse": {"reverse": True},
        "unroll": {"unroll": 2},
        "unroll_all": {"unroll": True},
    }.items():
        yield _row(
            "scan",
            lambda scan, x, options=options: scan_rows(scan, x, **options),
            lambda x, options=options: scanned(x, options.get("reverse", False)),
            label=label,
        )
    yield _row(
        "scan",
        lambda scan, x: scan(lambda c, _: (ops.multiply(c, x), c), x, length=3),
        lambda x: (x**4, np.stack([x, x**2, x**3])),
        label="length",
    )
    yield _row(
        "scan",
        lambda scan, x, y: scan(
            lambda c, at: (
                {"total": ops.add(c["total"], ops.multiply(at["x"], at["y"]))},
                (at["x"], ops.sum(at["y"])),
            ),
            {"total": ops.zeros_like(ops.get_item(x, 0))},
            {"x": x, "y": y},
        ),
        lambda x, y: ({"total": (x * y).sum(0)}, (x, y.sum(1))),
        X,
        X,
        label="nest",
    )
    yield _row(
        "associative_scan",
        lambda scan, x: scan(ops.add, x),
        lambda x: np.cumsum(x, 0),
        floats(5, 2),
    )
    yield _row(
        "associative_scan",
        lambda scan, x: scan(ops.multiply, x, reverse=True, axis=-1),
        lambda x: np.cumprod(x[:, ::-1], 1)[:, ::-1],
        floats(2, 6, low=0.5),
        label="reverse",
    )

    def affine(scan: Any, a: Any, b: Any) -> Any:
        def after(first: Any, second: Any) -> Any:
            return (
                ops.multiply(first[0], second[0]),
                ops.add(ops.multiply(first[1], second[0]), second[1]),
            )

        return scan(after, (a, b))

    def affine_reference(a: Any, b: Any) -> Any:
        out, y = np.empty_like(b), np.zeros_like(b[0])
        for i in range(len(a)):
            y = out[i] = a[i] * y + b[i]
        return np.cumprod(a, 0), out

    yield _row(
        "associative_scan", affine, affine_reference, floats(7, 2), floats(7, 2), label="nest"
    )


def _maps() -> Iterator[Row]:
    def each(row: Any) -> Any:
        return {
            "sums": ops.multiply(ops.cumsum(row), ops.get_item(row, 0)),
            "largest": ops.max(row),
        }

    def each_reference(x: Any) -> Any:
        return {"sums": np.cumsum(x, 1) * x[:, :1], "largest": x.max(1)}

    for name in ("map", "vectorized_map"):
        yield _row(name, lambda fn, x: fn(each, x), each_reference)
        yield _row(
            name,
            lambda fn, x, y: fn(lambda pair: ops.dot(pair[0], pair[1]), (x, y)),
            lambda x, y: (x * y).sum(1),
            X,
            X,
            label="nest",
        )
        yield _row(
            name,
            lambda fn, x: fn(lambda v: ops.cumprod(ops.pad(v, 1, constant_values=2.0)), x),
            lambda x: np.cumprod(np.pad(x, ((0, 0), (1, 1)), constant_values=2.0), 1),
            X,
            label="pad",
        )
    yield _row(
        "vectorize",
        lambda vectorize, x, y: vectorize(lambda a, b: ops.add(ops.multiply(a, b), a))(x, y),
        lambda x, y: x * y + x,
        X,
        floats(2),
        known=True,
    )
    yield _row(
        "vectorize",
        lambda vectorize, x, y: vectorize(ops.dot, signature="(n),(n)->()")(x, y),
        lambda x, y: x @ y,
        X,
        floats(2),
        known=True,
        label="signature",
    )
    yield _row(
        "jit",
        lambda jit, x, y: jit(lambda x, y: {"y": ops.add(ops.sin(x), y)})(x, y),
        lambda x, y: {"y": np.sin(x) + y},
        X,
        X,
    )
