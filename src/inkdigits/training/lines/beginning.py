"""What a run of the line network begins with: the weights of an earlier run, kept in the new one's folder."""

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
from inkdigits.training.lines.config import LineConfig


@dataclass(frozen=True, slots=True)
class Beginning:
    """Weights in a run's folder, and the record of where they come from.

    Attributes:
        run: The new run's folder.
        record: The earlier run's settings, its own beginning if it had one, and the SHA-256 of the weights.
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
        if not (start / "checkpoint.pt").is_file():
            raise OptionError(f"there is no run to start from in {start} (wants its checkpoint.pt)")
        state = torch.load(start / "checkpoint.pt", map_location="cpu", weights_only=True)
        weights = {
            name.removeprefix("module."): value
            for name, value in state["average"].items()
            if name.startswith("module.")
        }
        torch.save(weights, run / "start.pt")
        earlier = LineConfig.resolve(json.loads((start / "config.json").read_text(encoding="utf-8")))
        before = Beginning.settle(start, None)
        found = {
            "config": earlier.to_dict(),
            "sha256": _digest(weights),
            "start": dict(before.record) if before else None,
        }
        record.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        return cls(run, found)

    def weights(self) -> dict[str, Tensor]:
        """The weights, by name."""
        found: dict[str, Tensor] = torch.load(self.run / "start.pt", map_location="cpu", weights_only=True)
        return found


def _digest(weights: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(weights):
        digest.update(name.encode())
        digest.update(weights[name].contiguous().numpy().tobytes())
    return digest.hexdigest()
