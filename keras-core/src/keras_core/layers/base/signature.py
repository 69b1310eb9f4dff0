"""What the signature of a `call` says, read once for each class."""

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple


class CallSignature(NamedTuple):
    """The parameters of a `call`, and which of them a layer fills in itself."""

    parameters: tuple[str, ...]
    positional: int
    """How many of them, from the first, can be given by position."""

    training: int
    """The position of the parameter ``training``; -1 if there is none."""

    training_default: Any
    mask_arguments: dict[str, str]
    """The mask parameter of each tensor parameter that has one."""

    required: str
    """The first parameter, if it has no default."""

    @property
    def has_training(self) -> bool:
        """Whether `call` has a parameter ``training``."""
        return self.training >= 0

    @classmethod
    def of(cls, call: Callable[..., Any]) -> "CallSignature":
        """The signature of a `call`, as it stands in its class."""
        parameters = list(inspect.signature(call).parameters.values())[1:]
        names = [p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
        positional = sum(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters)
        masks_of = {}
        tensors_first = [n for n in names if n not in ("training", "mask")]
        for n in tensors_first:
            if f"{n}_mask" in names:
                masks_of[n] = f"{n}_mask"
        if tensors_first and "mask" in names and tensors_first[0] not in masks_of:
            masks_of[tensors_first[0]] = "mask"
        defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        return cls(
            parameters=tuple(names),
            positional=positional,
            training=names.index("training") if "training" in names else -1,
            training_default=defaults.get("training"),
            mask_arguments=masks_of,
            required=names[0] if names and names[0] not in defaults else "",
        )

    def by_name(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a call by name."""
        n = self.positional
        out = dict(zip(self.parameters[:n], args, strict=False))
        out.update({f"arg{i}": a for i, a in enumerate(args[n:])})  # *args
        out.update(kwargs)
        return out
