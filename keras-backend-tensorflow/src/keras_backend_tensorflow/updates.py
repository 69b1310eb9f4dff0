"""Optimizer steps: one kernel for each variable instead of a dozen."""

from collections.abc import Sequence
from typing import Any

from keras_backend_tensorflow._engine import raw, tf


def adam_update(
    params: Sequence[Any],
    grads: Sequence[Any],
    m: Sequence[Any],
    v: Sequence[Any],
    vhat: Sequence[Any],
    step: Any,
    learning_rate: Any,
    beta_1: float,
    beta_2: float,
    epsilon: float,
    weight_decay: Any,
    amsgrad: bool,
) -> None:
    if not isinstance(weight_decay, list):
        weight_decay = [weight_decay] * len(params)
    powers = tf.pow(beta_1, step), tf.pow(beta_2, step)
    for i, (p, g, rate) in enumerate(zip(params, grads, weight_decay, strict=True)):
        numbers = [tf.cast(n, p.dtype) for n in (*powers, learning_rate, beta_1, beta_2, epsilon)]
        if rate:
            p.assign_sub(p * tf.cast(learning_rate * rate, p.dtype), read_value=False)
        names = "beta1_power beta2_power lr beta1 beta2 epsilon".split()
        settings = dict(zip(names, numbers, strict=True))
        state = {"var": p.handle, "m": m[i].handle, "v": v[i].handle}
        if amsgrad:
            raw.ResourceApplyAdamWithAmsgrad(**state, vhat=vhat[i].handle, **settings, grad=g)
        else:
            raw.ResourceApplyAdam(**state, **settings, grad=g)


def sgd_update(
    params: Sequence[Any],
    grads: Sequence[Any],
    momenta: Sequence[Any],
    learning_rate: Any,
    momentum: float,
    nesterov: bool,
) -> None:
    for i, (p, g) in enumerate(zip(params, grads, strict=True)):
        rate = tf.cast(learning_rate, p.dtype)
        if momenta:
            raw.ResourceApplyKerasMomentum(
                var=p.handle,
                accum=momenta[i].handle,
                lr=rate,
                grad=g,
                momentum=tf.cast(momentum, p.dtype),
                use_nesterov=nesterov,
            )
        else:
            raw.ResourceApplyGradientDescent(var=p.handle, alpha=rate, delta=g)
