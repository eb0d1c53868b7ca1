"""Which classes a Keras file may name: those that are converted here, and harmless parts of them. Keras gets no other.

Keras makes an object of every ``class_name`` in a file, wherever it stands, and of its own classes some run code when
they are made; so everything is refused that is not known to be plain data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from inkdigits.errors import ModelError
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
_CODE = ("Lambda", "__lambda__", "TFOpLambda", "function")
_KNOWN = frozenset((*LAYERS, *MERGES, *_MODELS, *_VALUES, *_INITIALIZERS, *_BOUNDS, *_TRAINING))


def refuse_code(model: Any) -> None:
    """Raises ModelError when a description names code: a Lambda, a function, or a class that Keras does not bring."""
    for part in _objects(model):
        name, module, registered = part.get("class_name"), part.get("module"), str(part.get("registered_name") or "")
        if name in _CODE:
            raise ModelError(
                f"it holds code of its own ({name}), which is never run: save the model with standard layers alone"
            )
        own = name is not None and module is not None and not re.fullmatch(r"keras(\.[\w.]+)?", str(module))
        if own or ">" in registered or ">" in str(name or ""):
            raise ModelError(f"it needs a class of its own ({registered or name}): save it with standard layers alone")


def check_plain(model: Any) -> None:
    """Raises ModelError when a description, or anything in it, names a class that is not known here."""
    for part in _objects(model):
        for name in (part.get("class_name"), part.get("registered_name")):
            if name is not None and (not isinstance(name, str) or name not in _KNOWN):
                raise unknown_layer(str(name))


def _objects(item: Any) -> Iterator[dict[str, Any]]:
    """A description and all others in it."""
    if isinstance(item, list):
        for part in item:
            yield from _objects(part)
    if isinstance(item, dict):
        yield item
        for part in item.values():
            yield from _objects(part)
