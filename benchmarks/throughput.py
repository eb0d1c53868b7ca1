"""How fast the digit network learns, augmentation and all, beside plain PyTorch without it in the same run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch import nn

from benchmarks.results import Result, measure
from inkdigits.evaluation.clock import Times, clocked
from inkdigits.recognition import classifier
from inkdigits.recognition.engine import processors
from inkdigits.training.beginning import read_sizes
from inkdigits.training.config import TrainConfig
from inkdigits.training.network import DigitNetwork, Shape
from inkdigits.training.pool import Pool, build_pool
from inkdigits.training.session import Session

STEPS = 8
"""Steps of an epoch of ours, and of a turn of the plain loop."""

ROUNDS = 5
GLYPHS = 2_000


def run(limit: int | None = None, threads: int = 0) -> Result:
    """Times training with the shipped settings and a plain loop, in turns.

    Args:
        limit: Not the shipped batches but so many glyphs in each, and three rounds.
        threads: Threads of PyTorch; 0 means one a processor.
    """
    torch.set_num_threads(threads or processors())
    base = TrainConfig()
    sizes = read_sizes(classifier.SHIPPED)
    batch = min(limit or base.batch_size, base.batch_size)
    chosen = {"base": "sample", "weights": {"vector": 1.0}, "batch_size": batch, "epoch_size": STEPS * batch, **sizes}
    config = TrainConfig.resolve(chosen)
    pool = build_pool(None, {"vector": GLYPHS}, seed=config.seed)
    times: dict[str, Times] = {"ours": [], "plain": []}
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder), config, pool)
        turns = {"ours": lambda: session.run_epoch(0), "plain": _plain(config, pool)}
        for turn in range((3 if limit else ROUNDS) + 1):
            for name, job in turns.items():
                found = clocked(job)
                if turn:  # the first one warms up
                    times[name].append(found)
    return _tell(times, STEPS * batch)


def _plain(config: TrainConfig, pool: Pool) -> Callable[[], None]:
    """Forward, loss, backward and step on batches that are ready, and nothing else."""
    network = DigitNetwork(Shape(**{item.name: getattr(config, item.name) for item in fields(Shape)})).train()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9, nesterov=True)
    chosen = np.random.default_rng(0).integers(0, len(pool.glyphs), (STEPS, config.batch_size))
    images = [torch.from_numpy(pool.glyphs[rows]).unsqueeze(1).float() / 255 for rows in chosen]
    batches = [one.contiguous(memory_format=torch.channels_last) for one in images]
    labels = [torch.from_numpy(pool.labels[rows]) for rows in chosen]

    def learn() -> None:
        for glyphs, truth in zip(batches, labels, strict=True):
            loss = nn.functional.cross_entropy(network(glyphs), truth)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()

    return learn


def _tell(times: dict[str, Times], glyphs: int) -> Result:
    wall, cpu = ({name: median(one[place] for one in found) for name, found in times.items()} for place in (0, 1))
    shares = [theirs[0] / ours[0] for ours, theirs in zip(times["ours"], times["plain"], strict=True)]
    rates = {name: glyphs / seconds for name, seconds in wall.items()}
    per_processor = {name: glyphs / seconds for name, seconds in cpu.items()}
    print(f"{rates['ours']:,.0f}/s, {median(shares):.0%} of plain PyTorch; {per_processor['ours']:,.0f} a CPU second")
    return {
        "threads": torch.get_num_threads(),
        "rates": rates,
        "per_processor_second": per_processor,
        "bfloat16": _half(),
        "measures": {
            "training_rate": measure(rates["ours"], len(shares)),
            "training_share": measure(median(shares), len(shares)),
        },
    }


def _half() -> bool:
    from inkdigits.training.runs import has_bfloat16

    return has_bfloat16(torch.device("cpu"))
