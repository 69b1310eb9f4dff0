"""What a student is to learn from a teacher: its outputs, or what it computes on the way."""

from collections.abc import Callable, Mapping
from typing import Any

from keras_core import losses, ops
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.objects.serialization import serialize_keras_object
from keras_core.models.functional import Functional
from keras_core.models.model import Model
from keras_core.models.sequential import Sequential
from keras_core.typing import LossLike, Tensor, Tensors


@public("keras.distillation.DistillationLoss")
class DistillationLoss:
    """The base of what a `Distiller` minimises besides the student's own loss.

    A subclass defines `compute_loss`, and what `get_config` needs to make it again.

    Example:

    >>> import keras_core as keras
    >>> class Closest(keras.distillation.DistillationLoss):
    ...     def compute_loss(self, teacher_outputs, student_outputs, **kwargs):
    ...         return keras.ops.max(keras.ops.abs(teacher_outputs - student_outputs))
    >>> float(Closest().compute_loss(keras.ops.ones((2, 3)), keras.ops.zeros((2, 3))))
    1.0
    """

    def compute_loss(
        self, teacher_outputs: Tensors, student_outputs: Tensors, **kwargs: Any
    ) -> Tensor:
        """How far a student is from its teacher.

        Args:
            teacher_outputs: A nest of tensors.
            student_outputs: A nest of tensors.
            **kwargs: For subclasses.

        Returns:
            A scalar tensor.
        """
        raise NotImplementedError("Subclasses must implement the compute_loss method.")

    def validate_outputs(self, teacher_outputs: Tensors, student_outputs: Tensors) -> None:
        """Raise a `ValueError` for outputs that cannot be compared: nests of two structures."""
        tree.assert_same_structure(teacher_outputs, student_outputs)

    def validate_model_compatibility(self, teacher: Model, student: Model) -> None:
        """Raise a `ValueError` for models that this loss cannot be computed with."""


class _Compared(DistillationLoss):
    """Tensors of the teacher and the student, compared pair by pair.

    ``loss`` is the loss of each pair: a nest like the outputs, or one loss for all.
    """

    def __init__(self, loss: Any) -> None:
        self.loss = tree.map_structure(losses.get, loss)

    def _compare(self, teacher: Any, student: Any) -> Any:
        self.validate_outputs(teacher, student)
        given, held = tree.flatten(self.loss), tree.flatten(teacher)
        if not tree.is_nested(self.loss):
            given *= len(held)
        elif len(given) != len(held):
            raise ValueError(
                f"{type(self).__name__} has {len(given)} losses for {len(held)} outputs. Expected "
                "one loss, or a nest of losses like the outputs."
            )
        pairs = zip(given, held, tree.flatten(student), strict=True)
        values = [_mean_of(loss, t, s) for loss, t, s in pairs if loss is not None]
        total = values[0]
        for value in values[1:]:
            total = ops.add(total, value)
        return total

    def get_config(self) -> dict[str, Any]:
        """The losses."""
        return {"loss": tree.map_structure(serialize_keras_object, self.loss)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "_Compared":
        """An instance made with ``config``."""
        config = {**config}
        config["loss"] = _deserialized(config["loss"])
        return cls(**config)


def _mean_of(loss: Callable[..., Any], teacher: Any, student: Any) -> Any:
    return ops.mean(loss(teacher, student))


def _deserialized(loss: Any) -> Any:
    if isinstance(loss, dict) and "class_name" not in loss:
        return {name: _deserialized(value) for name, value in loss.items()}
    if isinstance(loss, (list, tuple)):
        return [_deserialized(value) for value in loss]
    return losses.deserialize(loss) if isinstance(loss, dict) else loss


@public("keras.distillation.LogitsDistillation")
class LogitsDistillation(_Compared):
    """The student is to give the outputs of the teacher, both divided by a temperature.

    Args:
        temperature: A positive number that the outputs of both are divided by. A larger one makes
            the differences between classes count less.
        loss: The loss between the two, by name, as a function or as a `Loss`; or a nest of losses
            like the outputs, in which None stands for outputs that do not count.

    Raises:
        ValueError: If the temperature is not positive, or there is no loss.

    Reference:
        [Hinton et al., 2015](https://arxiv.org/abs/1503.02531)

    Example:

    >>> import keras_core as keras
    >>> distance = keras.distillation.LogitsDistillation(temperature=2.0, loss="mse")
    >>> float(distance.compute_loss(keras.ops.ones((2, 3)), keras.ops.zeros((2, 3))))
    0.25
    """

    def __init__(
        self, temperature: float = 3.0, loss: LossLike | Mapping[str, Any] = "kl_divergence"
    ) -> None:
        if isinstance(temperature, bool) or not isinstance(temperature, (int, float)):
            raise ValueError(f"temperature must be a number, got {type(temperature)}")
        if not temperature > 0.0:
            raise ValueError(f"temperature must be positive. Received: temperature={temperature}")
        super().__init__(loss)
        if all(x is None for x in tree.flatten(self.loss)):
            raise ValueError("At least one loss must be non-`None`.")
        self.temperature = temperature

    def compute_loss(
        self, teacher_outputs: Tensors, student_outputs: Tensors, **kwargs: Any
    ) -> Tensor:
        """The sum over the outputs of the mean loss between both, divided by the temperature."""
        scale = lambda x: ops.divide(x, self.temperature)  # noqa: E731
        return self._compare(
            tree.map_structure(scale, teacher_outputs), tree.map_structure(scale, student_outputs)
        )

    def get_config(self) -> dict[str, Any]:
        """The temperature and the losses."""
        return {"temperature": self.temperature, **super().get_config()}


@public("keras.distillation.FeatureDistillation")
class FeatureDistillation(_Compared):
    """The student is to compute on the way what the teacher computes.

    Args:
        loss: The loss between the two, by name, as a function or as a `Loss`.
        teacher_layer_name: The layer of the teacher whose outputs are compared; by default the
            last one.
        student_layer_name: The layer of the student, likewise.

    Raises:
        ValueError: If there is no loss.

    Reference:
        [Romero et al., 2014](https://arxiv.org/abs/1412.6550)

    Example:

    >>> import keras_core as keras
    >>> features = keras.distillation.FeatureDistillation(
    ...     "mse", teacher_layer_name="hidden", student_layer_name="narrow"
    ... )
    >>> features.get_config()["teacher_layer_name"]
    'hidden'
    """

    def __init__(
        self,
        loss: LossLike | Mapping[str, Any] = "mse",
        teacher_layer_name: str | None = None,
        student_layer_name: str | None = None,
    ) -> None:
        super().__init__(loss)
        if all(x is None for x in tree.flatten(self.loss)):
            raise ValueError(
                "The `loss` argument in `FeatureDistillation` must contain at least one "
                "non-`None` value."
            )
        self.teacher_layer_name = teacher_layer_name
        self.student_layer_name = student_layer_name

    def compute_loss(
        self, teacher_outputs: Tensors, student_outputs: Tensors, **kwargs: Any
    ) -> Tensor:
        """The mean loss between the features of both, which have one shape."""
        return self._compare(teacher_outputs, student_outputs)

    def validate_model_compatibility(self, teacher: Model, student: Model) -> None:
        """Raise a `ValueError` if a model has no such layer, or does not name its layers."""
        for role, model, name in (
            ("teacher", teacher, self.teacher_layer_name),
            ("student", student, self.student_layer_name),
        ):
            if name is None:
                continue
            if not isinstance(model, (Functional, Sequential)):
                raise ValueError(
                    "FeatureDistillation with specific layer names requires Functional or "
                    f"Sequential models. The {role} model is a {type(model).__name__}, whose "
                    "layers have no symbolic outputs. Leave out the names of layers to compare "
                    "the outputs of the models, or use LogitsDistillation."
                )
            try:
                model.get_layer(name)
            except ValueError as error:
                raise ValueError(f"In {role} model: {error}") from None

    def get_config(self) -> dict[str, Any]:
        """The losses, and the names of the layers."""
        return {
            **super().get_config(),
            "teacher_layer_name": self.teacher_layer_name,
            "student_layer_name": self.student_layer_name,
        }
