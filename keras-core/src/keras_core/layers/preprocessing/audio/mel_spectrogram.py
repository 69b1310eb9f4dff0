"""Spectrograms on the mel scale."""

from typing import Any, Unpack

import numpy as np

from keras_core import ops
from keras_core.core.base.public import public
from keras_core.initializers.fourier import window_values
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.preprocessing.data_layer import DataLayer
from keras_core.typing import DTypeLike, LayerOptions, Tensor, TensorLike


@public("keras.layers.MelSpectrogram")
class MelSpectrogram(DataLayer):
    """The spectrogram of signals, at frequencies that are spaced as they are heard.

    Frames of the signal, centred and reflected at its ends, are transformed; the magnitudes are
    summed with triangular weights for each band of the mel scale, and given in decibels.

    Args:
        fft_length: Length of the Fourier transform, a positive int; 2048 by default.
        sequence_stride: Distance of the starts of two frames, a positive int; 512 by default.
        sequence_length: Length of the window, up to ``fft_length``, which is the default.
        window: What frames are multiplied by: ``"hann"``, the default, ``"hamming"``, an array of
            ``sequence_length`` numbers, or None.
        sampling_rate: Samples a second; 16000 by default.
        num_mel_bins: Number of bands, a positive int; 128 by default.
        min_freq: Lowest frequency, in hertz; 20 by default.
        max_freq: Highest frequency, in hertz; half of ``sampling_rate`` by default.
        power_to_db: Whether the results are in decibels; True by default.
        top_db: How far below the loudest of all the results decibels are cut off; 80 by default.
        mag_exp: Exponent of the magnitudes: 1 for amplitudes, 2, the default, for powers.
        min_power: Least value that is taken as it is in decibels; 1e-10 by default.
        ref_power: What 0 decibels are; its absolute value counts; 1 by default.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps)``, or ``(steps,)``.

    Output shape:
        ``(batch, num_mel_bins, frames)``, or ``(num_mel_bins, frames)``.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.MelSpectrogram(num_mel_bins=32, fft_length=256, sequence_stride=100)
    >>> keras.ops.shape(layer(keras.ops.ones((2, 1000))))
    (2, 32, 11)
    """

    _weightless = True

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: str | TensorLike | None = "hann",
        sampling_rate: int = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.fft_length = positive_int("fft_length", fft_length)
        self.sequence_stride = positive_int("sequence_stride", sequence_stride)
        self.sequence_length = positive_int("sequence_length", sequence_length or fft_length)
        if self.sequence_length > self.fft_length:
            raise ValueError(
                "`sequence_length` must not be greater than `fft_length`. Received: "
                f"sequence_length={sequence_length}, fft_length={fft_length}"
            )
        if isinstance(window, str) and window not in ("hann", "hamming"):
            raise ValueError(
                f"`window` must be 'hann', 'hamming', an array or None. Received: window={window!r}"
            )
        if not (isinstance(window, str) or window is None):
            window = window_values(window, self.sequence_length, periodic=False).tolist()
        self.window = window
        self.sampling_rate = sampling_rate
        self.num_mel_bins = positive_int("num_mel_bins", num_mel_bins)
        self.min_freq = min_freq
        self.max_freq = max_freq or int(sampling_rate / 2)
        if not 0 <= self.min_freq < self.max_freq:
            raise ValueError(
                "`min_freq` must be at least 0 and less than `max_freq`, which is half of "
                f"`sampling_rate` by default. Received: min_freq={min_freq}, "
                f"max_freq={max_freq}, sampling_rate={sampling_rate}"
            )
        self.power_to_db, self.top_db, self.mag_exp = power_to_db, top_db, mag_exp
        self.min_power, self.ref_power = min_power, ref_power
        self._bands = _mel_bands(
            self.num_mel_bins, self.fft_length // 2 + 1, sampling_rate, min_freq, self.max_freq
        )

    def call(self, inputs: TensorLike) -> Tensor:
        half = self.compute_dtype in ("float16", "bfloat16")
        dtype = "float32" if half else self.compute_dtype
        window = self.window
        if isinstance(window, list):
            window = ops.cast(window, dtype)
        real, imag = ops.stft(
            ops.cast(inputs, dtype), self.sequence_length, self.sequence_stride, self.fft_length,
            window,
        )  # fmt: skip
        power = ops.add(ops.square(real), ops.square(imag))
        x = power if self.mag_exp == 2 else ops.power(ops.sqrt(power), self.mag_exp)
        mels = ops.swapaxes(ops.matmul(x, ops.cast(self._bands, dtype)), -1, -2)
        return ops.cast(self._decibels(mels) if self.power_to_db else mels, self.compute_dtype)

    def _decibels(self, x: Any) -> Any:
        reference = max(abs(self.ref_power), self.min_power)
        x = ops.multiply(10.0, ops.log10(ops.maximum(x, self.min_power)))
        x = ops.subtract(x, 10.0 * float(np.log10(reference)))
        return ops.maximum(x, ops.subtract(ops.max(x), self.top_db))

    def linear_to_mel_weight_matrix(
        self,
        num_mel_bins: int = 20,
        num_spectrogram_bins: int = 129,
        sampling_rate: int = 8000,
        lower_edge_hertz: float = 125.0,
        upper_edge_hertz: float = 3800.0,
        dtype: DTypeLike = "float32",
    ) -> Tensor:
        """A matrix that sums up a spectrum by bands of the mel scale, with triangular weights.

        Args:
            num_mel_bins: Number of bands.
            num_spectrogram_bins: Number of frequencies, from 0 to half of ``sampling_rate``.
            sampling_rate: Samples a second.
            lower_edge_hertz: Where the first band begins.
            upper_edge_hertz: Where the last band ends.
            dtype: Its dtype.

        Returns:
            A tensor of shape ``(num_spectrogram_bins, num_mel_bins)``, for a product from the
            right. The first row is 0: a constant is not heard.
        """
        bands = _mel_bands(
            num_mel_bins, num_spectrogram_bins, sampling_rate, lower_edge_hertz, upper_edge_hertz
        )
        return ops.convert_to_tensor(bands, dtype)


def _mel_bands(
    bands: int, frequencies: int, sampling_rate: float, lowest: float, highest: float
) -> np.ndarray[Any, Any]:
    """What `MelSpectrogram.linear_to_mel_weight_matrix` gives, as an array."""
    places = _mels(np.linspace(0.0, sampling_rate / 2, frequencies)[1:, None])
    edges = np.linspace(_mels(lowest), _mels(highest), bands + 2)
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    up, down = (places - low) / (centre - low), (high - places) / (high - centre)
    return np.pad(np.maximum(0.0, np.minimum(up, down)), ((1, 0), (0, 0)))


def _mels(hertz: Any) -> Any:
    """Frequencies on the mel scale."""
    return 1127.0 * np.log1p(hertz / 700.0)
