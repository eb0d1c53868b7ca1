"""What is in a Keras file: its layers as JSON, its weights as arrays. Keras is not asked, and no code is run."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from inkdigits.errors import ModelError

Arrays = list[npt.NDArray[np.float32]]

_LARGEST = 512 * 2**20  # bytes, unpacked
_DEEPEST = 30
_WEIGHTS = "model.weights.h5"


@dataclass(frozen=True, slots=True)
class KerasSource:
    """A Keras file.

    Attributes:
        model: The model's description: ``class_name`` and ``config``, without how it was trained, which is not used.
        weights: Arrays by the place of their layer: in ``.keras`` files by kinds and counts
            (``layers/dense_1``), in ``.h5`` files by the layer's name.
        by_name: Which of both.
        version: Of the Keras that saved it.
    """

    model: Mapping[str, Any]
    weights: Mapping[str, Arrays]
    by_name: bool
    version: str

    @classmethod
    def of_archive(cls, data: bytes) -> KerasSource:
        """Reads a ``.keras`` file. Raises ModelError when its weights lie elsewhere; what else it raises is damage."""
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > _LARGEST:
                raise ValueError("it is too large when unpacked")
            model = _described(json.loads(archive.read("config.json")))
            version = json.loads(archive.read("metadata.json")).get("keras_version", "?")
            weights = archive.read(_WEIGHTS)
        with h5py.File(io.BytesIO(weights), "r") as file:
            return cls(model, _by_place(file), False, str(version))

    @classmethod
    def of_hdf5(cls, data: bytes) -> KerasSource:
        """Reads an ``.h5`` file; see :meth:`of_archive`."""
        with h5py.File(io.BytesIO(data), "r") as file:
            if "model_config" not in file.attrs:
                raise ModelError("it holds weights without their network: save the whole model with model.save()")
            model = _described(json.loads(_text(file.attrs["model_config"])))
            _check(file)
            version = _text(file.attrs.get("keras_version", "?"))
            return cls(model, _by_name(file["model_weights"]), True, version)


def place_of(kind: str, used: dict[str, int]) -> str:
    """The place of the next layer of a kind in a ``.keras`` file: ``conv2d``, ``conv2d_1``, as Keras counts them."""
    plain = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", kind))
    plain = re.sub(r"([a-z])([A-Z])", r"\1_\2", plain).lower()
    used[plain] = used.get(plain, -1) + 1
    return f"{plain}_{used[plain]}" if used[plain] else plain


def _described(model: Any) -> Any:
    """The description without how it was trained: Keras, which is asked not to compile, does not look at that."""
    return {name: part for name, part in model.items() if name != "compile_config"}


def _by_place(file: h5py.File) -> dict[str, Arrays]:
    found: dict[str, dict[int, npt.NDArray[np.float32]]] = {}
    for name, dataset in _check(file).items():
        # Keras 2 on Windows wrote backslashes, and Keras 2 had another word for layers.
        path = name.replace("\\", "/").replace("_layer_checkpoint_dependencies", "layers")
        place, _, index = path.rpartition("/vars/")
        if place and index.isdigit():
            found.setdefault(place, {})[int(index)] = _array(dataset)
    return {place: [arrays[index] for index in sorted(arrays)] for place, arrays in found.items()}


def _by_name(group: h5py.Group) -> dict[str, Arrays]:
    return {
        name: [_array(layer[_text(weight)]) for weight in layer.attrs.get("weight_names", ())]
        for name, layer in group.items()
    }


def _check(file: h5py.File) -> dict[str, h5py.Dataset]:
    """All arrays by their paths. Raises ModelError when the file reaches out of itself or is too large."""
    found: dict[str, h5py.Dataset] = {}
    for name, item in _walk(file, ""):
        if isinstance(item, h5py.Dataset):
            if item.external or item.is_virtual:
                raise ModelError("it takes weights from other files: save the model as one file")
            found[name] = item
    if sum(dataset.nbytes for dataset in found.values()) > _LARGEST:
        raise ValueError("its weights are too large")
    return found


def _walk(group: h5py.Group, path: str) -> Iterator[tuple[str, Any]]:
    if path.count("/") > _DEEPEST:
        raise ValueError("its groups lie too deep")
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ModelError("it takes weights from other places: save the model as one file")
        item = group[name]
        yield f"{path}{name}", item
        if isinstance(item, h5py.Group):
            yield from _walk(item, f"{path}{name}/")


def _array(dataset: h5py.Dataset) -> npt.NDArray[np.float32]:
    return np.asarray(dataset, np.float32)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
