"""`keras.visualization`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.visualization.drawing import draw_bounding_boxes as draw_bounding_boxes
    from keras_core.visualization.drawing import draw_segmentation_masks as draw_segmentation_masks
    from keras_core.visualization.galleries import (
        plot_bounding_box_gallery as plot_bounding_box_gallery,
    )
    from keras_core.visualization.galleries import plot_image_gallery as plot_image_gallery
    from keras_core.visualization.galleries import (
        plot_segmentation_mask_gallery as plot_segmentation_mask_gallery,
    )
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "draw_bounding_boxes",
    "draw_segmentation_masks",
    "plot_bounding_box_gallery",
    "plot_image_gallery",
    "plot_segmentation_mask_gallery",
]
