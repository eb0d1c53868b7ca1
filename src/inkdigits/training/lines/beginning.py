"""What a run of the line network begins with: weights of earlier runs, kept in the new one's folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inkdigits.errors import OptionError
from inkdigits.training.lines.blend import blend
from inkdigits.training.lines.config import LineConfig


@dataclass(frozen=True, slots=True)
class Beginning:
    """Weights in a run's folder, and the record of where they come from.

    Attributes:
        run: The new run's folder.
        record: The earlier run's settings, its own beginning if it had one, and the SHA-256 of the weights; or, under
            "average", that and the share of each of several runs.
    """

    run: Path
    record: Mapping[str, Any]

    @classmethod
    def settle(cls, run: Path, start: Path | None) -> Beginning | None:
        """Copies the averaged weights of a finished run, once; later calls find them again.

        Raises:
            OptionError: ``start`` has no checkpoint, or the run was begun without it.
        """
        record = run / "start.json"
        if record.exists():
            return cls(run, json.loads(record.read_text(encoding="utf-8")))
        if start is None:
            return None
        if (run / "checkpoint.pt").exists():
            raise OptionError(f"{run} has begun already, without --start: use another --run folder")
        weights = _weights_of(start)
        return cls._keep(run, weights, _record_of(start, weights))

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
        torch.save(dict(weights), run / "start.pt")
        (run / "start.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        return cls(run, record)

    def weights(self) -> dict[str, Tensor]:
        """The weights, by name."""
        found: dict[str, Tensor] = torch.load(self.run / "start.pt", map_location="cpu", weights_only=True)
        return found


def _weights_of(run: Path) -> dict[str, Tensor]:
    """The averaged weights of a finished run, or those that an average of runs consists of."""
    if (run / "checkpoint.pt").is_file():
        state = torch.load(run / "checkpoint.pt", map_location="cpu", weights_only=True)["average"]
        return {name.removeprefix("module."): value for name, value in state.items() if name.startswith("module.")}
    if (run / "start.pt").is_file():
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


def _digest(weights: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].contiguous().numpy().tobytes())
    return digest.hexdigest()
