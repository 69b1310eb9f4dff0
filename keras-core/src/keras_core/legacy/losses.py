"""Names that losses and metrics had in Keras 2."""

from keras_core import losses
from keras_core.core.base.legacy import legacy

legacy(
    "keras.losses.KLD",
    "keras.losses.kld",
    "keras.losses.kullback_leibler_divergence",
    "keras.metrics.KLD",
    "keras.metrics.kld",
    "keras.metrics.kullback_leibler_divergence",
    today="`keras.losses.kl_divergence`",
)(losses.kl_divergence)
legacy(
    "keras.losses.MAE",
    "keras.losses.mae",
    "keras.metrics.MAE",
    "keras.metrics.mae",
    today="`keras.losses.mean_absolute_error`",
)(losses.mean_absolute_error)
legacy(
    "keras.losses.MAPE",
    "keras.losses.mape",
    "keras.metrics.MAPE",
    "keras.metrics.mape",
    today="`keras.losses.mean_absolute_percentage_error`",
)(losses.mean_absolute_percentage_error)
legacy(
    "keras.losses.MSE",
    "keras.losses.mse",
    "keras.metrics.MSE",
    "keras.metrics.mse",
    today="`keras.losses.mean_squared_error`",
)(losses.mean_squared_error)
legacy(
    "keras.losses.MSLE",
    "keras.losses.msle",
    "keras.metrics.MSLE",
    "keras.metrics.msle",
    today="`keras.losses.mean_squared_logarithmic_error`",
)(losses.mean_squared_logarithmic_error)
legacy("keras.losses.logcosh", "keras.metrics.logcosh", today="`keras.losses.log_cosh`")(
    losses.log_cosh
)


@legacy("keras.losses.Reduction", today='strings: `reduction="sum"`')
class Reduction:
    """The ways to put the values of a loss together."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of them."""
        return (cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE)

    @classmethod
    def validate(cls, key: str) -> None:
        """Raise a ValueError for what is none of them."""
        if key not in cls.all():
            raise ValueError(f"Invalid Reduction Key: {key}. Expected keys are {cls.all()}")
