"""The functions that users call: a fast path for everyday arguments, written for each operation."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from keras_core.core.base.axes import canonical_axes, canonical_axis
from keras_core.core.dispatch.errors import attempt, explain
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.symbolic import Dim

TENSOR_KINDS = {"any", "promote", "number", "float", "bool", "int"}
"""The kinds of parameters that are tensors."""

JOINED_KINDS = {"promote", "number", "float"}
"""Those that are promoted to one dtype together."""

# What `canonical_axis` does with an int, without a call.
_IN_RANGE = "{0}.__class__ is int and -(_n := N({1})) <= {0} < _n"
_AXIS = "({0} if {0} >= 0 else {0} + _n)"


def dtype_arg(dtype: Any) -> str | None:
    """A dtype by name, narrowed to what the engine has; None as it is."""
    return None if dtype is None else dtypes.narrow(dtypes.standardize_dtype(dtype))


def _uniform(xs: Sequence[Any]) -> bool:
    """Whether these are tensors of the engine, all of one dtype."""
    dtype = None
    for x in xs:
        if type(x) not in native.TENSOR_TYPES:
            return False
        if dtype is None:
            dtype = native.dtype_of_tensor(x)
        elif native.dtype_of_tensor(x) != dtype:
            return False
    return True


def _values(xs: Sequence[Any]) -> list[Any] | None:
    """Tensors and variables as tensors; None if there is no variable, or anything else."""
    out = list(xs)
    found = False
    for i, x in enumerate(xs):
        if x is not None and type(x) not in native.TENSOR_TYPES:
            value = getattr(x, "__keras_value__", None)
            if value is None:
                return None
            out[i] = value()
            found = True
    return out if found else None


def front(op: Any) -> Callable[..., Any]:
    """The function that users call: a fast path for tensors of one dtype, or `Op.call`.

    Args:
        op: The `keras_core.core.dispatch.op.Op`.
    """
    tests: list[str] = []
    args: list[str] = []
    joined: list[str] = []
    optional: list[str] = []
    known: list[str] = []
    ranks: list[str] = []
    first = ""
    fast = True
    for i, (p, kind) in enumerate(zip(op.params, op.kinds, strict=True)):
        arg = p
        if kind in TENSOR_KINDS:
            if (rank := op.ranks[i]) is not None:
                fits = f"{'>=' if rank[1] else '=='} {rank[0]}"
                fits = f"all(N(v) {fits} for v in {p})" if op.lists[i] else f"N({p}) {fits}"
                ranks.append(f"({p} is None or {fits})" if op.optional[i] else fits)
            if op.lists[i]:
                # The list counts as its first tensor, if all have the same dtype.
                test = f"{p}.__class__ in LISTS and {p} and UNIFORM({p})"
                mine = f"{p}[0]"
                if op.optional[i] or kind in ("bool", "int"):
                    fast = False
            else:
                test, mine = f"type({p}) in T", p
            if kind in JOINED_KINDS:
                if op.optional[i] and joined:
                    test = f"({p} is None or {test})"
                    optional.append(p)
                else:
                    joined.append(mine)
            elif kind == "bool":
                test += f" and D({p}) == 'bool'"
            elif kind == "int":
                test += f" and D({p}) in INTS"
            if op.optional[i] and kind not in JOINED_KINDS:
                test = f"({p} is None or {test})"
            tests.append(test)
            first = first or mine
        elif kind == "axis":
            arg = f"({_AXIS} if {_IN_RANGE} else AXIS({p}, N({first})))".format(p, first)
            if op.optional[i]:
                arg = f"None if {p} is None else {arg}"
        elif kind == "axes":
            arg = f"(({_AXIS},) if {_IN_RANGE} else AXES({p}, N({first})))".format(p, first)
        elif kind == "dtype":
            arg = f"DTYPE({p})"
        elif kind == "shape":
            known.append(f"type({p}) is tuple and DIM not in map(type, {p})")
        elif kind == "nest":
            fast = False
        elif p in op.options:
            tests.append(op.options[p].test(p))
        args.append(arg)
    parameters: list[str] = []
    defaults: dict[str, Any] = {}
    forwarded: list[str] = []
    for i, p in enumerate(op.signature.parameters.values()):
        text = p.name
        if p.default is not inspect.Parameter.empty:
            defaults[f"_d{i}"] = p.default
            text += f"=_d{i}"
        parameters.append(text)
        forwarded.append(p.name)

    def run(arguments: str, indent: str) -> str:
        if op.override is None:
            return f"{indent}return IMPL({arguments})"
        given = ", ".join(forwarded)
        return attempt(f"IMPL({arguments})", "INFER", "override", op.name, given, indent).rstrip()

    lines = [f"def {op.name}({', '.join(parameters)}):"]
    if fast and tests:
        if joined:
            tests.append(f"(_d := D({joined[0]})) in DTYPES" if op.to_float or op.to_number else "")
            if not tests[-1]:
                tests.pop()
                if len(joined) > 1:
                    tests.append(f"D({joined[0]}) == D({joined[1]})")
                    tests.extend(f"D({joined[0]}) == D({j})" for j in joined[2:])
            else:
                tests.extend(f"D({j}) == _d" for j in joined[1:])
            tests.extend(f"({j} is None or D({j}) == D({joined[0]}))" for j in optional)
        tests.extend([*known, *ranks])
        call = f"PREPARE({', '.join(args)})" if op.prepare else ""
        lines.append(f"    if {' and '.join(tests)}:")
        lines.append(run(f"{'*' + call if call else ', '.join(args)}", "        "))
    pairs = len(joined) == 2 and not optional and not any(op.lists)
    if fast and len(tests) > 1 and pairs and op.to_float is False and not op.prepare:
        # a tensor with a Python number or a variable: the next best
        a, b = joined
        lines.append(f"    _pair = PAIR({a}, {b})")
        lines.append("    if _pair is not None:")
        lines.append(f"        {a}, {b} = _pair")
        rest = [t for t in tests if t not in ranks and not any(f"({v})" in t for v in joined)]
        number = f"D({a}) in DTYPES" if op.to_number else "True"
        lines.append(f"        if {' and '.join([number, *rest, *ranks])}:")
        lines.append(f"            return IMPL({', '.join(args)})")
    elif fast and len(op.tensor_params) > 1 and not any(op.lists):
        # tensors with variables
        given = ", ".join(op.params[i] for i in op.tensor_params)
        lines.append(f"    _given = VALUES(({given}))")
        lines.append("    if _given is not None:")
        lines.append(f"        {given} = _given")
        lines.append(f"        return {op.name}({', '.join(forwarded)})")
    lines.append(f"    return CALL({', '.join(forwarded)})")
    number = dtypes.INTS | dtypes.INEXACT
    namespace: dict[str, Any] = {
        "T": native.TENSOR_TYPES,
        "D": native.dtype_of_tensor,
        "N": native.ndim_of_tensor,
        "LISTS": (list, tuple),
        "UNIFORM": _uniform,
        "INTS": dtypes.INTS,
        "DTYPES": dtypes.INEXACT if op.to_float else number,
        "AXIS": canonical_axis,
        "AXES": canonical_axes,
        "DTYPE": dtype_arg,
        "DIM": Dim,
        "PAIR": native.match_pair,
        "VALUES": _values,
        "PREPARE": op.prepare,
        "IMPL": op.impl,
        "FITS": {p: option.fits for p, option in op.options.items()},
        "INFER": lambda *args: op.infer(args),
        "CALL": op.call,
        "explain": explain,
        **defaults,
    }
    exec("\n".join(lines), namespace)  # noqa: S102  # made here, from names in this package
    return namespace[op.name]
