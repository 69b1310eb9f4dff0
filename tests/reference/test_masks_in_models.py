"""Masks that travel through models: what is computed, and what losses and metrics make of it."""

from pathlib import Path

import numpy as np
import pytest
from blackbox import real_keras, scaled

import keras_core as keras

pytestmark = pytest.mark.interop

PROGRAM = Path(__file__).with_name("masks_program.py").read_text()


@pytest.mark.filterwarnings("ignore")
def test_masks_travel_as_in_keras():
    seeds = range(scaled(40))
    wanted = real_keras(f"{PROGRAM}\nprobes(keras, seeds)", seeds=list(seeds))
    scope = {}
    exec(compile(PROGRAM, "masks_program.py", "exec"), scope)
    found = scope["probes"](keras, seeds)
    compared = 0
    for seed in seeds:
        if isinstance(wanted[seed], str):
            continue
        compared += 1
        assert not isinstance(found[seed], str), f"seed {seed}: {found[seed]}"
        np.testing.assert_allclose(
            found[seed]["outputs"],
            wanted[seed]["outputs"],
            rtol=1e-3,
            atol=1e-4,
            err_msg=f"seed {seed}",
        )
        assert found[seed]["logs"] == pytest.approx(wanted[seed]["logs"], rel=1e-3, abs=1e-4), seed
    assert compared > 0.9 * len(seeds)
