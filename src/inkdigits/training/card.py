"""The model card: what a model is, what it learned from, how it did. Generated from the run, never by hand."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from inkdigits.jobs.files import read_json, write_json
from inkdigits.recognition.scores import Calibration
from inkdigits.training.beginning import Beginning
from inkdigits.training.config import TrainConfig
from inkdigits.training.validate import Validation

RESTRAINT = "restraint.json"
"""In a run's folder: how far an adaptation was let go, see :mod:`inkdigits.training.restraint`."""


def write_card(
    run: Path, config: TrainConfig, calibration: Calibration, check: Validation, data: Mapping[str, str]
) -> None:
    """Writes ``digit.json`` (for machines) and ``digit.md`` (for people) into the run's folder."""
    model = run / "digit.onnx"
    beginning = Beginning.settle(run, config.start)
    card: dict[str, Any] = {
        "bytes": model.stat().st_size,
        "config": {**config.to_dict(), **_names_of(config, "start", "own")},
        "start": dict(beginning.record) if beginning else None,
        "restraint": read_json(run / RESTRAINT),
        "calibration": asdict(calibration),
        "validation": check.to_dict(),
        "validation_counts": {str(k): int(n) for k, n in zip(*np.unique(check.kinds, return_counts=True), strict=True)},
        "data_sha256": dict(data),
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
    }
    write_page(run, card)
    write_json(run / "digit.json", card)


def _names_of(config: TrainConfig, *settings: str) -> dict[str, str]:
    """Files and folders by their last names: where they lay is nobody's business to whom a model is given."""
    return {name: Path(getattr(config, name)).name for name in settings}


def write_page(run: Path, card: Mapping[str, Any]) -> None:
    """Writes ``digit.md`` from what ``digit.json`` says."""
    (run / "digit.md").write_text(_page(card), encoding="utf-8")


def _page(card: Mapping[str, Any]) -> str:
    config, validation, counts = card["config"], card["validation"], card["validation_counts"]
    rows = [f"| {kind} | {counts[kind]:,} | {100 * validation[f'val_{kind}']:.2f} % |" for kind in sorted(counts)]
    return "\n".join(
        [
            "# Model card: digit",
            "",
            "Reads one handwritten digit (0-9) in MNIST's normal form, 28x28, and says when a glyph is none.",
            "",
            f"- Size: {card['bytes']:,} bytes; channels {config['stem']}, {config['middle']}, {config['top']}.",
            f"- Trained by `inkdigits train`, seed {config['seed']}, {config['epochs']} epochs of "
            f"{config['epoch_size']:,} glyphs; PyTorch {card['versions']['torch']}.",
            *_begun(card["start"]),
            *_held_back(card.get("restraint")),
            *_quick(card.get("quick")),
            f"- Calibration: temperature {card['calibration']['temperature']}, rejection threshold "
            f"{card['calibration']['threshold']}, fitted on validation data.",
            f"- Learned from: {_learned_from(config)} Validation writers and pictures are kept apart from training.",
            "- Not for: letters, several digits in one glyph, decisions about people without a person's check.",
            "",
            "## On validation data",
            "",
            "Digits: share read right. Non-digits: share rejected when 1 % of validation digits is.",
            "",
            "| kind | count | right |",
            "|---|---|---|",
            *rows,
            "",
            "Figures on data that neither training nor choices have seen are in docs/benchmarks.md.",
            "",
            "## Data, by SHA-256",
            "",
            *(f"- `{name}`: `{digest}`" for name, digest in card["data_sha256"].items()),
            "",
        ]
    )


def _begun(start: Mapping[str, Any] | None) -> list[str]:
    """A line for each earlier model whose weights were gone on with."""
    if start is None:
        return []
    config = start["config"] or {}
    known = {"seed", "epochs", "epoch_size"} <= config.keys()
    how = f": seed {config['seed']}, {config['epochs']} epochs of {config['epoch_size']:,} glyphs" if known else ""
    return [f"- Begun with the weights of {start['name']}{how}; SHA-256 `{start['sha256']}`.", *_begun(start["start"])]


def _quick(quick: Mapping[str, Any] | None) -> list[str]:
    if quick is None:
        return []
    config, bounds = quick["config"], quick["bounds"]
    return [
        f"- In front of it a quick network: {quick['bytes']:,} bytes; channels {config['stem']}, {config['middle']}, "
        f"{config['top']}; seed {config['seed']}, {config['epochs']} epochs of {config['epoch_size']:,} glyphs. Its "
        f"answer stands from a probability of {bounds['probability']} and a score of {bounds['score']} on: for "
        f"{100 * quick['share']:.1f} % of validation digits."
    ]


def _held_back(restraint: Mapping[str, Any] | None) -> list[str]:
    if restraint is None or restraint["share"] == 1:
        return []
    return [
        f"- It went {100 * restraint['share']:.0f} % of the way to what was learned: further, it would have forgotten "
        "too much."
    ]


_LEARNED = {
    "all": "MNIST (train, without its last 5,000), pendigits (train), UJI pen characters (train), "
    "Omniglot (train; as non-digits), Semeion, optdigits (tra), Hershey and Matplotlib's fonts, and our own "
    "generators",
    "mnist": "MNIST (train, without its last 5,000); non-digits from Hershey's fonts and our own generators",
    "sample": "digits and non-digits from our own generators, and Hershey's fonts as non-digits; no handwriting",
    "own": "own pictures; non-digits from Hershey's fonts and our own generators",
}


def _learned_from(config: Mapping[str, Any]) -> str:
    more = " Own pictures beside them." if config["own"] and config["base"] != "own" else ""
    return f"{_LEARNED[config['base']]}.{more}"
