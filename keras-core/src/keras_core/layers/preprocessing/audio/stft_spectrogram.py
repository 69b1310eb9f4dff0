"""Spectrograms by a convolution."""

from typing import Any, Unpack

from keras_core import initializers, ops
from keras_core.core.base import config
from keras_core.core.base.public import public
from keras_core.initializers.fourier import checked_window
from keras_core.layers.base.arguments import positive_int
from keras_core.layers.base.input_spec import InputSpec
from keras_core.layers.base.layer import Layer
from keras_core.typing import LayerOptions, Shape, Tensor, TensorLike

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


@public("keras.layers.STFTSpectrogram")
class STFTSpectrogram(Layer):
    """The spectrogram of signals, by a convolution whose kernels can be trained.

    They begin as those of the short-time Fourier transform; with ``trainable=False`` they stay so.

    Args:
        mode: What is given of each frequency: ``"log"``, the default, the logarithm of the
            magnitude; ``"magnitude"``; ``"psd"``, the one-sided power spectral density;
            ``"real"`` or ``"imag"``, one part; ``"angle"``, the phase; ``"stft"``, both parts, as
            twice as many channels.
        frame_length: Length of a frame, a positive int; 256 by default.
        frame_step: Distance of the starts of two frames, from 1 to ``frame_length``; half of it by
            default.
        fft_length: Length of the transform, at least ``frame_length``; the next power of 2 by
            default.
        window: What frames are multiplied by: ``"hann"``, the default, ``"hamming"``, a name that
            `scipy.signal.get_window` knows, an array of ``frame_length`` numbers, or None.
        periodic: Whether the window is a period of a periodic one; False by default: symmetric.
        scaling: ``"density"``, the default, ``"spectrum"`` or None: how the window is scaled; see
            `keras.initializers.STFT`.
        padding: ``"valid"``, the default, or ``"same"``.
        expand_dims: Whether frequencies and channels are two axes, or, by default, one.
        data_format: ``"channels_last"`` or ``"channels_first"``; by default that of
            `keras.config.image_data_format`.
        **kwargs: Arguments of every layer, such as ``name`` and ``dtype``; see `Layer`.

    Input shape:
        ``(batch, steps, channels)``, or with the channels first.

    Output shape:
        ``(batch, frames, channels * frequencies)``, or with that first; if ``expand_dims``,
        ``(batch, frames, frequencies, channels)``, or ``(batch, channels, frames, frequencies)``.
        There are ``fft_length // 2 + 1`` frequencies.

    Example:

    >>> import keras_core as keras
    >>> layer = keras.layers.STFTSpectrogram(frame_length=16, expand_dims=True)
    >>> keras.ops.shape(layer(keras.ops.ones((2, 64, 1))))
    (2, 7, 9, 1)
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: str | TensorLike | None = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        if mode not in _MODES:
            raise ValueError(f"`mode` must be one of {_MODES}. Received: mode={mode!r}")
        if padding not in ("valid", "same"):
            raise ValueError(f"`padding` must be 'valid' or 'same'. Received: padding={padding!r}")
        length = positive_int("frame_length", frame_length)
        if frame_step is not None and positive_int("frame_step", frame_step) > length:
            raise ValueError(
                "`frame_step` must not be greater than `frame_length`. Received: "
                f"frame_step={frame_step}, frame_length={frame_length}"
            )
        if fft_length is not None and positive_int("fft_length", fft_length) < length:
            raise ValueError(
                "`fft_length` must not be less than `frame_length`. Received: "
                f"fft_length={fft_length}, frame_length={frame_length}"
            )
        self.mode = mode
        self.frame_length, self.frame_step, self.fft_length = frame_length, frame_step, fft_length
        self.window = checked_window(window, scaling)
        self.periodic, self.scaling = periodic, scaling
        self.padding, self.expand_dims = padding, expand_dims
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=3)

    def build(self, input_shape: Shape) -> None:
        length = self.fft_length or 1 << (self.frame_length - 1).bit_length()
        shape = (self.frame_length, 1, length // 2 + 1)
        self.real_kernel = self.imag_kernel = None
        for side in ("real", "imag"):
            if self.mode in ("real", "imag") and self.mode != side:
                continue
            initializer = initializers.STFT(side, self.window, self.scaling, self.periodic)
            kernel = self.add_weight(shape, initializer, name=f"{side}_kernel")
            setattr(self, f"{side}_kernel", kernel)

    def call(self, inputs: TensorLike) -> Tensor:
        x = ops.cast(inputs, self.compute_dtype)
        if self.data_format == "channels_last":
            x = ops.transpose(x, (0, 2, 1))
        batch, channels, steps = ops.shape(x)
        x = ops.reshape(x, (batch * channels, steps, 1))
        parts = [
            ops.conv(x, kernel, self.frame_step or self.frame_length // 2, self.padding,
                     "channels_last")
            for kernel in (self.real_kernel, self.imag_kernel)
            if kernel is not None
        ]  # fmt: skip
        y = self._spectrum(*parts)
        frames, frequencies = ops.shape(y)[1:]
        y = ops.reshape(y, (batch, channels, frames, frequencies))
        first = self.data_format == "channels_first"
        if self.expand_dims:
            return y if first else ops.transpose(y, (0, 2, 3, 1))
        y = ops.transpose(y, (0, 1, 3, 2) if first else (0, 2, 1, 3))
        flat = channels * frequencies
        return ops.reshape(y, (batch, flat, frames) if first else (batch, frames, flat))

    def _spectrum(self, *parts: Any) -> Any:
        """What the mode asks for of the real and the imaginary part, or of the only one."""
        if len(parts) == 1:
            return parts[0]
        real, imag = parts
        if self.mode == "stft":
            return ops.concatenate([real, imag], axis=-1)
        if self.mode == "angle":
            return ops.arctan2(imag, real)
        power = ops.add(ops.square(real), ops.square(imag))
        if self.mode == "psd":
            # all frequencies but the first and the last stand for their negatives, too
            twice = [1.0, *[2.0] * (power.shape[-1] - 2), 1.0][: power.shape[-1]]
            return ops.multiply(power, ops.cast(twice, ops.dtype(power)))
        magnitude = ops.sqrt(ops.maximum(power, 1e-7))
        return ops.log(magnitude) if self.mode == "log" else magnitude
