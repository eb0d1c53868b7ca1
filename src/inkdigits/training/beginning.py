"""What a run of the digit network begins with: the weights of another model, kept in the run's folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx

from inkdigits.errors import ModelError, OptionError
from inkdigits.jobs.files import read_json, write_json
from inkdigits.registry.locate import find_weights
from inkdigits.registry.model import CARD

_GROWING = ("stem_blocks", "blocks", "top_blocks")  # what a run may have more of than the model that it begins with
_WEIGHTS, _RECORD = "start.onnx", "start.json"


@dataclass(frozen=True, slots=True)
class Beginning:
    """Weights in a run's folder, and the record of where they come from.

    Attributes:
        path: The weights, an ONNX file of ours.
        record: Name, SHA-256 and settings of the model, and its own beginning if it had one.
    """

    path: Path
    record: Mapping[str, Any]

    @classmethod
    def settle(cls, run: Path, start: str) -> Beginning | None:
        """Copies the model that a run begins with, once; later calls find the copy. None when it begins with nothing.

        Args:
            run: The run's folder.
            start: See :func:`inkdigits.registry.locate.find_weights`; ``""`` is nothing.

        Raises:
            OptionError: There is no such model, or the run has begun without it.
            ModelError: It is damaged, or not built as our own networks are.
        """
        if not start:
            return None
        record = read_json(run / _RECORD)
        if record is None:
            if (run / "checkpoint.pt").exists():
                raise OptionError(f"{run} has begun already, without a model to start from: use another --run folder")
            source = find_weights(start, "digit")
            record = _tell(source)
            shutil.copyfile(source, run / _WEIGHTS)
            write_json(run / _RECORD, record)
        return cls(run / _WEIGHTS, record)


def with_sizes(run: Path, config: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with the sizes of the network that they start from, if they name one; it may get more residual blocks.

    Raises:
        OptionError: There is no such model, or a size is set that it cannot be brought to.
        ModelError: It is damaged, or not built as our own networks are.
    """
    start = str(config.get("start") or "")
    if not start:
        return dict(config)
    kept = run / _WEIGHTS
    sizes = read_sizes(kept if kept.is_file() else find_weights(start, "digit"))
    wanted = {name: int(config[name]) for name in sizes if name in config}
    return {**config, **grown(sizes, wanted)}


def grown(sizes: Mapping[str, int], wanted: Mapping[str, int]) -> dict[str, int]:
    """The sizes of a network that starts from another.

    Args:
        sizes: Of the model to start from, see :func:`read_sizes`.
        wanted: Those that were asked for; others are taken from ``sizes``.

    Raises:
        OptionError: One is asked for that the model cannot be brought to.
    """
    for name, size in sizes.items():
        chosen = wanted.get(name, size)
        if chosen < size or (chosen != size and name not in _GROWING):
            more = ", or set more" if name in _GROWING else ""
            raise OptionError(
                f"the model to start from has {name}={size}, so it cannot be {chosen}: leave it out{more}"
            )
    return {name: wanted.get(name, size) for name, size in sizes.items()}


def read_sizes(path: Path) -> dict[str, int]:
    """The sizes of a digit network, see ``Shape``, from those of its weights.

    A convolution lies at ``features.<place>``, a block at ``.body.0`` below it.

    Raises:
        ModelError: It is damaged, or not built as our own networks are.
    """
    try:
        sizes = {item.name: tuple(item.dims) for item in onnx.load(path).graph.initializer}
        if "network.places" not in sizes:
            raise ModelError("it has other layers (line models, and imported ones, cannot be trained on as digits)")
        places = {int(name.split(".")[2]) for name in sizes if name.startswith("network.features.")}
        blocks = {place for place in places if f"network.features.{place}.body.0.weight" in sizes}
        stem, middle, top = sorted(places - blocks)
        filters = sizes[f"network.features.{middle}.weight"]
        return {
            "stem": sizes[f"network.features.{stem}.weight"][0],
            "stem_blocks": sum(place < middle for place in blocks),
            "middle": filters[0],
            "blocks": sum(middle < place < top for place in blocks),
            "top": sizes[f"network.features.{top}.weight"][0],
            "top_blocks": sum(place > top for place in blocks),
            "kernel_size": filters[2],
        }
    except Exception as error:  # protobuf raises its own type, with no common base but Exception
        raise ModelError(f"{path} is not built as our own digit networks are: {error}") from error


def _tell(source: Path) -> dict[str, Any]:
    model = onnx.load(source)
    metadata = {item.key: item.value for item in model.metadata_props}
    card = read_json(source.with_suffix(".json")) or read_json(source.with_name(CARD)) or {}
    return {
        "name": metadata.get("name", source.stem),
        "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "calibration": json.loads(metadata["calibration"]),
        "config": card.get("config"),
        "start": card.get("start"),
    }
