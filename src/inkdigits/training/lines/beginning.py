"""What a run of the line network begins with: weights of earlier runs or a model's, kept in the new one's folder."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor

from inkdigits.errors import OptionError
from inkdigits.images.page import Grey
from inkdigits.jobs.files import read_json, write_json
from inkdigits.registry.locate import find_weights
from inkdigits.registry.model import CARD
from inkdigits.training.lines.batches import stack
from inkdigits.training.lines.blend import blend
from inkdigits.training.lines.config import LINE_RULES, LineConfig
from inkdigits.training.lines.export import open_exported
from inkdigits.training.lines.network import LineNetwork, shape_of
from inkdigits.training.thaw import restore_norms

_WEIGHTS, _MODEL, _RECORD = "start.pt", "start.onnx", "start.json"
_SHOWN = 64  # lines at a time


@dataclass(frozen=True, slots=True)
class Beginning:
    """Weights in a run's folder, and the record of where they come from.

    Attributes:
        run: The new run's folder.
        record: The earlier run's settings, its own beginning if it had one, and the SHA-256 of the weights; of a
            model, its name, too, and the SHA-256 of its file; or, under "average", that and the share of each of
            several runs.
    """

    run: Path
    record: Mapping[str, Any]

    @classmethod
    def settle(cls, run: Path, start: str | Path | None) -> Beginning | None:
        """Copies the averaged weights of a finished run, or a model, once; later calls find them again.

        Args:
            run: The new run's folder.
            start: Folder of the finished run, or a model: see :func:`inkdigits.registry.locate.find_weights`.

        Raises:
            OptionError: There is no such run or model, or the run was begun without it.
            ModelError: The model is damaged.
        """
        record = read_json(run / _RECORD)
        if record is not None:
            return cls(run, record)
        if start is None:
            return None
        if (run / "checkpoint.pt").exists():
            raise OptionError(f"{run} has begun already, without --start: use another --run folder")
        if Path(start).is_dir():
            weights = _weights_of(Path(start))
            return cls._keep(run, weights, _record_of(Path(start), weights))
        source = find_weights(str(start), "line")
        open_exported(source)  # before anything is kept of what is no line model of ours
        shutil.copyfile(source, run / _MODEL)
        record = _tell(source)
        write_json(run / _RECORD, record)
        return cls(run, record)

    @classmethod
    def average(cls, run: Path, shares: Mapping[Path, float]) -> Beginning:
        """Averages the weights of finished runs (Wortsman et al., 2022: a "model soup") that began with each other.

        Args:
            run: The new run's folder.
            shares: Share of each run's weights; scaled to a sum of 1.

        Raises:
            OptionError: A run has no weights, their networks differ in size, or the shares are not positive.
        """
        total = sum(shares.values())
        if not shares or min(shares.values()) <= 0:
            raise OptionError("an average needs runs with shares above 0, such as runs/first=0.3")
        parts = {start: _weights_of(start) for start in shares}
        first, *others = parts.values()
        for weights in others:
            if {name: value.shape for name, value in weights.items()} != {n: v.shape for n, v in first.items()}:
                raise OptionError("the runs to average have networks of different sizes")
        told = [
            {"share": round(share / total, 4), **_record_of(start, parts[start])} for start, share in shares.items()
        ]
        return cls._keep(run, blend(list(parts.values()), list(shares.values())), {"average": told})

    @classmethod
    def _keep(cls, run: Path, weights: Mapping[str, Tensor], record: Mapping[str, Any]) -> Beginning:
        torch.save(dict(weights), run / _WEIGHTS)
        write_json(run / _RECORD, record)
        return cls(run, record)

    def network(self, lines: Callable[[], Sequence[Grey]]) -> LineNetwork:
        """The network, ready to be trained.

        Args:
            lines: Gives some thousands of what it will learn from; asked for when it is a model's.
        """
        if (self.run / _WEIGHTS).is_file():
            network = LineNetwork(shape_of(_config_of(self.record)))
            network.load_state_dict(self.weights())
            return network
        network, _ = open_exported(self.run / _MODEL)
        shown = lines()
        restore_norms(network, (stack(shown[at : at + _SHOWN]) for at in range(0, len(shown), _SHOWN)))
        config = _config_of(self.record)
        network.lean(-config.blank, -config.one)  # what was added once training was over will be added again
        return network

    def weights(self) -> dict[str, Tensor]:
        """The weights, by name."""
        found: dict[str, Tensor] = torch.load(self.run / _WEIGHTS, map_location="cpu", weights_only=True)
        return found


def _weights_of(run: Path) -> dict[str, Tensor]:
    """The averaged weights of a finished run, or those that an average of runs consists of."""
    if (run / "checkpoint.pt").is_file():
        state = torch.load(run / "checkpoint.pt", map_location="cpu", weights_only=True)["average"]
        return {name.removeprefix("module."): value for name, value in state.items() if name.startswith("module.")}
    if (run / _WEIGHTS).is_file():
        return Beginning(run, {}).weights()
    raise OptionError(f"there is no run to start from in {run} (wants its checkpoint.pt)")


def _record_of(run: Path, weights: Mapping[str, Tensor]) -> dict[str, Any]:
    earlier = LineConfig.resolve(json.loads((run / "config.json").read_text(encoding="utf-8")))
    before = Beginning.settle(run, None)
    return {
        "config": earlier.to_dict(),
        "sha256": _digest(weights),
        "start": dict(before.record) if before else None,
    }


def _tell(source: Path) -> dict[str, Any]:
    metadata = {item.key: item.value for item in onnx.load(source).metadata_props}
    card = read_json(source.with_suffix(".json")) or read_json(source.with_name(CARD)) or {}
    sizes = json.loads(metadata["shape"])
    return {
        "name": metadata.get("name", source.stem),
        "config": LineConfig.resolve({**_known(card.get("config", {})), **sizes}).to_dict(),
        "sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "start": card.get("start"),
    }


def _known(config: Mapping[str, Any]) -> dict[str, Any]:
    """Of a card's settings those of a line's training: the card of a fine-tuned model has others, too."""
    return {name: value for name, value in config.items() if name in LINE_RULES}


def _config_of(record: Mapping[str, Any]) -> LineConfig:
    return LineConfig.resolve(record["average"][0]["config"] if "average" in record else record["config"])


def _digest(weights: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].contiguous().numpy().tobytes())
    return digest.hexdigest()
