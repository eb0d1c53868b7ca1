"""A foreign digit classifier becomes a model of ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx

from inkdigits.errors import MissingExtraError, ModelError
from inkdigits.foreign.found import Found
from inkdigits.foreign.network import take_apart
from inkdigits.foreign.source import form_of
from inkdigits.foreign.trial import Trial, best_way, run
from inkdigits.foreign.tried import DRAWN, MNIST, Tried
from inkdigits.foreign.wrap import REJECTIONS, whole
from inkdigits.recognition.scores import CLASSES, Calibration
from inkdigits.registry.model import FORMAT
from inkdigits.registry.sealed import seal
from inkdigits.training.calibrate import calibrate
from inkdigits.training.validate import Validation

Listen = Callable[[str, float], None]
"""Told what is being done, and how much of it is done, in [0, 1]."""

DIGITS_REFUSED = 0.02
"""Share of the digits that it reads right which may be refused, so that some of what is none is."""

_UNREAD = Calibration(1.0, 0.0, 1.0, 0.0)
DIGITS_COMPARED = 100


def _no_one(_doing: str, _share: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Adopted:
    """A foreign model in our format.

    Attributes:
        weights: The ONNX file.
        name: What it calls itself.
        found: What was found out about it.
    """

    weights: bytes
    name: str
    found: Found

    def sealed(self) -> bytes:
        """The file with its card, as the registry imports it."""
        card = {
            "format": FORMAT,
            "kind": "digit",
            "name": self.name,
            "created": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "sha256": hashlib.sha256(self.weights).hexdigest(),
            "metrics": self.found.metrics(),
            "config": self.found.to_dict(),
            "data": {},
            "parent": None,
        }
        return seal(self.weights, card)

    def measured(self, suites: dict[str, float]) -> Adopted:
        """The same with what it does on the public sets."""
        return replace(self, found=replace(self.found, suites=suites))


def adopt(data: bytes, label: str, folder: Path | None = None, listen: Listen = _no_one) -> Adopted:
    """Finds out how a foreign classifier of 28x28 digits wants to be asked, and puts it into our format.

    Args:
        data: The file: ONNX, ``.keras`` or ``.h5``.
        label: What it is called; the model is named after it.
        folder: The data folder; where it has MNIST, its validation digits are tried, too.
        listen: Told how far it is.

    Raises:
        ModelError: It is damaged, holds code, takes other pictures, or does not read digits; the message says which.
        MissingExtraError: A Keras file, and the extra ``keras`` is not installed.
    """
    form = form_of(data, label)
    try:
        model, source = _opened(data, form)
        networks = take_apart(model)
        listen("Draws digits to try it on", 0.0)
        tried = Tried.at_hand(folder)
        trial, count = best_way(networks, tried, lambda done, total: listen("Tries how it is asked", done / total))
        difference = _compared(data, form, trial, tried) if form in ("keras", "h5") else None
        listen("Learns how sure it may be", 0.0)
        name = Path(label).stem[:80] or "model"
        weights, found = _calibrated(trial, tried, name)
    except ModelError as error:
        raise ModelError(f"{label} cannot be imported: {error}") from error
    return Adopted(weights, name, replace(found, source=source, ways=count, difference=difference))


def _opened(data: bytes, form: str) -> tuple[onnx.ModelProto, str]:
    if form == "onnx":
        return _checked(data), "ONNX"
    try:
        from inkdigits.foreign.keras_graph import convert_keras
        from inkdigits.foreign.keras_source import KerasSource
    except ImportError as error:
        raise MissingExtraError("the import of Keras models", "keras") from error
    try:
        source = KerasSource.of_archive(data) if form == "keras" else KerasSource.of_hdf5(data)
        return convert_keras(source), f"Keras {source.version}"
    except ModelError:
        raise
    except Exception as error:  # what a damaged file makes h5py, zipfile and a description of layers raise
        raise ModelError(f"it is damaged, or no model of Keras: {error}") from error


def _checked(data: bytes) -> onnx.ModelProto:
    try:
        model = onnx.load_from_string(data)
        onnx.checker.check_model(model)
        return model
    except Exception as error:  # protobuf and the checker raise their own types, with no common base but Exception
        raise ModelError(f"it is no ONNX model, or damaged: {error}") from error


def _compared(data: bytes, form: str, trial: Trial, tried: Tried) -> float | None:
    from inkdigits.foreign.keras_check import difference

    return difference(data, form, trial, tried.digits().glyphs[:DIGITS_COMPARED])


def _calibrated(trial: Trial, tried: Tried, name: str) -> tuple[bytes, Found]:
    """The whole model, with the better of the ways to tell digits from what is none."""
    checks = {rejection: _validation(trial, tried, rejection) for rejection in REJECTIONS}
    rejection = max(checks, key=lambda one: _refused(checks[one]))
    check = checks[rejection]
    calibration = replace(calibrate(check), threshold=round(_threshold(check), 4))
    model = _whole(trial, rejection, name, calibration)
    right = _right(check)
    kinds = [kind for kind in (MNIST, DRAWN) if (check.kinds == kind).any()]
    accuracy = {kind: float(right[check.kinds == kind].mean()) for kind in kinds}
    found = Found("", trial.way, trial.single, trial.told, rejection, 0, accuracy, _refused(check))
    return model.SerializeToString(), found


def _threshold(check: Validation) -> float:
    """Of evidence; what would be misread may as well be refused, so only digits that are read right count."""
    return float(np.quantile(check.score[_right(check)], DIGITS_REFUSED))


def _refused(check: Validation) -> float:
    """Share of what is no digit that is refused."""
    return float((check.score[~check.is_digit] < _threshold(check)).mean())


def _right(check: Validation) -> npt.NDArray[np.bool_]:
    right: npt.NDArray[np.bool_] = check.logits[:, :CLASSES].argmax(axis=1) == check.labels
    return right


def _validation(trial: Trial, tried: Tried, rejection: str) -> Validation:
    logits = run(_whole(trial, rejection, "", _UNREAD), tried.glyphs)[0]
    return Validation(logits, tried.labels, tried.kinds)


def _whole(trial: Trial, rejection: str, name: str, calibration: Calibration) -> onnx.ModelProto:
    return whole(
        trial.network, trial.way, trial.answers, rejection, single=trial.single, name=name, calibration=calibration
    )
