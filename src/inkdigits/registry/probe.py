"""Is a file a model that can read? It is opened and tried before it may join the registry or be promoted."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from inkdigits.errors import ModelError
from inkdigits.recognition import Classifier, LineReader, classifier, line
from inkdigits.recognition.engine import Engine
from inkdigits.registry.outside import keeps_elsewhere

LARGEST = 256 * 2**20  # bytes; the shipped ones have 0.6 and 2.4 MB
_KINDS = {classifier.FORMAT: "digit", line.FORMAT: "line"}


def probe(path: Path, sha256: str | None = None, label: str | None = None) -> tuple[str, str]:
    """Opens a model file and reads an empty picture with it.

    Args:
        path: An ONNX file.
        sha256: What its checksum must be.
        label: What errors call it; None takes its path.

    Returns:
        Its kind and the name that its maker gave it.

    Raises:
        ModelError: It cannot read: missing, damaged, too large, or not a model of ours.
    """
    try:
        return _open(path, sha256)
    except ModelError as error:
        raise ModelError(str(error).replace(str(path), label or str(path))) from error


def check_whole(data: bytes, label: str) -> None:
    """Raises ModelError, with this label, when an ONNX file is damaged or takes weights from other files."""
    try:
        elsewhere = keeps_elsewhere(data)
    except ValueError as error:
        raise ModelError(f"{label}: it is no ONNX model, or damaged: {error}") from error
    if elsewhere:
        raise ModelError(f"{label} keeps weights in another file: export it as one file")


@cache
def shipped_names() -> frozenset[str]:
    """What readings call the shipped models; in the history, no other model may be taken for one of them."""
    return frozenset({Classifier().name, LineReader(threads=1).name})


def _open(path: Path, sha256: str | None) -> tuple[str, str]:
    if path.is_file() and path.stat().st_size > LARGEST:
        raise ModelError(f"{path} is larger than {LARGEST // 2**20} MB: that is no model of ours")
    if path.is_file():
        check_whole(path.read_bytes(), str(path))
    metadata = Engine(path, sha256).metadata
    kind = _KINDS.get(metadata.get("format", ""))
    if kind is None:
        raise ModelError(f"{path} is not a model of ours (wants format {' or '.join(map(repr, _KINDS))})")
    try:
        name, fits = _try_digit(path) if kind == "digit" else _try_line(path)
    except ModelError:
        raise
    except Exception as error:  # onnxruntime raises its own types, with no common base but Exception
        raise ModelError(f"{path} is a {kind} model that does not run: {error}") from error
    if not fits:
        raise ModelError(f"{path} is a {kind} model that answers in an unknown shape, or with no numbers")
    return kind, name


def _try_digit(path: Path) -> tuple[str, bool]:
    network = Classifier(path)
    scores = network.scores(np.zeros((2, 28, 28), np.uint8))
    fits = scores.probabilities.shape == (2, 10) and scores.activation.shape[:2] == (2, 10)
    return network.name, fits and bool(np.isfinite(scores.probabilities).all())


def _try_line(path: Path) -> tuple[str, bool]:
    network = LineReader(path, threads=1)
    (frames,) = network.frames([np.zeros((32, 64), np.uint8)])
    fits = frames.shape == (-(-64 // network.stride), len(network.alphabet) + 1)
    return network.name, fits and not bool(np.isnan(frames).any())
