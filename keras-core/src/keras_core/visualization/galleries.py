"""Galleries of pictures: `keras.visualization.plot_*`. They need matplotlib."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.core.base.public import public
from keras_core.core.tensors import native
from keras_core.typing import FilePath, TensorLike
from keras_core.visualization.drawing import (
    as_pictures,
    draw_bounding_boxes,
    draw_segmentation_masks,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError(
            "Galleries are drawn by matplotlib, which is not installed: "
            "pip install 'keras-core[visualization]'"
        ) from error
    return pyplot


def _named(labels: Any, i: int, names: Mapping[int, str] | None) -> str:
    label = native.to_numpy(labels)[i].item()
    return str(label if names is None else names[int(label)])


@public("keras.visualization.plot_image_gallery")
def plot_image_gallery(
    images: TensorLike,
    y_true: TensorLike | Mapping[str, Any] | None = None,
    y_pred: TensorLike | Mapping[str, Any] | None = None,
    label_map: Mapping[int, str] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    value_range: tuple[float, float] = (0, 255),
    scale: float = 2,
    path: FilePath | None = None,
    show: bool | None = None,
    transparent: bool = True,
    dpi: int = 60,
    legend_handles: Sequence[Any] | None = None,
    data_format: str | None = None,
) -> "Figure | None":
    """Shows pictures in rows and columns.

    Args:
        images: Pictures of shape ``(batch, height, width, channels)``.
        y_true: The class of each, written below it. None by default.
        y_pred: The class that was predicted for each, green if it is right and red if not. None by
            default.
        label_map: Names of classes by number; by default the number is written.
        rows: Number of rows; by default as many as are needed.
        cols: Number of columns; by default about as many as rows.
        value_range: The values of black and of white; ``(0, 255)`` by default.
        scale: Size of a picture in inches; 2 by default.
        path: Path of a file for the gallery. By default there is none.
        show: Whether the gallery is shown; by default if there is no path.
        transparent: Whether the background in the file is transparent; True by default.
        dpi: Dots per inch in the file; 60 by default.
        legend_handles: Handles of matplotlib for a legend. None by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; `image_data_format()` by default.

    Returns:
        The figure of matplotlib, unless it was shown or saved.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If there is a path although the gallery is to be shown.

    Example:

    ```python
    import keras_core as keras

    keras.visualization.plot_image_gallery(images, rows=2, cols=3, value_range=(0, 255))
    ```
    """
    if path is not None and show:
        raise ValueError(
            "`plot_image_gallery` expects either `path` to be set, or `show` to be True. "
            f"Received: path={path!r} and show={show}"
        )
    pictures = as_pictures(images, data_format, value_range)
    pyplot = _pyplot()
    count = len(pictures)
    cols = cols or (-(-count // rows) if rows else int(np.ceil(np.sqrt(count))))
    rows = rows or -(-count // cols)
    figure, axes = pyplot.subplots(
        rows, cols, figsize=(cols * scale, rows * scale * 1.1), squeeze=False, layout="tight"
    )
    for i, place in enumerate(axes.flat):
        place.axis("off")
        if i >= count:
            continue
        place.imshow(pictures[i].squeeze(), cmap="gray" if pictures.shape[-1] == 1 else None)
        lines, color = [], "black"
        if y_true is not None:
            lines.append(_named(y_true, i, label_map))
        if y_pred is not None:
            lines.append(f"pred: {_named(y_pred, i, label_map)}")
            if y_true is not None:
                right = _named(y_true, i, None) == _named(y_pred, i, None)
                color = "green" if right else "red"
        place.set_title("\n".join(lines), color=color, fontsize=9)
    if legend_handles is not None:
        figure.legend(handles=list(legend_handles), loc="lower center")
    if path is None and not show and show is not None:
        return figure
    if path is not None:
        figure.savefig(path, transparent=transparent, dpi=dpi)
    else:
        pyplot.show()
    pyplot.close(figure)
    return None


@public("keras.visualization.plot_bounding_box_gallery")
def plot_bounding_box_gallery(
    images: TensorLike,
    bounding_box_format: str,
    y_true: Mapping[str, Any] | None = None,
    y_pred: Mapping[str, Any] | None = None,
    value_range: tuple[float, float] = (0, 255),
    true_color: tuple[int, int, int] = (0, 188, 212),
    pred_color: tuple[int, int, int] = (255, 235, 59),
    line_thickness: int = 2,
    font_scale: float = 1.0,
    text_thickness: int | None = None,
    class_mapping: Mapping[int, str] | None = None,
    ground_truth_mapping: Mapping[int, str] | None = None,
    prediction_mapping: Mapping[int, str] | None = None,
    legend: bool = False,
    legend_handles: Sequence[Any] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    data_format: str | None = None,
    **kwargs: Any,
) -> "Figure | None":
    """Shows pictures with the boxes that there are and those that were predicted.

    Args:
        images: Pictures of shape ``(batch, height, width, 3)``.
        bounding_box_format: How boxes are given; see `draw_bounding_boxes`.
        y_true: Dict of the boxes that there are; see `draw_bounding_boxes`. None by default.
        y_pred: Dict of the boxes that were predicted. None by default.
        value_range: The values of black and of white; ``(0, 255)`` by default.
        true_color: Red, green and blue of the boxes that there are; turquoise by default.
        pred_color: Red, green and blue of the predicted boxes; yellow by default.
        line_thickness: Width of the lines in pixels; 2 by default.
        font_scale: Size of the letters; 1 by default.
        text_thickness: Width of the lines of letters in pixels; 1 by default.
        class_mapping: Names of classes by label, for both kinds of boxes. None by default.
        ground_truth_mapping: Names for the boxes that there are; `class_mapping` by default.
        prediction_mapping: Names for the predicted boxes; `class_mapping` by default.
        legend: Whether a legend says which colour is which; False by default.
        legend_handles: Further handles of matplotlib for a legend. None by default.
        rows: Number of rows; by default as many as are needed.
        cols: Number of columns; by default about as many as rows.
        data_format: ``"channels_last"`` or ``"channels_first"``; `image_data_format()` by default.
        **kwargs: Further arguments of `plot_image_gallery`, such as ``path``.

    Example:

    ```python
    import keras_core as keras

    keras.visualization.plot_bounding_box_gallery(images, bounding_box_format="xyxy", y_true=boxes)
    ```
    """
    pictures = as_pictures(images, data_format, value_range)
    for boxes, color, names in (
        (y_true, true_color, ground_truth_mapping or class_mapping),
        (y_pred, pred_color, prediction_mapping or class_mapping),
    ):
        if boxes is not None:
            pictures = draw_bounding_boxes(
                pictures,
                boxes,
                bounding_box_format,
                class_mapping=names,
                color=color,
                line_thickness=line_thickness,
                text_thickness=text_thickness or 1,
                font_scale=font_scale,
                data_format="channels_last",
            )
    handles = list(legend_handles or ())
    if legend:
        _pyplot()
        from matplotlib.patches import Patch

        for color, text in ((true_color, "Ground truth"), (pred_color, "Prediction")):
            red, green, blue = (v / 255 for v in color)
            handles.append(Patch(color=(red, green, blue), label=text))
    return plot_image_gallery(
        pictures,
        rows=rows,
        cols=cols,
        legend_handles=handles or None,
        data_format="channels_last",
        **kwargs,
    )


@public("keras.visualization.plot_segmentation_mask_gallery")
def plot_segmentation_mask_gallery(
    images: TensorLike,
    num_classes: int,
    value_range: tuple[float, float] = (0, 255),
    y_true: TensorLike | Mapping[str, Any] | None = None,
    y_pred: TensorLike | Mapping[str, Any] | None = None,
    color_mapping: Mapping[int, Any] | None = None,
    blend: bool = True,
    alpha: float = 0.8,
    ignore_index: int = -1,
    data_format: str | None = None,
    **kwargs: Any,
) -> "Figure | None":
    """Shows pictures beside the classes of their pixels, those that there are and those predicted.

    Args:
        images: Pictures of shape ``(batch, height, width, 3)``.
        num_classes: Number of classes.
        value_range: The values of black and of white; ``(0, 255)`` by default.
        y_true: The class of each pixel; see `draw_segmentation_masks`. None by default.
        y_pred: The class that was predicted for each pixel. None by default.
        color_mapping: Red, green and blue by class; see `draw_segmentation_masks`.
        blend: Whether colours are mixed with the picture, as they are by default.
        alpha: How much of the colour there is, from 0 to 1; 0.8 by default.
        ignore_index: The class of pixels that are left as they are; -1 by default.
        data_format: ``"channels_last"`` or ``"channels_first"``; `image_data_format()` by default.
        **kwargs: Further arguments of `plot_image_gallery`, such as ``path``.

    Example:

    ```python
    import keras_core as keras

    keras.visualization.plot_segmentation_mask_gallery(
        images, value_range=(0, 255), num_classes=3, y_true=masks
    )
    ```
    """
    pictures = as_pictures(images, data_format, value_range)
    columns = [pictures]
    for masks in (y_true, y_pred):
        if masks is not None:
            columns.append(
                draw_segmentation_masks(
                    pictures,
                    np.reshape(native.to_numpy(masks), pictures.shape[:3]),
                    num_classes=num_classes,
                    color_mapping=color_mapping,
                    alpha=alpha,
                    blend=blend,
                    ignore_index=ignore_index,
                    data_format="channels_last",
                )
            )
    side_by_side = np.stack(columns, axis=1).reshape(-1, *pictures.shape[1:])
    kwargs.setdefault("cols", len(columns))
    return plot_image_gallery(side_by_side, data_format="channels_last", **kwargs)
