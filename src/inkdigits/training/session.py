"""One training run in memory: network, optimizer, schedule and chance, all of it in one checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from inkdigits.training.augment import augment
from inkdigits.training.beginning import Beginning, grown, read_sizes
from inkdigits.training.config import TrainConfig
from inkdigits.training.deepen import deepen
from inkdigits.training.mixtures import OWN
from inkdigits.training.network import DigitNetwork, Shape
from inkdigits.training.pool import Pool
from inkdigits.training.restraint import check_drawn, copy_weights
from inkdigits.training.runs import Resumable, choose_device, decay_groups, has_bfloat16, moving_average
from inkdigits.training.tensors import open_digit
from inkdigits.training.thaw import thaw

_FIRST = 25  # peak of the learning rate by where it starts
_SOFT = 2.0  # temperature at which old answers are repeated (Hinton et al., 2015)
_LOOKED_AT = 5_000  # glyphs by which the normalizations of a model to start from are measured again
_LIVELY, _CALM = 0.5, 0.75  # share of a batch that is changed mildly: at first, and in the last epochs


class Session(Resumable):
    """Network, optimizer, schedule and chance of one run; all of it in one checkpoint."""

    def __init__(self, run: Path, config: TrainConfig, pool: Pool) -> None:
        """Starts a run; :meth:`resume` takes up an earlier one.

        Raises:
            OptionError: The network cannot have these sizes, or nothing drawn says how far an adaptation goes.
        """
        if config.restraint:
            check_drawn(pool)
        self.run, self.config, self.pool = run, config, pool
        self.device = choose_device(config.device)
        self.half = has_bfloat16(self.device)
        self.history = []
        self.network: DigitNetwork = _network(run, config, pool).to(self.device)
        self.begun = copy_weights(self.network) if config.restraint else {}
        self.teacher = _teacher(run, config, self.device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in PyTorch's stubs
        self.average = AveragedModel(self.network, avg_fn=moving_average(config.ema), use_buffers=True)
        self.optimizer = _optimizer(self.network, config)
        self.steps = max(1, config.epoch_size // config.batch_size)
        total = self.steps * config.epochs + 1
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer,
            config.learning_rate,
            total_steps=total,
            pct_start=_start_share(config.warmup, total),
            final_div_factor=1 / (_FIRST * config.last_rate),
            div_factor=_FIRST,
        )
        self.glyphs = torch.from_numpy(pool.glyphs)
        self.labels = torch.from_numpy(pool.labels)
        self.own = torch.from_numpy(pool.of_kind(OWN))
        self.chances = _chances(pool, config.weights)

    @property
    def averaged(self) -> DigitNetwork:
        """The network with averaged weights: the one that is judged and shipped."""
        network = self.average.module
        assert isinstance(network, DigitNetwork)
        return network

    def run_epoch(self, epoch: int) -> tuple[float, float]:
        """One epoch; its chance depends on seed and number only, so that a resumed run repeats it.

        Returns:
            The mean loss, and the share of glyphs that were classed rightly, both as they were changed for training.
        """
        torch.manual_seed(self.config.seed * 10_007 + epoch)
        generator = torch.Generator().manual_seed(self.config.seed * 10_007 + epoch)
        rng = np.random.default_rng((self.config.seed, epoch))
        order = _draw(self.chances, self.steps * self.config.batch_size, rng)
        self._learn()
        losses, right = torch.zeros(self.steps), torch.zeros(self.steps)
        mild = _CALM if epoch >= round(self.config.epochs * (1 - self.config.calm)) else _LIVELY
        for step, chosen in enumerate(np.split(order, self.steps)):
            images = self.glyphs[chosen].unsqueeze(1).float().div_(255)
            images = augment(images, generator, self.config.augmentation, mild)
            moved = images.to(self.device, memory_format=torch.channels_last)
            own = self.own[chosen].to(self.device)
            losses[step], right[step] = self._step(moved, self.labels[chosen].to(self.device), own)
        return float(losses.mean()), float(right.mean())

    def _learn(self) -> None:
        self.network.train()
        if self.config.norms == "fixed":  # what few hands would measure is not what the network knows
            self.network.apply(_fix)

    def _step(self, images: Tensor, labels: Tensor, own: Tensor) -> tuple[Tensor, Tensor]:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.half):
            logits = self.network(images)
        loss = self._loss(logits.float(), images, labels, own)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        self.average.update_parameters(self.network)
        return loss.detach(), (logits.detach().argmax(dim=1) == labels).float().mean()

    def _loss(self, logits: Tensor, images: Tensor, labels: Tensor, own: Tensor) -> Tensor:
        """The labels' cross-entropy; on glyphs that are not own pictures, by ``distill``, the old answers' instead."""
        smoothing = self.config.label_smoothing
        if self.teacher is None:
            return nn.functional.cross_entropy(logits, labels, label_smoothing=smoothing)
        with torch.no_grad():
            answers = (self.teacher(images[~own]) / _SOFT).log_softmax(dim=1)
        weight = torch.where(own, 1.0, 1 - self.config.distill)
        taught = nn.functional.cross_entropy(logits, labels, label_smoothing=smoothing, reduction="none") * weight
        soft = (logits[~own] / _SOFT).log_softmax(dim=1)
        told = nn.functional.kl_div(soft, answers, reduction="sum", log_target=True) * _SOFT**2
        return (taught.sum() + self.config.distill * told) / len(labels)


def _fix(module: nn.Module) -> None:
    if isinstance(module, nn.BatchNorm2d):
        module.eval()


def _teacher(run: Path, config: TrainConfig, device: torch.device) -> DigitNetwork | None:
    """The model that a run begins with, as it was, when its answers are wanted."""
    beginning = Beginning.settle(run, config.start)
    return open_digit(beginning.path).to(device) if beginning is not None and config.distill else None


def _network(run: Path, config: TrainConfig, pool: Pool) -> DigitNetwork:
    """A new network, or the one that the run begins with. Raises OptionError when it cannot have these sizes."""
    shape = Shape(**{item.name: getattr(config, item.name) for item in fields(Shape)})
    beginning = Beginning.settle(run, config.start)
    if beginning is None:
        return DigitNetwork(shape)
    sizes = read_sizes(beginning.path)
    grown(sizes, {name: getattr(shape, name) for name in sizes})
    if config.norms == "fixed":
        network = open_digit(beginning.path)
        network = deepen(network, shape)
        network.dropout.p = shape.dropout
        return network
    some = np.random.default_rng(config.seed).choice(len(pool.glyphs), min(len(pool.glyphs), _LOOKED_AT), replace=False)
    network = deepen(thaw(beginning.path, torch.from_numpy(pool.glyphs[some])), shape)
    network.dropout.p = shape.dropout
    return network


def _start_share(warmup: float, total: int) -> float:
    """The share of steps in which the rate rises; PyTorch divides by zero when that is exactly one step."""
    return warmup + 1e-6 if abs(warmup * total - 1) < 1e-9 else warmup


def _optimizer(network: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
    groups = decay_groups(network, config.weight_decay)
    if config.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=config.learning_rate)
    return torch.optim.SGD(groups, lr=config.learning_rate, momentum=0.9, nesterov=True)


def _chances(pool: Pool, weights: Mapping[str, float]) -> list[tuple[npt.NDArray[np.int64], float]]:
    """Each kind's glyphs and its share of a batch; kinds without a weight are left out."""
    total = sum(weights.get(name, 0.0) for name in pool.names)
    kinds = [(np.flatnonzero(pool.kinds == k), weights.get(name, 0.0) / total) for k, name in enumerate(pool.names)]
    return [(members, share) for members, share in kinds if share > 0 and len(members)]


def _draw(
    chances: list[tuple[npt.NDArray[np.int64], float]], count: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """``count`` positions in the pool, each kind by its share, shuffled."""
    parts = []
    for members, share in chances:
        wanted = round(count * share)
        rounds = -(-wanted // len(members))
        parts.append(np.concatenate([rng.permutation(members) for _ in range(rounds)])[:wanted])
    order = np.concatenate(parts)
    order = rng.permutation(order)
    return np.resize(order, count)
