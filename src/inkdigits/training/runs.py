"""What every training run has: a folder with its settings, progress that is told, a checkpoint to go on from."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from inkdigits.errors import OptionError
from inkdigits.jobs.files import replace_text, write_json
from inkdigits.jobs.progress import Listener as Listener  # every kind of run tells its progress
from inkdigits.jobs.progress import Progress as Progress
from inkdigits.recognition.engine import processors
from inkdigits.training.datasets import DataError, data_folder


class Settings(Protocol):
    """A dataclass of settings that can be checked and stored."""

    @classmethod
    def resolve(cls, value: Any) -> Any:
        """An instance from nothing, a mapping or an instance; raises OptionError."""

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""


_MADE = ("checkpoint.pt", "pool.npz", "validation.npz", "start.json", "lines")  # from a run's settings

Chosen = TypeVar("Chosen", bound=Settings)


def settle_config(run: Path, kind: type[Chosen], config: Chosen | Mapping[str, Any] | None) -> Chosen:
    """The settings of a run: those given, kept in its folder, or those that it was started with.

    A start that failed before anything was made, for a wrong path, say, binds nobody.

    Raises:
        OptionError: A setting is unknown, or differs from those that the run was started with.
    """
    run.mkdir(parents=True, exist_ok=True)
    record = run / "config.json"
    if not record.exists() or (config is not None and not any((run / name).exists() for name in _MADE)):
        chosen: Chosen = kind.resolve(config)
        write_json(record, chosen.to_dict())
        return chosen
    saved: Chosen = kind.resolve(json.loads(record.read_text(encoding="utf-8")))
    if config is not None and kind.resolve(config) != saved:
        raise OptionError(
            f"{run} was started with other settings (see {record}): use another --run folder, or delete it"
        )
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


class Resumable:
    """A run in memory whose parts are kept in one checkpoint: what it needs is set by those who derive from it.

    Attributes:
        run: The run's folder.
        device: Where it computes.
        epoch: Epochs finished.
        history: Their metrics.
        network, average, optimizer, schedule: The parts, each with a state of its own.
    """

    run: Path
    device: torch.device
    epoch: int = 0
    history: list[dict[str, float]]
    network: nn.Module
    average: AveragedModel
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler

    def save(self, epoch: int, metrics: Mapping[str, float]) -> None:
        """Writes the checkpoint, completely or not at all, with the metrics so far inside and beside it."""
        self.epoch = epoch
        self.history = [*self.history, dict(metrics)]
        parts = {name: getattr(self, name).state_dict() for name in _PARTS}
        save_whole({**parts, "epoch": epoch, "history": self.history}, self.run / "checkpoint.pt")
        self._write_metrics()

    def _write_metrics(self) -> None:
        replace_text(self.run / "metrics.jsonl", "".join(json.dumps(line) + "\n" for line in self.history))

    def resume(self) -> None:
        """Takes up the checkpoint, when there is one. Raises DataError when it is damaged."""
        path = self.run / "checkpoint.pt"
        if not path.exists():
            return
        try:
            state = torch.load(path, map_location=self.device, weights_only=True)
        except (OSError, EOFError, RuntimeError, pickle.UnpicklingError) as error:
            raise DataError(f"{path} is damaged: delete it to begin the training in {self.run} anew") from error
        for name in _PARTS:
            getattr(self, name).load_state_dict(state[name])
        self.epoch, self.history = state["epoch"], state["history"]
        self._write_metrics()  # a kill may have come between the checkpoint and them


def save_whole(state: Mapping[str, Any], path: Path) -> None:
    """Writes what PyTorch is to load again: completely, and on the disk before it gets its name, or not at all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


_PARTS = ("network", "average", "optimizer", "schedule")


def choose_device(name: str) -> torch.device:
    """``"auto"``, ``"cpu"`` or ``"cuda"``. Raises OptionError when a GPU is asked for and none is there."""
    if name == "cuda" and not torch.cuda.is_available():
        raise OptionError("device 'cuda' was asked for, but PyTorch sees no GPU: use --device cpu")
    return torch.device("cuda" if name != "cpu" and torch.cuda.is_available() else "cpu")


def has_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 is faster than float32: a processor without the instructions emulates it, ten times slower."""
    if device.type != "cpu":
        return True
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


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
