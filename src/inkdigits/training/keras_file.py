"""A digit model as Keras has it: a ``.keras`` or ``.h5`` file of standard layers, after it gave the same answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from inkdigits.errors import ModelError, OptionError
from inkdigits.recognition import Classifier
from inkdigits.recognition.scores import CLASSES, Calibration
from inkdigits.training.keras_quiet import quiet
from inkdigits.training.network import DigitNetwork, Residual
from inkdigits.training.tensors import PARITY, open_digit, thousand_digits

os.environ.setdefault("KERAS_BACKEND", "torch")  # what the extra brings; read once, when Keras is imported

import keras
from keras import layers

ENDINGS = (".keras", ".h5")
PROBABILITIES, DIGITNESS = "probabilities", "digitness"

_GRID = 4  # side of the last features


def write_keras(model: Path, dest: Path) -> float:
    """Writes a model file for Keras.

    The Keras model takes pictures (N, 28, 28, 1) of levels 0 to 255, ink bright, in MNIST's normal form, and gives
    calibrated probabilities (N, 10) and the probability (N, 1) that the picture is a digit at all; 0.5 is the
    threshold.

    Args:
        model: An ONNX file of ours, of digits.
        dest: The file, ``.keras`` or ``.h5``; it appears only when it has been loaded again and checked.

    Returns:
        The largest difference in a probability between this file in Keras and the model in onnxruntime, over 1,000
        digits.

    Raises:
        OptionError: The file has another ending.
        ModelError: It is not a digit model of ours, or the difference is larger than 1e-4.
    """
    if dest.suffix not in ENDINGS:
        raise OptionError(f"a file for Keras ends in {' or '.join(ENDINGS)}, not in {dest.suffix!r}")
    classifier = Classifier(model)
    built = build(open_digit(model), classifier.calibration)
    part = dest.with_name(f".part-{dest.name}")
    try:
        with quiet():
            built.save(part)
            worst = _difference(classifier, keras.models.load_model(part, compile=False))
        if not worst <= PARITY:
            raise ModelError(f"the probabilities of {model} and of Keras differ by {worst:.2g} (at most {PARITY:g})")
        part.replace(dest)
    finally:
        part.unlink(missing_ok=True)
    return worst


def build(network: DigitNetwork, calibration: Calibration) -> keras.Model:
    """The network in standard layers of Keras, with its calibration in the last ones."""
    glyphs = keras.Input((28, 28, 1), name="glyphs")
    features = layers.Rescaling(1 / 255)(glyphs)
    for module in _units(network.features):
        features = _residual(module, features) if isinstance(module, Residual) else _convolution(module, features)
        features = layers.ReLU()(features)
    # A weight for each channel and place, summed over the places: one depthwise convolution as large as the map.
    places = layers.DepthwiseConv2D(_GRID, use_bias=False, name="places")
    pooled = layers.Flatten()(places(features))
    weights = _array(network.places).transpose(1, 2, 0)[..., None]
    places.set_weights([weights / _GRID**2])
    return keras.Model(glyphs, list(_answers(network, calibration, pooled)), name="inkdigits_digit")


def _answers(network: DigitNetwork, calibration: Calibration, pooled: Any) -> tuple[Any, Any]:
    """Probabilities and digitness. The latter needs logsumexp(d), which is d[0] - log_softmax(d)[0]: linear again."""
    weight, bias = _array(network.evidence.weight)[:, :, 0, 0].T, _array(network.bias)
    logits = _dense("logits", weight[:, :CLASSES], bias[:CLASSES], pooled)
    other = _dense("not_a_digit", weight[:, CLASSES:], bias[CLASSES:], pooled)
    cooled = _dense("temperature", np.eye(CLASSES, dtype=np.float32) / calibration.temperature, None, logits)
    normed = layers.Activation("log_softmax")(logits)
    first = np.eye(CLASSES, 1, dtype=np.float32)
    score = np.concatenate([first, -first, [[-1]]]) * calibration.slope
    shift = np.array([-calibration.threshold * calibration.slope])
    margin = _dense("margin", score, shift, layers.Concatenate()([logits, normed, other]))
    return (
        layers.Activation("softmax", name=PROBABILITIES)(cooled),
        layers.Activation("sigmoid", name=DIGITNESS)(margin),
    )


def _units(modules: nn.Module) -> Iterator[nn.Module | tuple[nn.Conv2d, nn.BatchNorm2d]]:
    """Residual blocks, and each convolution with its normalization."""
    convolution = None
    for module in modules.children():
        if isinstance(module, nn.Conv2d):
            convolution = module
        elif isinstance(module, nn.BatchNorm2d) and convolution is not None:
            yield convolution, module
        elif isinstance(module, Residual):
            yield module


def _residual(block: Residual, features: Any) -> Any:
    first, last = _units(block.body)
    inner = layers.ReLU()(_convolution(first, features))
    return layers.Add()([features, _convolution(last, inner)])


def _convolution(unit: Any, features: Any) -> Any:
    """A convolution with its normalization folded in; padded on both sides alike, which "same" does not do."""
    convolution, norm = unit
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    kernel = convolution.weight * scale.view(-1, 1, 1, 1)
    layer = layers.Conv2D(convolution.out_channels, convolution.kernel_size, convolution.stride)
    result = layer(layers.ZeroPadding2D(convolution.padding)(features))
    layer.set_weights([_array(kernel).transpose(2, 3, 1, 0), _array(norm.bias - norm.running_mean * scale)])
    return result


def _dense(name: str, weight: npt.NDArray[Any], bias: npt.NDArray[Any] | None, values: Any) -> Any:
    layer = layers.Dense(weight.shape[1], use_bias=bias is not None, name=name)
    result = layer(values)
    layer.set_weights([weight] if bias is None else [weight, bias])
    return result


def _array(values: torch.Tensor) -> npt.NDArray[np.float32]:
    return values.detach().numpy()


def _difference(classifier: Classifier, model: Any) -> float:
    """The largest difference in a probability or a digitness."""
    glyphs = thousand_digits()
    got = model.predict(glyphs[..., None].astype(np.float32), batch_size=250, verbose=0)
    wanted = classifier.scores(glyphs, alone=True)
    answers = ((got[0], wanted.probabilities), (got[1][:, 0], wanted.digitness))
    return max(float(np.abs(one - other).max()) for one, other in answers)
