"""How Keras's files name operations: data, found by asking Keras."""

_MODULES = {
    "keras.src.ops.core": (
        "cast convert_to_tensor saturate_cast scatter scatter_update slice slice_update "
        "stop_gradient unstack"
    ).split(),
    "keras.src.ops.einops": ("rearrange").split(),
    "keras.src.ops.image": (
        "affine_transform crop_images elastic_transform extract_patches gaussian_blur "
        "hsv_to_rgb map_coordinates pad_images perspective_transform resize rgb_to_grayscale "
        "rgb_to_hsv scale_and_translate sobel_edges ssim"
    ).split(),
    "keras.src.ops.linalg": (
        "cholesky cholesky_inverse det eig eigh inv lstsq lu_factor matrix_rank norm pinv qr "
        "solve solve_triangular svd"
    ).split(),
    "keras.src.ops.math": (
        "cdist erf erfc erfinv extract_sequences fft fft2 ifft2 in_top_k irfft istft logdet "
        "logsumexp rfft rsqrt segment_max segment_min segment_prod segment_sum stft top_k "
        "view_as_complex view_as_real"
    ).split(),
    "keras.src.ops.nn": (
        "adaptive_average_pool adaptive_max_pool average_pool binary_crossentropy "
        "categorical_crossentropy celu conv conv_transpose ctc_decode ctc_loss depth_to_space "
        "depthwise_conv dot_product_attention elu fold gelu glu hard_shrink hard_sigmoid "
        "hard_silu hard_tanh leaky_relu log_sigmoid log_softmax max_pool moments normalize "
        "one_hot polar psnr relu relu6 selu separable_conv sigmoid silu soft_shrink softmax "
        "softplus softsign space_to_depth sparse_categorical_crossentropy sparse_plus "
        "sparse_sigmoid sparsemax squareplus tanh_shrink threshold unfold"
    ).split(),
    "keras.src.quantizers.quantizers": ("fake_quant_with_min_max_vars").split(),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}

_CLASSES = {
    "allclose": "AllClose",
    "cdist": "CDist",
    "ctc_decode": "CTCDecode",
    "ctc_loss": "CTCLoss",
    "fft": "FFT",
    "fft2": "FFT2",
    "hsv_to_rgb": "HSVToRGB",
    "ifft2": "IFFT2",
    "irfft": "IRFFT",
    "isin": "IsIn",
    "istft": "ISTFT",
    "psnr": "PSNR",
    "rfft": "RFFT",
    "rgb_to_grayscale": "RGBToGrayscale",
    "rgb_to_hsv": "RGBToHSV",
    "searchsorted": "SearchSorted",
    "ssim": "SSIM",
    "stft": "STFT",
    "svd": "SVD",
}

IN_CALL = {
    "dot_product_attention": ("scale",),
    "isclose": ("rtol", "atol"),
    "pad": ("constant_values",),
    "rearrange": ("pattern", "axes_lengths"),
    "scale_and_translate": ("output_shape", "scale", "translation"),
}
"""The arguments that are no tensors here, but belong to a call there, not to the config."""

IN_CONFIG = {"bincount": ("weights",), "clip": ("x_min", "x_max"), "trapezoid": ("x",)}
"""The arguments that may be tensors here, and belong to the config there."""

SPREADS = {"einsum", "meshgrid"}
"""The operations whose tensors are arguments of their own, not a list."""

TUPLES = {"get_item": "key"}
"""The arguments that are tuples, for which JSON has lists."""

NOT_THERE = {"top_k": ("is_stable",)}
"""The arguments that there are here only."""


def module_of(operation: str) -> str:
    """The module of the class of an operation."""
    return _MODULE_OF.get(operation, "keras.src.ops.numpy")


def class_of(operation: str) -> str:
    """The name of the class of an operation."""
    return _CLASSES.get(operation) or "".join(part.capitalize() for part in operation.split("_"))
