"""Which values the hyperparameters of optimizers can have, by their names."""

import math
from typing import Any

import numpy as np

_FROM_0 = (0.0, math.inf)
_SHARE = (0.0, 1.0)
_RANGES = {
    "learning_rate": _FROM_0,
    "weight_decay": _FROM_0,
    "epsilon": _FROM_0,
    "clipnorm": _FROM_0,
    "clipvalue": _FROM_0,
    "global_clipnorm": _FROM_0,
    "loss_scale_factor": _FROM_0,
    "momentum": _SHARE,
    "ema_momentum": _SHARE,
    "rho": _SHARE,
    "beta_1": _SHARE,
    "beta_2": _SHARE,
}


def check_hyperparameter(owner: Any, name: str, value: Any) -> None:
    """Refuse a number that an attribute of an optimizer cannot mean.

    Args:
        owner: The optimizer.
        name: The name of the attribute. One that is not known here may be any number but NaN.
        value: What it is set to; only numbers of Python and NumPy are looked at.

    Raises:
        ValueError: If it is NaN, or out of range.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        return
    low, high = _RANGES.get(name, (-math.inf, math.inf))
    is_bounded = name != "learning_rate" or math.isfinite(value)
    if not (low <= value <= high and is_bounded):
        limits = f"from {low:g} to {high:g}" if high < math.inf else f"of {low:g} or more"
        wanted = f"a finite number {limits}" if name in _RANGES else "a number"
        raise ValueError(
            f"`{name}` of {type(owner).__name__} must be {wanted}. Received: {name}={value!r}"
        )
