"""The line model's card: what it is, what it learned from, how it did. Generated from the run, never by hand."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from inkdigits.recognition.line import LineCalibration
from inkdigits.training.lines.beginning import Beginning
from inkdigits.training.lines.calibrate import best_strings, coverage
from inkdigits.training.lines.config import LineConfig
from inkdigits.training.lines.validate import LineValidation


def write_line_card(
    run: Path, config: LineConfig, calibration: LineCalibration, check: LineValidation, data: Mapping[str, str]
) -> None:
    """Writes ``line.json`` (for machines) and ``line.md`` (for people) into the run's folder."""
    beginning = Beginning.settle(run, None)
    shares, right = best_strings(check, calibration.temperature)
    card: dict[str, Any] = {
        "bytes": (run / "line.onnx").stat().st_size,
        "config": config.to_dict(),
        "start": dict(beginning.record) if beginning else None,
        "calibration": asdict(calibration),
        "validation": check.to_dict(),
        "validation_coverage_at_1_percent_errors": round(coverage(shares, right), 5),
        "validation_counts": {str(k): int(n) for k, n in zip(*np.unique(check.kinds, return_counts=True), strict=True)},
        "data_sha256": dict(data),
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
    }
    (run / "line.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    (run / "line.md").write_text(_page(card), encoding="utf-8")


def _page(card: Mapping[str, Any]) -> str:
    config, validation, counts = card["config"], card["validation"], card["validation_counts"]
    rows = [f"| {kind} | {counts[kind]:,} | {100 * validation[f'val_{kind}']:.2f} % |" for kind in sorted(counts)]
    exact, raw, covered = (
        f"{100 * value:.2f} %"
        for value in (
            validation["val_digits"],
            validation["val_exact"],
            card["validation_coverage_at_1_percent_errors"],
        )
    )
    channels = ", ".join(str(config[name]) for name in ("stem", "low", "high", "wide"))
    return "\n".join(
        [
            "# Model card: line",
            "",
            "Reads a number on one line, 32 rows high and of any width, as characters with their places; `?` is ink",
            "that is no digit and no separator.",
            "",
            f"- Size: {card['bytes']:,} bytes; channels {channels}.",
            f"- Trained by `inkdigits train line`; PyTorch {card['versions']['torch']}:",
            *_trained(card),
            f"- Calibration: temperature {card['calibration']['temperature']}, log-odds times "
            f"{card['calibration']['slope']} plus {card['calibration']['offset']}, fitted on validation lines.",
            "- Learned from: lines that our own generator wrote with digits and pen strokes of MNIST (train, without "
            "its last 5,000), pendigits (train), UJI pen characters (train), Semeion, optdigits (tra), and letters of "
            "UJI, Omniglot (train) and free fonts as what is not a number. No cheque and no photo.",
            "- Not for: words, formulas, several lines in one picture, decisions about people without a person's "
            "check.",
            "",
            "## On validation lines",
            "",
            f"Synthetic lines of writers kept apart: exact strings without separators {exact} of "
            f"{sum(counts.values()):,}, with them {raw}. Share that can be accepted at 1 % errors: {covered}.",
            "",
            "| kind | count | right |",
            "|---|---|---|",
            *rows,
            "",
            "Figures on real writing that neither training nor choices have seen are in docs/benchmarks.md.",
            "",
            "## Data, by SHA-256",
            "",
            *(f"- `{name}`: `{digest}`" for name, digest in card["data_sha256"].items()),
            "",
        ]
    )


def _trained(card: Mapping[str, Any]) -> list[str]:
    """A line for the run, and below it one for each earlier run whose weights were gone on with, or averaged."""
    if card["start"] and "average" in card["start"]:
        return ["  - the average (`--average`) of several runs", *_before(card["start"], 2, set())]
    return [f"  - {_words(card['config'])}", *_before(card["start"], 2, set())]


def _before(start: Mapping[str, Any] | None, depth: int, told: set[str]) -> list[str]:
    """What weights come from, a line for each beginning; those of one that was told above are not told again."""
    if start is None:
        return []
    if "average" in start:
        return [
            line
            for part in start["average"]
            for line in _part(f"{100 * part['share']:.0f} %: {_run(part)}", part, depth, told)
        ]
    if "name" in start:
        words = f"begun (`--start`) with {start['name']}; SHA-256 of the file `{start['sha256'][:16]}`"
    else:
        words = f"begun (`--start`) with the weights of an earlier run: {_run(start)}"
    return _part(words, start, depth, told)


def _part(words: str, part: Mapping[str, Any], depth: int, told: set[str]) -> list[str]:
    line = f"{'  ' * depth}- {words}"
    if part["start"] is not None and part["sha256"] in told:
        return [f"{line}, see above"]
    told.add(part["sha256"])
    return [line, *_before(part["start"], depth + 1, told)]


def _run(part: Mapping[str, Any]) -> str:
    return f"{_words(part['config'])}; SHA-256 of the weights `{part['sha256'][:16]}`"


def _words(config: Mapping[str, Any]) -> str:
    return f"seed {config['seed']}, {config['lines']:,} synthetic lines, each used {config['reuse']} times"
