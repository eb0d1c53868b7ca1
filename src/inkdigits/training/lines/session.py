"""One run of the line network in memory: weights, optimizer, schedule and chance, all of it in one checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from inkdigits.images.page import Grey
from inkdigits.training.lines.batches import augment, batches, stack
from inkdigits.training.lines.chunks import Chunk
from inkdigits.training.lines.config import LineConfig
from inkdigits.training.lines.deepen import deepen_line
from inkdigits.training.lines.loss import line_loss
from inkdigits.training.lines.network import LineNetwork, shape_of
from inkdigits.training.runs import Resumable, choose_device, decay_groups, has_bfloat16, moving_average

_WARM_UP = 500  # steps, or a tenth of a short run
_CLIP = 2.0  # norm of the gradient: a line that cannot be read must not throw the others over


class LineSession(Resumable):
    """Network, optimizer, schedule and chance of one run; all of it in one checkpoint."""

    def __init__(self, run: Path, config: LineConfig, steps: int, network: LineNetwork | None = None) -> None:
        """Starts a run of so many steps, from a trained network or from nothing; :meth:`resume` takes up one."""
        self.run, self.config = run, config
        self.device = choose_device(config.device)
        self.history = []
        self.frozen = network is not None
        self.network: LineNetwork = (network or LineNetwork(shape_of(config))).to(self.device)
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in PyTorch's stubs
        self.average = AveragedModel(self.network, avg_fn=moving_average(config.ema), use_buffers=True)
        self.optimizer = torch.optim.AdamW(
            decay_groups(self.network, config.weight_decay), lr=config.learning_rate, betas=(0.9, 0.98)
        )
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, _trapezoid(steps, config.cooldown))

    @property
    def averaged(self) -> LineNetwork:
        """The network with averaged weights: the one that is judged and shipped."""
        network = self.average.module
        assert isinstance(network, LineNetwork)
        return network

    def begin_with(self, network: LineNetwork) -> None:
        """Takes over weights. Raises OptionError when they belong to a network of other sizes, but for more blocks."""
        weights = deepen_line(network, self.network.shape).state_dict()
        self.network.load_state_dict(weights)
        self.average.module.load_state_dict(weights)

    def run_epoch(self, epoch: int, chunks: Iterable[Chunk]) -> float:
        """One pass; its chance depends on seed and number only, so that a resumed run repeats it. Mean loss."""
        seed = self.config.seed * 10_007 + epoch
        torch.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        rng = np.random.default_rng((self.config.seed, epoch))
        losses = [
            self.learn(lines, labels, generator) for lines, labels in batches(list(chunks), self.config.batch_size, rng)
        ]
        return float(torch.stack(losses).mean())

    def learn(self, lines: list[Grey], labels: list[str], generator: torch.Generator, silent: int = 0) -> Tensor:
        """One step on a batch; ``silent`` as :func:`line_loss`. Returns the loss."""
        self.network.train()
        if self.frozen:  # a few hundred fields are too few to measure what normalization needs
            self.network.apply(_freeze)
        pixels = augment(stack(lines), generator, self.config.augmentation)
        pixels = pixels.to(self.device, memory_format=torch.channels_last)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=has_bfloat16(self.device)):
            frames = self.network(pixels)
        loss = line_loss(frames, labels, silent)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), _CLIP)
        self.optimizer.step()
        self.schedule.step()
        self.average.update_parameters(self.network)
        return loss.detach()


def _freeze(module: nn.Module) -> None:
    if isinstance(module, nn.BatchNorm2d):
        module.eval()


def _trapezoid(steps: int, cooldown: float) -> Callable[[int], float]:
    """A short rise, level, then down to zero along half a cosine: the end may be set while it is level."""

    def factor(step: int) -> float:
        rise = (step + 1) / max(1, min(_WARM_UP, steps // 10))
        left = (steps - step) / max(1.0, cooldown * steps)
        return min(1.0, rise) * (0.5 - 0.5 * float(np.cos(np.pi * min(1.0, max(0.0, left)))) + 1e-3)

    return factor
