"""What every training run has: a folder with its settings, progress that is told, a checkpoint to go on from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor, nn

from inkdigits.errors import OptionError
from inkdigits.recognition.engine import processors
from inkdigits.training.datasets import DataError, data_folder


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: told to the caller as it goes.

    Attributes:
        stage: ``"data"``, ``"train"`` or ``"export"``.
        done: Units finished.
        total: Units in all.
        seconds_left: Estimate, or None.
        metrics: The last epoch's metrics.
    """

    stage: str
    done: int
    total: int
    seconds_left: float | None = None
    metrics: Mapping[str, float] | None = None


Listener = Callable[[Progress], None]


class Settings(Protocol):
    """A dataclass of settings that can be checked and stored."""

    @classmethod
    def resolve(cls, value: Any) -> Any:
        """An instance from nothing, a mapping or an instance; raises OptionError."""

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""


Chosen = TypeVar("Chosen", bound=Settings)


def settle_config(run: Path, kind: type[Chosen], config: Chosen | Mapping[str, Any] | None) -> Chosen:
    """The settings of a run: those given, kept in its folder, or those that it was started with.

    Raises:
        OptionError: A setting is unknown, or differs from those that the run was started with.
    """
    run.mkdir(parents=True, exist_ok=True)
    record = run / "config.json"
    if not record.exists():
        chosen: Chosen = kind.resolve(config)
        record.write_text(json.dumps(chosen.to_dict(), indent=2) + "\n", encoding="utf-8")
        return chosen
    saved: Chosen = kind.resolve(json.loads(record.read_text(encoding="utf-8")))
    if config is not None and kind.resolve(config) != saved:
        raise OptionError(f"{run} was started with other settings (see {record}): use another --run folder, or none")
    return saved


def settle_data(data: Path | None) -> Path:
    """The data folder. Raises DataError when none is set."""
    folder = data_folder(data)
    if folder is None:
        raise DataError("training needs the data folder: set INKDIGITS_DATA or --data (see docs/training.md)")
    return folder


def prepare(seed: int, threads: int) -> None:
    """Sets PyTorch's threads, 0 being one a processor, and its chance."""
    torch.set_num_threads(threads or processors())
    torch.manual_seed(seed)


def read_metrics(run: Path) -> list[dict[str, float]]:
    """The metrics of each finished epoch of a run, oldest first."""
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]


def save_checkpoint(run: Path, state: Mapping[str, Any]) -> None:
    """Writes a run's state, completely or not at all, and its ``history`` as metrics.jsonl."""
    part = run / "checkpoint.part"
    torch.save(dict(state), part)
    part.replace(run / "checkpoint.pt")
    lines = "".join(json.dumps(line) + "\n" for line in state["history"])
    (run / "metrics.jsonl").write_text(lines, encoding="utf-8")


def load_checkpoint(run: Path, device: torch.device) -> dict[str, Any] | None:
    """A run's state, or None when it has none yet."""
    path = run / "checkpoint.pt"
    return torch.load(path, map_location=device, weights_only=True) if path.exists() else None


def choose_device(name: str) -> torch.device:
    """``"auto"``, ``"cpu"`` or ``"cuda"``. Raises OptionError when a GPU is asked for and none is there."""
    if name == "cuda" and not torch.cuda.is_available():
        raise OptionError("device 'cuda' was asked for, but PyTorch sees no GPU: use --device cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")


def has_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 is quick here; processors without units for it take ten times as long."""
    if device.type == "cuda":
        return True
    tests = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(getattr(torch.cpu, test, bool)() for test in tests)


def moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """An exponential moving average that forgets its first steps quickly."""

    def average(old: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
        keep = min(decay, float((1 + count) / (10 + count)))
        return old * keep + new * (1 - keep) if old.is_floating_point() else new

    return average


def decay_groups(network: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Parameter groups: weight decay on all weights but biases and normalization."""
    weights = [item for item in network.parameters() if item.ndim >= 3]
    others = [item for item in network.parameters() if item.ndim < 3]
    return [{"params": weights, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
