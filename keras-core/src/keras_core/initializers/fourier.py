"""Initializers of kernels that compute Fourier transforms."""

from typing import Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.initializers.base import Initializer
from keras_core.typing import Shaped, TensorLike

_WINDOWS = {"hann": np.hanning, "hamming": np.hamming}


@public("keras.initializers.STFT", "keras.initializers.STFTInitializer", "keras.initializers.stft")
class STFT(Initializer):
    """The kernel of a convolution that computes one part of a short-time Fourier transform.

    Args:
        side: Which part: ``"real"``, the default, or ``"imag"``.
        window: What frames are multiplied by: ``"hann"``, the default, ``"hamming"``, a name that
            `scipy.signal.get_window` knows, an array of the length of a frame, or None.
        scaling: ``"density"``, the default, for spectra whose squares are densities,
            ``"spectrum"`` for those whose squares are powers, or None. There is none without a
            window.
        periodic: Whether the window is a period of a periodic one, or symmetric, the default.

    Example:

    >>> import keras_core as keras
    >>> kernel = keras.initializers.STFT("imag")((256, 1, 129))
    >>> keras.ops.shape(kernel)
    (256, 1, 129)
    """

    def __init__(
        self,
        side: str = "real",
        window: str | TensorLike | None = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        if side not in ("real", "imag"):
            raise ValueError(f"`side` should be 'real' or 'imag'. Received: side={side!r}")
        self.side, self.window = side, checked_window(window, scaling)
        self.scaling, self.periodic = scaling, periodic

    def sample(self, shape: tuple[int, ...], dtype: str) -> Shaped:
        if len(shape) != 3:
            raise ValueError(
                "The STFT initializer makes kernels of shape (frame_length, channels, "
                f"frequencies). Received: shape={shape}"
            )
        length, channels, frequencies = shape
        angles = np.pi * np.outer(np.arange(length), np.arange(frequencies))
        angles /= max(frequencies - 1, 1)
        kernel = np.cos(angles) if self.side == "real" else -np.sin(angles)
        if self.window is not None:
            taper = window_values(self.window, length, self.periodic)
            if self.scaling == "density":
                taper = taper / np.sqrt(np.sum(taper**2))
            elif self.scaling == "spectrum":
                taper = taper / np.sum(taper)
            kernel = kernel * taper[:, None]
        return np.repeat(kernel[:, None], channels, 1)

    def get_config(self) -> dict[str, Any]:
        return {
            "side": self.side,
            "window": self.window,
            "periodic": self.periodic,
            "scaling": self.scaling,
        }


def checked_window(window: str | TensorLike | None, scaling: Any) -> Any:
    """A window by its name, or as a list of numbers; or None.

    Raises:
        ValueError: If there is no such window, or no such scaling.
    """
    if scaling not in (None, "density", "spectrum"):
        raise ValueError(
            f"`scaling` must be None, 'density' or 'spectrum'. Received: scaling={scaling!r}"
        )
    if isinstance(window, str):
        window_values(window, 4, periodic=False)
        return window
    return None if window is None else np.asarray(window, "float64").tolist()


def window_values(
    window: str | TensorLike | None, length: int, periodic: bool
) -> np.ndarray[Any, Any]:
    """The values of a window of a length.

    Args:
        window: Its name, or the values themselves.
        length: How many values.
        periodic: Whether a window that is named is a period of a periodic one.

    Raises:
        ValueError: If there is no window of that name, or there are more or fewer values.
    """
    if not isinstance(window, str):
        values = np.asarray(window, "float64")
        if values.shape != (length,):
            raise ValueError(
                f"`window` must be a name, or {length} numbers, as many as the frame has. "
                f"Received: an array of shape {values.shape}"
            )
        return values
    if window in _WINDOWS:
        return _WINDOWS[window](length + periodic)[:length]
    try:
        from scipy import signal
    except ImportError as e:
        raise ValueError(
            f"The window {window!r} is one of SciPy's, which is not installed: "
            "pip install \"keras-core[audio]\". Without it, there are 'hann' and 'hamming'."
        ) from e
    try:
        return np.asarray(signal.get_window(window, length, fftbins=periodic))
    except ValueError as e:
        raise ValueError(
            f"`window` must be 'hann', 'hamming' or a name that `scipy.signal.get_window` knows. "
            f"Received: window={window!r}"
        ) from e
