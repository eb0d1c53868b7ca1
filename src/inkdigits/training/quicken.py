"""A small network goes in front of a larger one: ``inkdigits train digit --run RUN --quick SMALL``."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx

from inkdigits.errors import OptionError
from inkdigits.jobs.files import read_json, write_json
from inkdigits.recognition.engine import Engine
from inkdigits.recognition.quick import BOUNDS, WEIGHTS, Bounds
from inkdigits.recognition.scores import CLASSES, Calibration, Scores, digit_score
from inkdigits.training.card import write_page
from inkdigits.training.pool import Pool

WORSE = 1e-4
"""Of all digits, the share that may be read wrongly because the larger network was not asked."""

LET_THROUGH = 1e-3
"""Of all non-digits, the share that may pass for digits because the larger network was not asked."""

_TRIED = 60  # bounds of each kind
_BATCH = 1_000


def quicken(run: Path, small: Path) -> Path:
    """Puts the network of one finished run into the model file of another, where it answers what it is sure of.

    Args:
        run: Folder of the run whose model is made quicker; what it was before is overwritten, its weights stay.
        small: Folder of the run of the smaller network.

    Returns:
        The model file, ``run / "digit.onnx"``.

    Raises:
        OptionError: One of them has not ended, or the small network is sure of nothing that the other knows.
    """
    model, glyphs = _finished(run), Pool.open(run / "validation.npz")
    quick = _finished(small)
    bounds, share = fit_bounds(_answers(quick, glyphs), _answers(model, glyphs), glyphs.labels)
    content = onnx.load(model)
    metadata = {item.key: item.value for item in content.metadata_props}
    metadata[WEIGHTS] = base64.b64encode(quick.read_bytes()).decode()
    metadata[BOUNDS] = json.dumps(asdict(bounds))
    onnx.helper.set_model_props(content, metadata)
    part = model.with_suffix(".part.onnx")
    onnx.save(content, part)
    part.replace(model)
    _tell(run, small, bounds, share)
    return model


class Answers:
    """What a network says of glyphs, before anybody asks how sure it has to be."""

    def __init__(self, logits: npt.NDArray[np.float32], calibration: Calibration) -> None:
        """Takes raw outputs (N, 11) and how they are read."""
        scores = Scores.of(logits, np.zeros((len(logits), 1, 1, 1), np.float32), calibration)
        self.probabilities = scores.probabilities
        self.named = scores.probabilities.argmax(axis=1)
        self.passes = scores.digitness >= 0.5
        self.score = digit_score(logits)


def fit_bounds(quick: Answers, thorough: Answers, labels: npt.NDArray[np.int64]) -> tuple[Bounds, float]:
    """From where on the quick network's answers may stand.

    Args:
        quick: Its answers to N validation glyphs.
        thorough: Those of the larger network.
        labels: (N,), 10 for no digit.

    Returns:
        The bounds that let most digits go no further while at most ``WORSE`` of the digits are read wrongly by that and
        at most ``LET_THROUGH`` of the non-digits pass by it; and the share of digits that go no further.

    Raises:
        OptionError: No bounds keep that.
    """
    digits = labels < CLASSES
    worse = digits & (quick.named != labels) & (thorough.named == labels)
    through = ~digits & ~thorough.passes
    best: tuple[float, Bounds] | None = None
    for probability in 1 - np.geomspace(1e-5, 0.1, _TRIED):
        for score in np.quantile(quick.score[digits], np.linspace(0, 0.9, _TRIED)):
            bounds = Bounds(round(float(probability), 7), round(float(score), 4))
            stands = bounds.hold(quick.probabilities, quick.score)
            share = float(stands[digits].mean())
            harmless = (worse & stands).sum() <= WORSE * digits.sum()
            if harmless and (through & stands).sum() <= LET_THROUGH * (~digits).sum() and share > (best or (0.0,))[0]:
                best = share, bounds
    if best is None:
        raise OptionError(
            "the small network is sure of nothing without errors that the other would not make: train it for longer, "
            "or make it larger"
        )
    return best[1], best[0]


def _finished(run: Path) -> Path:
    model = run / "digit.onnx"
    if not model.is_file() or not (run / "validation.npz").is_file():
        raise OptionError(f"{run} holds no finished run of the digit network: end its training first")
    return model


def _answers(model: Path, pool: Pool) -> Answers:
    engine = Engine(model)
    parts = [engine.run(pool.glyphs[start : start + _BATCH])[0] for start in range(0, len(pool.glyphs), _BATCH)]
    return Answers(np.concatenate(parts), Calibration.read(engine.metadata, str(model)))


def _tell(run: Path, small: Path, bounds: Bounds, share: float) -> None:
    card, other = read_json(run / "digit.json"), read_json(small / "digit.json")
    if card is None or other is None:
        raise OptionError(f"{run if card is None else small} has lost its card (digit.json): train it again")
    kept = {name: other[name] for name in ("bytes", "config", "start", "calibration", "data_sha256")}
    card["quick"] = {**kept, "bounds": asdict(bounds), "share": round(share, 4)}
    card["bytes"] = (run / "digit.onnx").stat().st_size
    write_json(run / "digit.json", card)
    write_page(run, card)
