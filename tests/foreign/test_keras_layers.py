"""Each standard layer answers here as it does in Keras, from both kinds of files."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from keras_here import keras  # isort: skip - it skips the tests where Keras or PyTorch is not installed

import h5py

from foreign.plain import saved
from inkdigits import ModelError
from inkdigits.foreign.keras_graph import convert_keras
from inkdigits.foreign.keras_source import KerasSource
from inkdigits.recognition.engine import Engine
from inkdigits.training.keras_quiet import quiet

pytestmark = pytest.mark.train

logging.getLogger("absl").setLevel(logging.ERROR)

L = keras.layers
OPENED = {"keras": KerasSource.of_archive, "h5": KerasSource.of_hdf5}


def convolutions() -> Any:
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            L.Conv2D(6, 3, activation="relu"),
            L.MaxPooling2D(2),
            L.BatchNormalization(),
            L.Conv2D(6, 3, padding="same", strides=2, groups=2),
            L.LeakyReLU(0.1),
            L.SeparableConv2D(6, 3, padding="same", activation="silu", dilation_rate=2),
            L.AveragePooling2D(3, strides=2, padding="same"),
            L.PReLU(shared_axes=[1, 2]),
            L.Flatten(),
            L.Dropout(0.3),
            L.Dense(10, activation="softmax"),
        ]
    )


def plain() -> Any:
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            L.Flatten(),
            L.Dense(16, activation="gelu"),
            L.LayerNormalization(),
            L.Reshape((4, 4, 1)),
            L.Permute((2, 1, 3)),
            L.GlobalAveragePooling2D(),
            L.Dense(10, activation="log_softmax"),
        ]
    )


def channels_first() -> Any:
    return keras.Sequential(
        [
            keras.Input((1, 28, 28)),
            L.Conv2D(4, 3, data_format="channels_first", activation=L.ReLU(max_value=3.0)),
            L.BatchNormalization(axis=1, scale=False),
            L.MaxPooling2D(data_format="channels_first"),
            L.Flatten(data_format="channels_first"),
            L.Dense(10),
        ]
    )


def branches() -> Any:
    """Functional, with layers used twice, layers out of order, and what only counts while training."""
    start = keras.Input((28, 28, 1))
    picture = L.GaussianNoise(0.1)(L.Rescaling(1 / 255.0, offset=-0.5)(start))
    left = L.Conv2D(4, 5, padding="same")(picture)
    right = L.DepthwiseConv2D(3, padding="same", depth_multiplier=4, activation="elu")(picture)
    both = L.Concatenate()([L.Add()([left, right]), L.Multiply()([left, right]), L.Maximum()([left, right])])
    cut = L.Cropping2D(((0, 1), (2, 0)))(L.ZeroPadding2D(((1, 2), (3, 0)))(both))
    pooled = L.GlobalMaxPooling2D()(L.Activation("tanh")(cut))
    shared = L.Dense(12, activation="softplus")
    once = shared(pooled)
    return keras.Model(start, L.Softmax()(L.Dense(10)(L.Average()([once, shared(once)]))))


@pytest.mark.parametrize("ending", ["keras", "h5"])
@pytest.mark.parametrize("make", [convolutions, plain, channels_first, branches])
def test_layers_answer_alike(make: Callable[[], Any], ending: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    model = make()
    for weight in model.weights:
        values = np.random.default_rng(0).normal(0, 0.3, weight.shape)
        weight.assign(np.abs(values) + 0.1 if "variance" in weight.path else values)
    compare(model, saved(keras, model, tmp_path, ending), ending, tmp_path)


def test_models_within_models(tmp_path: Path) -> None:
    inner = keras.Sequential([keras.Input((28, 28, 1)), L.Flatten(), L.Dense(6), L.BatchNormalization()])
    turning = keras.Sequential([L.RandomRotation(0.1), L.RandomZoom(0.1)])
    outer = keras.Sequential([keras.Input((28, 28, 1)), turning, inner, L.Dense(10), L.Dense(10)])
    data = saved(keras, outer, tmp_path)
    compare(outer, data, "keras", tmp_path)
    with pytest.raises(ModelError, match=r"save it as \.keras"):
        convert_keras(KerasSource.of_hdf5(saved(keras, outer, tmp_path, "h5")))


def test_a_model_within_a_model_may_be_trained_already(tmp_path: Path) -> None:
    inner = keras.Sequential(
        [
            keras.Input((28, 28)),
            L.Flatten(),
            L.Dense(6, kernel_regularizer="l2", bias_constraint="non_neg", kernel_initializer="he_normal"),
        ]
    )
    inner.compile("adam", "mse", ["accuracy"])
    outer = keras.Sequential([keras.Input((28, 28)), inner, L.Dense(10, dtype="float32")])
    outer.compile(keras.optimizers.SGD(), keras.losses.CategoricalCrossentropy())
    compare(outer, saved(keras, outer, tmp_path), "keras", tmp_path)


def compare(model: Any, data: bytes, ending: str, folder: Path) -> None:
    shape = (5, *model.input_shape[1:])
    pictures = np.random.default_rng(1).random(shape).astype(np.float32)
    path = folder / "made.onnx"
    path.write_bytes(convert_keras(OPENED[ending](data)).SerializeToString())
    wanted = model.predict(pictures, verbose=0)
    (got,) = Engine(path).run(pictures)
    assert np.abs(got - wanted).max() / max(1, np.abs(wanted).max()) < 1e-5


def test_an_unknown_layer_is_named_with_a_way_out(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((28, 28)), L.SimpleRNN(4), L.Dense(10)])
    with pytest.raises(ModelError, match=r"layer SimpleRNN is not known here.*Export it as ONNX"):
        convert_keras(KerasSource.of_archive(saved(keras, model, tmp_path)))


def test_files_of_keras_2(tmp_path: Path) -> None:
    """As TensorFlow 2 wrote them: names with :0, bytes, lists for the graph, no word of modules."""
    rng = np.random.default_rng(0)
    kernel, bias, dense = (rng.normal(0, 0.3, shape).astype("f4") for shape in ((3, 3, 1, 4), (4,), (4 * 26 * 26, 10)))
    start = {"batch_input_shape": [None, 28, 28, 1], "dtype": "float32", "sparse": False, "name": "input_1"}
    conv = {"name": "conv2d", "filters": 4, "kernel_size": [3, 3], "strides": [1, 1], "padding": "valid"}
    conv |= {"activation": "relu", "use_bias": True, "data_format": "channels_last", "dilation_rate": [1, 1]}
    leaky = {"name": "leaky_re_lu", "alpha": 0.30000001192092896}
    last = {"name": "dense", "units": 10, "activation": "softmax", "use_bias": False}
    chain = [("InputLayer", start), ("Conv2D", conv), ("LeakyReLU", leaky), ("Flatten", {"name": "flatten"})]
    chain.append(("Dense", last))
    layers = [
        {"class_name": kind, "config": config, "name": config["name"], "inbound_nodes": inbound}
        for (kind, config), inbound in zip(
            chain, [[], *([[[[before["name"], 0, 0, {}]]] for _, before in chain[:-1]])], strict=True
        )
    ]
    ends = {"input_layers": [["input_1", 0, 0]], "output_layers": [["dense", 0, 0]]}
    described = {"class_name": "Functional", "config": {"name": "model", "layers": layers, **ends}}
    path = tmp_path / "old.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(described)
        file.attrs["keras_version"] = b"2.15.0"
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = np.array([config["name"].encode() for _, config in chain])
        for _, config in chain:
            group.create_group(config["name"]).attrs["weight_names"] = np.array([], "S1")
        for name, arrays in {"conv2d": {"kernel": kernel, "bias": bias}, "dense": {"kernel": dense}}.items():
            group[name].attrs["weight_names"] = np.array([f"{name}/{part}:0".encode() for part in arrays])
            for part, values in arrays.items():
                group[name][f"{name}/{part}:0"] = values
    assert KerasSource.of_hdf5(path.read_bytes()).version == "2.15.0"
    with quiet():
        model = keras.models.load_model(path, compile=False)
    compare(model, path.read_bytes(), "h5", tmp_path)
