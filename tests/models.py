"""Models for tests: the shipped ones, told apart by a note in the file, as training runs would leave them."""

from __future__ import annotations

import json
from pathlib import Path

from inkdigits.recognition import Classifier, LineReader
from inkdigits.registry.sealed import _entry

OPENED = {"digit": Classifier, "line": LineReader}


def weights(kind: str = "digit", note: str = "") -> bytes:
    """A model that reads like the shipped one; another note makes another checksum."""
    return OPENED[kind]().path.read_bytes() + (_entry("note", note) if note else b"")


def make_run(folder: Path, kind: str = "digit", note: str = "one", pens: float = 0.95) -> Path:
    """A finished run of the training, which reads a share of pen digits."""
    folder.mkdir(parents=True)
    (folder / f"{kind}.onnx").write_bytes(weights(kind, note))
    record = {
        "bytes": 7,
        "config": {"seed": 3, "epochs": 2},
        "validation": {"val_mnist": 0.9956, "val_pens": pens, "mnist_errors": 22},
        "data_sha256": {"mnist/train": "ab"},
    }
    (folder / f"{kind}.json").write_text(json.dumps(record))
    (folder / f"{kind}.md").write_text(f"# Model card: {kind}\n")
    (folder / "metrics.jsonl").write_text('{"epoch": 1}\n')
    return folder
