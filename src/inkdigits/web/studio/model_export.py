"""The formats in which a model can be taken along from the Models page."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from inkdigits.errors import MissingExtraError
from inkdigits.registry import Model, Registry
from inkdigits.registry.destination import file_stem


def show_export(registry: Registry, model: Model, key: str) -> None:
    """Draws a button that unfolds one download for each format; files are made, and tried, when they are asked for."""
    with st.popover("Export", icon=":material/download:", key=f"export_{key}", disabled=bool(model.problem)):
        _button("ONNX", "onnx", "The model and its card in one file", "", lambda: registry.pack(model), model, key)
        _button("PyTorch", "safetensors", "Its weights", _lacking(model, "train"), lambda: _tensors(model), model, key)
        if model.kind == "digit":
            why = _lacking(model, "keras")
            _button("Keras", "keras", "For Keras 3", why, lambda: _keras(model, ".keras"), model, key)
            _button("Keras, older form", "h5", "For Keras 3", why, lambda: _keras(model, ".h5"), model, key)


def _button(label: str, ending: str, tip: str, lacking: str, make: Callable[[], bytes], model: Model, key: str) -> None:
    st.download_button(
        f"{label} (.{ending})",
        make,
        f"{file_stem(model)}.{ending}",
        "application/octet-stream",
        key=f"export_{ending}_{key}",
        help=lacking or tip,
        on_click="ignore",
        disabled=bool(lacking),
        width="stretch",
    )


def _lacking(model: Model, extra: str) -> str:
    """Why a format cannot be had; ``""`` when it can."""
    if "imported_from" in model.config:
        return "Only networks that inkdigits trained can be taken there"
    needed = ("torch", "onnx", "safetensors") if extra == "train" else ("torch", "onnx", "keras")
    if all(importlib.util.find_spec(name) is not None for name in needed):
        return ""
    return str(MissingExtraError("This format", extra))


def _tensors(model: Model) -> bytes:
    from inkdigits.training.tensors import write_tensors

    return _written(model, ".safetensors", write_tensors)


def _keras(model: Model, ending: str) -> bytes:
    from inkdigits.training.keras_file import write_keras

    return _written(model, ending, write_keras)


def _written(model: Model, ending: str, write: Callable[[Path, Path], float]) -> bytes:
    model.check()
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"model{ending}"
        write(model.path, path)
        return path.read_bytes()
