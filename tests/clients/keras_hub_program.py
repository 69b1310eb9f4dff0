"""KerasHub: backbones from their configs, trained, saved, generating, with low-rank updates."""

import tempfile
from pathlib import Path

import keras
import keras_hub
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
tokens = rng.integers(1, 50, (8, 12)).astype("int32")
padding = np.ones_like(tokens)


def bert():
    return keras_hub.models.BertBackbone(
        vocabulary_size=50, num_layers=2, num_heads=2, hidden_dim=16, intermediate_dim=32,
        max_sequence_length=16,
    )  # fmt: skip


def gpt2():
    return keras_hub.models.GPT2Backbone(
        vocabulary_size=50, num_layers=2, num_heads=2, hidden_dim=16, intermediate_dim=32,
        max_sequence_length=16,
    )  # fmt: skip


def gemma():
    return keras_hub.models.GemmaBackbone(
        vocabulary_size=50, num_layers=2, num_query_heads=2, num_key_value_heads=1, hidden_dim=16,
        intermediate_dim=32, head_dim=8,
    )  # fmt: skip


def resnet():
    return keras_hub.models.ResNetBackbone(
        input_conv_filters=[64], input_conv_kernel_sizes=[3], stackwise_num_filters=[64, 64],
        stackwise_num_blocks=[1, 1], stackwise_num_strides=[1, 2], block_type="basic_block",
        image_shape=(16, 16, 3),
    )  # fmt: skip


def check_file(model, inputs):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        again = keras.saving.load_model(path)
        found, wanted = again.predict(inputs, verbose=0), model.predict(inputs, verbose=0)
        for a, b in zip(keras.tree.flatten(found), keras.tree.flatten(wanted), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def generate(kind, backbone):
    model = kind(backbone=backbone, preprocessor=None)
    model.compile(
        optimizer=keras.optimizers.Adam(0.01),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        sampler="greedy",
    )
    inputs = {"token_ids": tokens, "padding_mask": padding}
    history = model.fit(inputs, np.roll(tokens, -1, 1), epochs=8, verbose=0).history
    assert history["loss"][-1] < history["loss"][0], history
    prompt = {"token_ids": tokens.copy(), "padding_mask": padding.copy()}
    prompt["padding_mask"][:, 6:] = 0
    made = model.generate(prompt, stop_token_ids=None)
    made = np.asarray(made["token_ids"])
    assert (made[:, :6] == tokens[:, :6]).all()
    logits = keras.ops.convert_to_numpy(model({"token_ids": made, "padding_mask": padding}))
    # what a cache of keys and values gave is what the whole sequence gives
    assert (logits.argmax(-1)[:, 5:-1] == made[:, 6:]).mean() > 0.95
    return model


if __name__ == "__main__":
    print("keras", keras.__version__, "on", keras.backend.backend(), keras_hub.__version__)
    features = {"token_ids": tokens, "padding_mask": padding, "segment_ids": np.zeros_like(tokens)}
    check_file(bert(), features)
    classifier = keras_hub.models.BertTextClassifier(
        backbone=bert(), num_classes=2, preprocessor=None
    )
    classifier.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    labels = (tokens[:, 0] % 2).astype("int32")
    print("bert", classifier.fit(features, labels, epochs=2, verbose=0).history["loss"])
    backbone = gpt2()
    print("gpt2", generate(keras_hub.models.GPT2CausalLM, backbone).count_params())
    check_file(backbone, {"token_ids": tokens, "padding_mask": padding})
    backbone = gemma()
    model = generate(keras_hub.models.GemmaCausalLM, backbone)
    backbone.enable_lora(2)
    model.compile(
        optimizer=keras.optimizers.Adam(0.01),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    trained = len(backbone.trainable_variables)
    model.fit({"token_ids": tokens, "padding_mask": padding}, tokens, epochs=1, verbose=0)
    print("gemma with low-rank updates", trained, "trained variables")
    check_file(backbone, {"token_ids": tokens, "padding_mask": padding})
    images = rng.normal(size=(4, 16, 16, 3)).astype("float32")
    check_file(resnet(), images)
    print("resnet", resnet().predict(images, verbose=0).shape)
