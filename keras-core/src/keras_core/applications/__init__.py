"""`keras.applications`."""

from typing import TYPE_CHECKING

from keras_core.core.base.lazy import lazily

if TYPE_CHECKING:
    from keras_core.applications import convnext as convnext
    from keras_core.applications import densenet as densenet
    from keras_core.applications import efficientnet as efficientnet
    from keras_core.applications import efficientnet_v2 as efficientnet_v2
    from keras_core.applications import imagenet_utils as imagenet_utils
    from keras_core.applications import inception_resnet_v2 as inception_resnet_v2
    from keras_core.applications import inception_v3 as inception_v3
    from keras_core.applications import mobilenet as mobilenet
    from keras_core.applications import mobilenet_v2 as mobilenet_v2
    from keras_core.applications import mobilenet_v3 as mobilenet_v3
    from keras_core.applications import nasnet as nasnet
    from keras_core.applications import resnet as resnet
    from keras_core.applications import resnet50 as resnet50
    from keras_core.applications import resnet_v2 as resnet_v2
    from keras_core.applications import vgg16 as vgg16
    from keras_core.applications import vgg19 as vgg19
    from keras_core.applications import xception as xception
    from keras_core.applications.architectures.convnext import ConvNeXtBase as ConvNeXtBase
    from keras_core.applications.architectures.convnext import ConvNeXtLarge as ConvNeXtLarge
    from keras_core.applications.architectures.convnext import ConvNeXtSmall as ConvNeXtSmall
    from keras_core.applications.architectures.convnext import ConvNeXtTiny as ConvNeXtTiny
    from keras_core.applications.architectures.convnext import ConvNeXtXLarge as ConvNeXtXLarge
    from keras_core.applications.architectures.densenet import DenseNet121 as DenseNet121
    from keras_core.applications.architectures.densenet import DenseNet169 as DenseNet169
    from keras_core.applications.architectures.densenet import DenseNet201 as DenseNet201
    from keras_core.applications.architectures.efficientnet import EfficientNetB0 as EfficientNetB0
    from keras_core.applications.architectures.efficientnet import EfficientNetB1 as EfficientNetB1
    from keras_core.applications.architectures.efficientnet import EfficientNetB2 as EfficientNetB2
    from keras_core.applications.architectures.efficientnet import EfficientNetB3 as EfficientNetB3
    from keras_core.applications.architectures.efficientnet import EfficientNetB4 as EfficientNetB4
    from keras_core.applications.architectures.efficientnet import EfficientNetB5 as EfficientNetB5
    from keras_core.applications.architectures.efficientnet import EfficientNetB6 as EfficientNetB6
    from keras_core.applications.architectures.efficientnet import EfficientNetB7 as EfficientNetB7
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2B0 as EfficientNetV2B0,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2B1 as EfficientNetV2B1,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2B2 as EfficientNetV2B2,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2B3 as EfficientNetV2B3,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2L as EfficientNetV2L,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2M as EfficientNetV2M,
    )
    from keras_core.applications.architectures.efficientnet_v2 import (
        EfficientNetV2S as EfficientNetV2S,
    )
    from keras_core.applications.architectures.inception_resnet_v2 import (
        InceptionResNetV2 as InceptionResNetV2,
    )
    from keras_core.applications.architectures.inception_v3 import InceptionV3 as InceptionV3
    from keras_core.applications.architectures.mobilenet import MobileNet as MobileNet
    from keras_core.applications.architectures.mobilenet_v2 import MobileNetV2 as MobileNetV2
    from keras_core.applications.architectures.mobilenet_v3 import (
        MobileNetV3Large as MobileNetV3Large,
    )
    from keras_core.applications.architectures.mobilenet_v3 import (
        MobileNetV3Small as MobileNetV3Small,
    )
    from keras_core.applications.architectures.nasnet import NASNetLarge as NASNetLarge
    from keras_core.applications.architectures.nasnet import NASNetMobile as NASNetMobile
    from keras_core.applications.architectures.resnet import ResNet50 as ResNet50
    from keras_core.applications.architectures.resnet import ResNet101 as ResNet101
    from keras_core.applications.architectures.resnet import ResNet152 as ResNet152
    from keras_core.applications.architectures.resnet_v2 import ResNet50V2 as ResNet50V2
    from keras_core.applications.architectures.resnet_v2 import ResNet101V2 as ResNet101V2
    from keras_core.applications.architectures.resnet_v2 import ResNet152V2 as ResNet152V2
    from keras_core.applications.architectures.vgg16 import VGG16 as VGG16
    from keras_core.applications.architectures.vgg19 import VGG19 as VGG19
    from keras_core.applications.architectures.xception import Xception as Xception
else:
    __getattr__, __dir__ = lazily(__name__)

__all__ = [
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "DenseNet121",
    "DenseNet169",
    "DenseNet201",
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Large",
    "MobileNetV3Small",
    "NASNetLarge",
    "NASNetMobile",
    "ResNet101",
    "ResNet101V2",
    "ResNet152",
    "ResNet152V2",
    "ResNet50",
    "ResNet50V2",
    "VGG16",
    "VGG19",
    "Xception",
    "convnext",
    "densenet",
    "efficientnet",
    "efficientnet_v2",
    "imagenet_utils",
    "inception_resnet_v2",
    "inception_v3",
    "mobilenet",
    "mobilenet_v2",
    "mobilenet_v3",
    "nasnet",
    "resnet",
    "resnet50",
    "resnet_v2",
    "vgg16",
    "vgg19",
    "xception",
]
