"""Strings on the host: each different one is made bytes once."""

import numpy as np
import pytest

from keras_core.data import texts
from keras_core.data.texts import as_bytes, distinct

RNG = np.random.default_rng(0)
LETTERS = {"ascii": "abc", "more": "aäß€", "beyond": "a😀\U0010ffff"}


def strings(letters, longest, count):
    return ["".join(RNG.choice(list(letters), RNG.integers(longest + 1))) for _ in range(count)]


def check(x):
    values, places = distinct(x)
    assert [values[i] for i in places] == as_bytes(x)
    return values


@pytest.mark.parametrize("count", [0, 5, 600])
@pytest.mark.parametrize("longest", [2, 7, 8, 9, 40])
@pytest.mark.parametrize("letters", LETTERS)
def test_each_element_is_one_of_the_different_ones(letters, longest, count):
    given = strings(LETTERS[letters], longest, count)
    plain = np.array(given, dtype=None if given else "U")
    forms = [plain, np.array(given, object), np.array([v.encode() for v in given], object)]
    forms += [plain.reshape(-1, 5), plain[::-1]] if count else []
    if letters == "ascii":
        forms.append(plain.astype("S"))
    for x in forms:
        values = check(x)
        if count > 512 and longest == 2:
            assert len(values) == len(set(values)) < 100


def test_numbers_and_what_is_no_string():
    check(RNG.integers(-5, 5, 1000))
    for bad in (None, 1.5, [1]):
        x = np.empty(600, object)
        x[:] = "a"
        x[7] = bad
        with pytest.raises(ValueError, match="Expected strings"):
            distinct(x)


def test_strings_that_share_a_key_or_a_place(monkeypatch):
    monkeypatch.setattr(texts, "_ODD", np.uint64(0))
    check(np.array([f"{i % 70:012}" for i in range(2000)]))
    check(np.array([f"{i % 70}" for i in range(2000)]))
