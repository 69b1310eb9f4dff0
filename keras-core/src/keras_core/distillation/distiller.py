"""A student that learns from its data and from a teacher."""

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

from keras_core import metrics, ops
from keras_core.core.base import tree
from keras_core.core.base.public import public
from keras_core.core.objects.serialization import (
    deserialize_keras_object,
    serialize_keras_object,
)
from keras_core.distillation.losses import DistillationLoss, FeatureDistillation
from keras_core.models.model import Model
from keras_core.optimizers import Optimizer
from keras_core.typing import (
    Config,
    CustomObjects,
    Data,
    LossLike,
    MetricsLike,
    OptimizerName,
    Tensor,
    Tensors,
    UnnamedLayerOptions,
)


@public("keras.distillation.Distiller")
class Distiller(Model):
    """A student, trained on its data and by a teacher whose weights stay as they are.

    What is minimised is ``student_loss_weight`` times the loss of the student on the data, plus
    what is left to 1 times the sum of the distillation losses. The model predicts what the student
    predicts; ``distiller.student`` is what to save and to serve.

    Args:
        teacher: A trained model. It is frozen.
        student: A model with inputs and outputs of the same shapes.
        distillation_losses: What the student is to learn from the teacher: one or a list of
            `LogitsDistillation`, `FeatureDistillation` or instances of your own class.
        distillation_loss_weights: What each of them is multiplied by; 1 by default.
        student_loss_weight: The weight of the loss on the data, between 0 and 1.
        name: A name.
        **kwargs: For `Model`.

    Raises:
        ValueError: If the models do not fit each other or the losses.

    Reference:
        [Hinton et al., 2015](https://arxiv.org/abs/1503.02531)

    Example:

    >>> import numpy as np, keras_core as keras
    >>> teacher = keras.Sequential(
    ...     [keras.Input((4,)), keras.layers.Dense(16), keras.layers.Dense(3)]
    ... )
    >>> student = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    >>> distiller = keras.distillation.Distiller(
    ...     teacher, student, keras.distillation.LogitsDistillation(loss="mse")
    ... )
    >>> distiller.predict(np.ones((2, 4)), verbose=0).shape
    (2, 3)
    """

    _computed: tuple[Any, Any] | None
    """The outputs and the features of the last call, for the loss of the same step."""

    def __init__(
        self,
        teacher: Model,
        student: Model,
        distillation_losses: DistillationLoss | Sequence[DistillationLoss] | None,
        distillation_loss_weights: Sequence[float] | None = None,
        student_loss_weight: float = 0.5,
        name: str = "distiller",
        **kwargs: Unpack[UnnamedLayerOptions],
    ) -> None:
        super().__init__(name=name, **kwargs)
        for role, model in (("Teacher", teacher), ("Student", student)):
            if not isinstance(model, Model):
                raise ValueError(f"{role} must be a keras.Model, got {type(model)}")
        if distillation_losses is None:
            raise ValueError(
                "'distillation_losses' cannot be `None`. Provide a distillation loss (e.g., "
                "LogitsDistillation or FeatureDistillation) or a list of distillation losses."
            )
        held: list[Any] = tree.flatten(distillation_losses)
        strange = [x for x in held if not isinstance(x, DistillationLoss)]
        if strange or not held:
            raise ValueError(
                "`distillation_losses` must be one or more instances of DistillationLoss, such as "
                f"LogitsDistillation(). Received: {distillation_losses!r}"
            )
        weights = distillation_loss_weights
        if weights is None:
            weights = [1.0] * len(held)
        elif isinstance(weights, (int, float)):
            weights = [float(weights)]
        if len(weights) != len(held):
            raise ValueError(
                f"Number of distillation_loss_weights ({len(weights)}) must match number of "
                f"distillation_losses ({len(held)})"
            )
        if not 0.0 <= student_loss_weight <= 1.0:
            raise ValueError(
                f"student_loss_weight must be between 0.0 and 1.0, got {student_loss_weight}"
            )
        _check_shapes(teacher, student)
        for loss in held:
            loss.validate_model_compatibility(teacher, student)

        self.teacher = teacher
        self.student = student
        teacher.trainable = False
        self.distillation_losses = held
        self.distillation_loss_weights = list(weights)
        self.student_loss_weight = student_loss_weight
        self._teacher_feature_extractor = _extractor(teacher, [_names_of(loss)[0] for loss in held])
        self._student_feature_extractor = _extractor(student, [_names_of(loss)[1] for loss in held])
        self._keep(_computed=None)
        self.student_loss_tracker = metrics.Mean(name="student_loss")
        self.distillation_loss_tracker = metrics.Mean(name="distillation_loss")
        self.total_loss_tracker = metrics.Mean(name="total_loss")

    def compile(
        self,
        optimizer: Optimizer | OptimizerName | str | Config | None = "adam",
        loss: LossLike | Mapping[str, Any] = None,
        metrics: MetricsLike = None,
        **kwargs: Any,
    ) -> None:
        """Say how to train.

        Args:
            optimizer: An optimizer, its name or config.
            loss: The loss of the student on the data.
            metrics: Metrics of the student.
            **kwargs: For `Model.compile`.

        Raises:
            ValueError: If there is no loss.
        """
        if loss is None:
            raise ValueError("'loss' cannot be `None`.")
        super().compile(optimizer=optimizer, loss=loss, metrics=metrics, **kwargs)

    def call(self, inputs: Tensors, training: bool | None = None, **kwargs: Any) -> Any:
        """What the student gives."""
        if self._student_feature_extractor is None:
            return self.student(inputs, training=training, **kwargs)
        outputs, features = self._student_feature_extractor(inputs, training=training)
        self._keep(_computed=(outputs, features))
        return outputs

    def compute_loss(
        self,
        x: Data = None,
        y: Data = None,
        y_pred: Data = None,
        sample_weight: Data = None,
        training: bool = True,
    ) -> Tensor:
        """The weighted sum of the loss on the data and of the distillation losses.

        Args:
            x: The inputs, a nest of tensors.
            y: The targets.
            y_pred: What `call` gave for ``x``.
            sample_weight: The weights of the samples in the loss on the data.
            training: Whether the student is being trained.

        Returns:
            A scalar tensor.
        """
        weight = self.student_loss_weight
        # What does not count is not computed, and reported as 0.
        own: Any = 0.0
        taught: Any = 0.0
        if weight > 0.0:
            own = super().compute_loss(x, y, y_pred, sample_weight, training)
        if weight < 1.0:
            taught = self._distillation_loss(x, y_pred, training)
        total = ops.add(ops.multiply(weight, own), ops.multiply(1.0 - weight, taught))
        self.student_loss_tracker.update_state(own)
        self.distillation_loss_tracker.update_state(taught)
        self.total_loss_tracker.update_state(total)
        return total

    def _distillation_loss(self, x: Any, y_pred: Any, training: bool) -> Any:
        extract = self._teacher_feature_extractor
        given = self.teacher(x, training=False) if extract is None else extract(x, training=False)
        teacher, teacher_features = (given, {}) if extract is None else given
        student, student_features = y_pred, {}
        if (again := self._student_feature_extractor) is not None:
            computed = self._computed
            self._keep(_computed=None)
            if computed is None or not _same(computed[0], y_pred):
                computed = again(x, training=training)
            student, student_features = computed
        values = []
        for loss, weight in zip(
            self.distillation_losses, self.distillation_loss_weights, strict=True
        ):
            first, second = _names_of(loss)
            t = teacher if first is None else teacher_features[first]
            s = student if second is None else student_features[second]
            values.append(ops.multiply(weight, loss.compute_loss(ops.stop_gradient(t), s)))
        return sum(values[1:], values[0])

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile with what `get_compile_config` returned; files of Keras lack the loss."""
        if config.get("loss") is not None:
            self.compile(**deserialize_keras_object(config))
            self.optimizer.build(self.trainable_variables)

    def get_config(self) -> dict[str, Any]:
        """The models, the losses and their weights."""
        return {
            **super().get_config(),
            "teacher": serialize_keras_object(self.teacher),
            "student": serialize_keras_object(self.student),
            "distillation_losses": [serialize_keras_object(x) for x in self.distillation_losses],
            "distillation_loss_weights": self.distillation_loss_weights,
            "student_loss_weight": self.student_loss_weight,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: CustomObjects | None = None
    ) -> "Distiller":
        """An instance made with ``config``."""
        config = {**config}
        for name in ("teacher", "student"):
            config[name] = deserialize_keras_object(config[name], custom_objects=custom_objects)
        config["distillation_losses"] = [
            deserialize_keras_object(x, custom_objects=custom_objects)
            for x in config["distillation_losses"]
        ]
        return cls(**config)


def _same(a: Any, b: Any) -> bool:
    return all(x is y for x, y in zip(tree.flatten(a), tree.flatten(b), strict=True))


def _names_of(loss: DistillationLoss) -> tuple[str | None, str | None]:
    """The layers of the teacher and of the student that a loss compares; None for the outputs."""
    if isinstance(loss, FeatureDistillation):
        return loss.teacher_layer_name, loss.student_layer_name
    return None, None


def _extractor(model: Any, names: Sequence[str | None]) -> Any:
    """The outputs of a model and, by name, of some of its layers; None if none are wanted."""
    wanted = [name for name in names if name is not None]
    if not wanted:
        return None
    features = {name: model.get_layer(name).output for name in dict.fromkeys(wanted)}
    return Model(model.input, (model.output, features))


def _check_shapes(teacher: Model, student: Model) -> None:
    """Models with a graph are compared ahead of the first batch."""
    for what in ("input", "output"):
        shapes = []
        for model in (teacher, student):
            nest = getattr(model, f"{what}s", None)
            if not nest:
                return
            shapes.append([x.shape for x in nest])
        mine, other = shapes
        fits = len(mine) == len(other) and all(
            len(a) == len(b) and all(None in (m, n) or m == n for m, n in zip(a, b, strict=True))
            for a, b in zip(mine, other, strict=True)
        )
        if not fits:
            shown = [s[0] if len(s) == 1 else s for s in shapes]
            raise ValueError(
                f"Teacher and student {what} shapes are incompatible. Teacher: {shown[0]}, "
                f"Student: {shown[1]}. All dimensions must match."
            )
