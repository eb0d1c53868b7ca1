"""Which classes a Keras file may name: those that are converted here, and harmless parts of them. Keras gets no other.

Keras makes an object of every ``class_name`` in a file, wherever it stands, and of its own classes some run code when
they are made; so everything is refused that is not known to be plain data.
"""

from __future__ import annotations

from typing import Any

from inkdigits.foreign.keras_layers import LAYERS, MERGES, unknown_layer

_MODELS = ("Sequential", "Functional", "Model")
_VALUES = ("__keras_tensor__", "__tuple__", "TensorShape", "DTypePolicy", "FloatDTypePolicy", "Policy")
_INITIALIZERS = (
    *("Zeros", "Ones", "Constant", "Identity", "IdentityInitializer", "Orthogonal", "OrthogonalInitializer"),
    *("RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "GlorotNormal", "GlorotUniform"),
    *("HeNormal", "HeUniform", "LecunNormal", "LecunUniform"),
)
_BOUNDS = (
    *("L1", "L2", "L1L2", "OrthogonalRegularizer"),
    *("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"),
)
_TRAINING = (  # of a model within a model, which keeps how it was trained
    *("Adam", "AdamW", "Adamax", "Adadelta", "Adagrad", "Nadam", "RMSprop", "SGD", "Ftrl", "Lion"),
    *("ExponentialDecay", "CosineDecay", "CosineDecayRestarts", "PiecewiseConstantDecay", "PolynomialDecay"),
    *("CategoricalCrossentropy", "SparseCategoricalCrossentropy", "BinaryCrossentropy", "MeanSquaredError"),
    *("Accuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy", "BinaryAccuracy"),
)
_KNOWN = frozenset((*LAYERS, *MERGES, *_MODELS, *_VALUES, *_INITIALIZERS, *_BOUNDS, *_TRAINING))


def check_plain(item: Any) -> None:
    """Raises ModelError when a description, or anything in it, names a class that is not known here."""
    if isinstance(item, list):
        for part in item:
            check_plain(part)
    if not isinstance(item, dict):
        return
    for name in (item.get("class_name"), item.get("registered_name")):
        if name is not None and (not isinstance(name, str) or name not in _KNOWN):
            raise unknown_layer(str(name))
    for part in item.values():
        check_plain(part)
