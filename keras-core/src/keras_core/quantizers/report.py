"""What the quantisation of a model did, layer by layer."""

from typing import Final

from keras_core.core.base.public import public


@public("keras.quantizers.QuantizationReport")
class QuantizationReport:
    """Which layers of a model were quantised, and why others were not.

    `keras.Model.quantize` makes one, and `keras.Model.quantization_summary` shows it.

    Args:
        mode: The name of the way to quantise; unknown by default.

    Example:

    >>> import keras_core as keras
    >>> report = keras.quantizers.QuantizationReport("int8")
    >>> report.add_quantized("model/dense", "int8", "int8")
    >>> report.add_skipped("model/conv", report.SKIP_NO_SUPPORT)
    >>> print(report.render())
    Quantization to int8: 1 layer quantized, 1 skipped.
      quantized (int8): model/dense
      skipped (no support for this mode): model/conv
    """

    SKIP_ALREADY_QUANTIZED: Final = "already quantized"
    SKIP_FILTERED: Final = "left out by the filters"
    SKIP_NO_SUPPORT: Final = "no support for this mode"
    SKIP_OUTSIDE_STRUCTURE: Final = "outside of the quantization structure"

    def __init__(self, mode: str | None = None) -> None:
        self.mode = mode
        self.quantized: list[tuple[str, str, str]] = []
        self.skipped: list[tuple[str, str]] = []

    def add_quantized(self, path: str, mode: str, scheme: str) -> None:
        """Note that a layer was quantised.

        Args:
            path: The path of the layer.
            mode: The name of the way to quantise.
            scheme: The mode with its options, such as ``"int4/128"``.
        """
        self.quantized.append((path, mode, scheme))

    def add_skipped(self, path: str, reason: str) -> None:
        """Note that a layer was left as it is.

        Args:
            path: The path of the layer.
            reason: One of the reasons above, or another text.
        """
        self.skipped.append((path, reason))

    @property
    def num_quantized(self) -> int:
        """How many layers were quantised."""
        return len(self.quantized)

    @property
    def num_skipped(self) -> int:
        """How many layers were left as they are."""
        return len(self.skipped)

    def skipped_by_reason(self, reason: str) -> list[str]:
        """The paths of the layers that were left for a reason.

        Args:
            reason: The reason.
        """
        return [path for path, why in self.skipped if why == reason]

    def summary_warning(self, max_examples: int = 5) -> str | None:
        """A text that says which layers cannot be quantised; None if there are none.

        Args:
            max_examples: How many of them it names; 5 by default.
        """
        paths = self.skipped_by_reason(self.SKIP_NO_SUPPORT)
        if not paths:
            return None
        named = ", ".join(paths[:max_examples])
        more = f", and {len(paths) - max_examples} more" if len(paths) > max_examples else ""
        layers = "1 layer has" if len(paths) == 1 else f"{len(paths)} layers have"
        return (
            f"{layers} weights that cannot be quantized to {self.mode}, and stay as they are: "
            f"{named}{more}"
        )

    def render(self) -> str:
        """The report as text: a line for each layer."""
        layers = "1 layer" if self.num_quantized == 1 else f"{self.num_quantized} layers"
        lines = [
            f"Quantization to {self.mode}: {layers} quantized, {self.num_skipped} skipped.",
            *(f"  quantized ({scheme}): {path}" for path, _, scheme in self.quantized),
            *(f"  skipped ({reason}): {path}" for path, reason in self.skipped),
        ]
        return "\n".join(lines)
