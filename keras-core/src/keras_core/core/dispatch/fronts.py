"""The functions that users call: a fast path for everyday arguments, written for each operation.

``inspect.getsource(keras_core.ops.matmul)`` shows what is written (on one line where it is
broken here)::

    def matmul(x1, x2):
        if (type(x1_ := x1) in TENSORS or type(x1) is VARIABLE and type(x1_ := READ(x1)) in TENSORS)
                and (... the same of x2 ...)
                and (_dtype := DTYPE_OF(x1_)) in DTYPES and DTYPE_OF(x2_) == _dtype:
            return RUN(x1_, x2_)
        _pair = AS_PAIR(x1, x2)
        if _pair is not None:
            x1_, x2_ = _pair
            if DTYPE_OF(x1_) in DTYPES:
                return RUN(x1_, x2_)
        return CONVERT_AND_CALL(x1, x2)

Tensors of one dtype, and variables, go straight to the operation's body or override; then a tensor
with a Python number; all else, lists, arrays, symbolic and sparse tensors, is converted first.
"""

import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from keras_core.core.base.axes import canonical_axes, canonical_axis
from keras_core.core.dispatch.errors import attempt, explain
from keras_core.core.dispatch.generated import compiled
from keras_core.core.state.variables import Variable
from keras_core.core.tensors import dtypes, native
from keras_core.core.tensors.symbolic import Dim, KerasTensor

TENSOR_KINDS = {"any", "promote", "number", "float", "bool", "int"}
"""The kinds of parameters that are tensors."""

JOINED_KINDS = {"promote", "number", "float"}
"""Those that are promoted to one dtype together."""

# What `canonical_axis` does with an int, without a call.
_IN_RANGE = "{0}.__class__ is int and -(_rank := RANK({1})) <= {0} < _rank"
_AXIS = "({0} if {0} >= 0 else {0} + _rank)"


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


class _Condition(NamedTuple):
    """What must hold for the fast path, as source."""

    text: str
    of: str = ""
    """The parameter whose type or dtype it is about; empty if it is about none alone."""


def front(op: Any) -> Callable[..., Any]:
    """The function that users call: a fast path for tensors of one dtype, or `Op.call`.

    Args:
        op: The `keras_core.core.dispatch.op.Op`.
    """
    conditions: list[_Condition] = []
    args: list[str] = []
    joined: list[str] = []
    optional: list[str] = []
    known: list[_Condition] = []
    ranks: list[_Condition] = []
    first = ""
    fast = True
    for i, (p, kind) in enumerate(zip(op.params, op.kinds, strict=True)):
        arg = p
        if kind in TENSOR_KINDS:
            value = arg = f"{p}_"  # the tensor, or that of a variable
            may_miss = op.optional[i] and not (kind in JOINED_KINDS and not joined)
            if (rank := op.ranks[i]) is not None:
                fits = f"{'>=' if rank[1] else '=='} {rank[0]}"
                one = f"RANK({value}) {fits}"
                fits = f"all(RANK(v) {fits} for v in {p})" if op.lists[i] else one
                ranks.append(_Condition(f"({p} is None or {fits})" if op.optional[i] else fits))
            if op.lists[i]:
                # The list counts as its first tensor, if all have the same dtype.
                arg, value = p, f"{p}[0]"
                test = f"{p}.__class__ in LISTS and {p} and UNIFORM({p})"
                if op.optional[i] or kind in ("bool", "int"):
                    fast = False
            else:
                read = f"type({p}) is VARIABLE and type({value} := READ({p})) in TENSORS"
                test = f"(type({value} := {p}) in TENSORS or {read})"
                if may_miss:
                    test = f"(({value} := {p}) is None or {test})"
            if kind in JOINED_KINDS:
                (optional if may_miss else joined).append(value)
            elif kind in ("bool", "int"):
                fits = f"DTYPE_OF({value}) " + ("== 'bool'" if kind == "bool" else "in INTS")
                test += f" and ({value} is None or {fits})" if op.optional[i] else f" and {fits}"
            conditions.append(_Condition(test, p))
            first = first or value
        elif kind == "axis":
            arg = f"({_AXIS} if {_IN_RANGE} else AXIS({p}, RANK({first})))".format(p, first)
            if op.optional[i]:
                arg = f"None if {p} is None else {arg}"
        elif kind == "axes":
            arg = f"(({_AXIS},) if {_IN_RANGE} else AXES({p}, RANK({first})))".format(p, first)
        elif kind == "dtype":
            arg = f"DTYPE_NAME({p})"
        elif kind == "shape":
            known.append(_Condition(f"type({p}) is tuple and UNKNOWN(map(type, {p}))"))
        elif kind == "nest":
            fast = False
        elif p in op.options:
            conditions.append(_Condition(op.options[p].test(p)))
        args.append(arg)
    parameters: list[str] = []
    defaults: dict[str, Any] = {}
    forwarded: list[str] = []
    for i, p in enumerate(op.signature.parameters.values()):
        text = p.name
        if p.default is not inspect.Parameter.empty:
            defaults[f"_default{i}"] = p.default
            text += f"=_default{i}"
        parameters.append(text)
        forwarded.append(p.name)

    def run(arguments: str, indent: str) -> str:
        if op.override is None:
            return f"{indent}return RUN({arguments})"
        given = ", ".join(forwarded)
        return attempt(f"RUN({arguments})", "INFER", "override", op.name, given, indent).rstrip()

    lines = [f"def {op.name}({', '.join(parameters)}):"]
    if fast and conditions:
        same: list[_Condition] = []
        if op.to_float or op.to_number:
            same.append(_Condition(f"(_dtype := DTYPE_OF({joined[0]})) in DTYPES"))
            same.extend(_Condition(f"DTYPE_OF({j}) == _dtype") for j in joined[1:])
        elif joined:
            same.extend(_Condition(f"DTYPE_OF({joined[0]}) == DTYPE_OF({j})") for j in joined[1:])
        same.extend(
            _Condition(f"({j} is None or DTYPE_OF({j}) == DTYPE_OF({joined[0]}))") for j in optional
        )
        call = f"PREPARE({', '.join(args)})" if op.prepare else ""
        lines.append(f"    if {_all(conditions, same, known, ranks)}:")
        lines.append(run(f"{'*' + call if call else ', '.join(args)}", "        "))
        pair = len(joined) == 2 and not optional and not any(op.lists)
        if pair and op.to_float is False and not op.prepare:
            # a tensor or a variable with a Python number: the next best
            a, b = joined
            rest = [c for c in conditions if f"{c.of}_" not in joined]
            number = [_Condition(f"DTYPE_OF({a}) in DTYPES")] if op.to_number else []
            lines.append(f"    _pair = AS_PAIR({a[:-1]}, {b[:-1]})")
            lines.append("    if _pair is not None:")
            lines.append(f"        {a}, {b} = _pair")
            lines.append(f"        if {_all(number, rest, known, ranks)}:")
            lines.append(f"            return RUN({', '.join(args)})")
    lines.append(f"    return CONVERT_AND_CALL({', '.join(forwarded)})")
    number = dtypes.INTS | dtypes.INEXACT
    namespace: dict[str, Any] = {
        "TENSORS": native.TENSOR_TYPES,
        "DTYPE_OF": native.dtype_of_tensor,
        "RANK": native.ndim_of_tensor,
        "LISTS": (list, tuple),
        "VARIABLE": Variable,
        "READ": Variable.value.fget,
        "UNIFORM": _uniform,
        "INTS": dtypes.INTS,
        "DTYPES": dtypes.INEXACT if op.to_float else number,
        "AXIS": canonical_axis,
        "AXES": canonical_axes,
        "DTYPE_NAME": dtype_arg,
        "UNKNOWN": frozenset({Dim, KerasTensor}).isdisjoint,
        "AS_PAIR": native.match_pair,
        "PREPARE": op.prepare,
        "RUN": op.impl,
        "FITS": {p: option.fits for p, option in op.options.items()},
        "INFER": lambda *args: op.infer(args),
        "CONVERT_AND_CALL": op.call,
        "explain": explain,
        **defaults,
    }
    return compiled("operation", op.name, "\n".join(lines) + "\n", namespace)


def _all(*groups: Sequence[_Condition]) -> str:
    """All conditions of some groups as one."""
    return " and ".join(c.text for group in groups for c in group) or "True"
