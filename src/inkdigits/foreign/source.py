"""What a file is, by its first bytes; what could run code is refused here, before anything opens it."""

from __future__ import annotations

import io
import zipfile
from typing import Literal

from inkdigits.errors import ModelError
from inkdigits.recognition import classifier, line
from inkdigits.registry.probe import LARGEST, check_whole
from inkdigits.registry.sealed import KEY

Form = Literal["ours", "onnx", "keras", "h5"]

ENDINGS = ("onnx", "keras", "h5")

_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = b"PK\x03\x04"
_PICKLES = tuple(bytes([0x80, version]) for version in range(2, 6))
_OURS = tuple(mark.encode() for mark in (classifier.FORMAT, line.FORMAT, KEY))
_WAY_OUT = "export the model as ONNX, or save it as .keras or .h5, and import that"


def form_of(data: bytes, label: str) -> Form:
    """Tells what a file is.

    Args:
        data: Its content.
        label: What errors call it.

    Returns:
        ``"ours"`` for ONNX files of inkdigits, which the registry takes as they are; a damaged file is what it was.

    Raises:
        ModelError: It is a pickle, weights without their network, too large, or of a format that is not read.
    """
    if len(data) > LARGEST:
        raise ModelError(f"{label} is larger than {LARGEST // 2**20} MB: no model of 28x28 digits is")
    if data.startswith(_HDF5):
        return "h5"
    if data.startswith(_ZIP):
        return _zipped(data, label)
    if data.startswith(_PICKLES):
        raise ModelError(f"{label} is a Python pickle, which can run any code when it is opened: {_WAY_OUT}")
    if data[4:8] == b"TFL3":
        raise ModelError(f"{label} is a TensorFlow Lite model, which is not read: {_WAY_OUT}")
    if data[8:9] == b"{" and b"data_offsets" in data[:100_000]:
        raise ModelError(f"{label} holds weights (safetensors) without their network: {_WAY_OUT}")
    check_whole(data, label)
    return "ours" if any(mark in data for mark in _OURS) else "onnx"


def _zipped(data: bytes, label: str) -> Form:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise ModelError(f"{label} is a damaged archive ({error}): get it again from where it was saved") from error
    if "config.json" in names and any(name.endswith(".weights.h5") for name in names):
        return "keras"
    if any(name.endswith(".pkl") for name in names):
        raise ModelError(f"{label} is a PyTorch file with a pickle in it, which can run any code: {_WAY_OUT}")
    raise ModelError(f"{label} is an archive, but no .keras file: {_WAY_OUT}")
