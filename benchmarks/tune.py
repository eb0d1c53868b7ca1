"""What tuning finds: a study as ``inkdigits tune`` runs it, then its best settings against the shipped ones, afresh."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.results import Result, measure
from inkdigits.recognition.engine import processors
from inkdigits.recognition.scores import softmax
from inkdigits.training.fit import fit
from inkdigits.training.plan import Plan
from inkdigits.training.pools import Pools, open_pools
from inkdigits.training.runs import prepare
from inkdigits.training.study import TrialResult, best_of, shipped_of
from inkdigits.training.tune import tune
from inkdigits.training.validate import validate

TRIALS = 30
MINUTES = 40.0
FIXED: Mapping[str, Any] = {"base": "mnist"}

FRESH = (1_009, 2_003)
"""Seeds of the trainings that compare: the best of many trials is lucky in its own, the shipped settings are not."""

_DRAWS = 2_000  # of the bootstrap over validation glyphs


def run(
    data: Path | None,
    folder: Path,
    limit: int | None = None,
    minutes: float = MINUTES,
    threads: int = 0,
    fixed: Mapping[str, Any] = FIXED,
) -> Result:
    """Runs a study, and trains its best settings and the shipped ones anew with other seeds.

    Args:
        data: The data folder.
        folder: Where the study goes; emptied first.
        limit: Only so many trials.
        minutes: After which no further trial begins.
        threads: Threads of PyTorch; 0 means one a processor.
        fixed: Settings that no trial changes.
    """
    shutil.rmtree(folder, ignore_errors=True)
    started, spent = time.perf_counter(), time.process_time()
    found = tune(folder, limit or TRIALS, fixed, data, told=_tell, threads=threads, minutes=minutes)
    wall, cpu = (time.perf_counter() - started) / 60, (time.process_time() - spent) / 60
    print(f"{len(found.trials)} trials in {wall:.1f} minutes ({cpu:.1f} of processor time)", flush=True)
    best, shipped = best_of(found.trials), shipped_of(found.trials)
    assert best is not None
    assert shipped is not None, "the first trial has the shipped settings, and is never cut short"
    fresh = _fresh(folder, {"shipped": shipped.settings, "best": best.settings}, data, threads)
    return {
        "threads": threads or processors(),
        "processor_minutes": cpu,
        "pruned": sum(trial.state == "pruned" for trial in found.trials),
        "best": _row(best, fresh["best"]),
        "shipped": _row(shipped, fresh["shipped"]),
        "measures": {
            "tune_trials": measure(len(found.trials)),
            "tune_minutes": measure(wall),
            "tune_loss": _ratio(fresh["best"][0], fresh["shipped"][0]),
        },
    }


def _tell(trial: TrialResult) -> None:
    print(f"{trial.number}: {trial.state} {trial.loss} {dict(trial.settings)}", flush=True)


Fresh = tuple[npt.NDArray[np.float64], list[float], list[int]]
"""Loss of each validation glyph, mean over the seeds; loss and misread digits of each seed."""


def _fresh(folder: Path, chosen: Mapping[str, Mapping[str, Any]], data: Path | None, threads: int) -> dict[str, Fresh]:
    plan = Plan.read(folder)
    pools = open_pools(folder, plan.base, data, lambda progress: None)
    return {name: _train(folder / "fresh" / name, plan, settings, pools, threads) for name, settings in chosen.items()}


def _train(run: Path, plan: Plan, settings: Mapping[str, Any], pools: Pools, threads: int) -> Fresh:
    losses: list[npt.NDArray[np.float64]] = []
    errors: list[int] = []
    for seed in FRESH:
        place = run / str(seed)
        place.mkdir(parents=True)
        prepare(seed, threads)
        network = fit(place, plan.trial({**settings, "seed": seed}), pools, lambda progress: None)
        check = validate(network, pools.validation)
        given = softmax(check.logits)[np.arange(len(check.labels)), check.labels]
        losses.append(-np.log(np.clip(given.astype(np.float64), 1e-12, 1)))
        wrong = check.logits[:, :-1].argmax(axis=1) != check.labels
        errors.append(int(wrong[check.is_digit].sum()))
        print(f"{run.name}, seed {seed}: {losses[-1].mean():.4f}, {errors[-1]} misread", flush=True)
    return np.mean(losses, axis=0), [float(one.mean()) for one in losses], errors


def _ratio(best: npt.NDArray[np.float64], shipped: npt.NDArray[np.float64]) -> Result:
    """Loss of the best settings as a share of that of the shipped ones, on the same glyphs (paired bootstrap)."""
    rng = np.random.default_rng(FRESH[0])
    count = len(best)
    drawn = [rng.integers(0, count, count) for _ in range(_DRAWS)]
    low, high = np.quantile([best[rows].sum() / shipped[rows].sum() for rows in drawn], (0.025, 0.975))
    return measure(float(best.mean() / shipped.mean()), count, (float(low), float(high)))


def _row(trial: TrialResult, fresh: Fresh) -> Result:
    _, losses, errors = fresh
    return {
        "trial": trial.number,
        "settings": dict(trial.settings),
        "loss": trial.loss,
        "fresh": _pairs(losses, errors),
    }


def _pairs(losses: Sequence[float], errors: Sequence[int]) -> list[Result]:
    return [
        {"seed": seed, "loss": loss, "errors": wrong} for seed, loss, wrong in zip(FRESH, losses, errors, strict=True)
    ]
