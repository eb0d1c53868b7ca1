"""``tune``: many short trainings look for good settings of the digit network; bad ones are cut short."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna

from inkdigits.errors import OptionError
from inkdigits.jobs.files import read_json, write_json
from inkdigits.training.config import TrainConfig
from inkdigits.training.datasets import data_folder
from inkdigits.training.fit import fit
from inkdigits.training.pools import Pools, open_pools
from inkdigits.training.runs import Listener, Progress, prepare, settle_data

NAME = "digit"
PROXY: Mapping[str, Any] = {"epochs": 6, "epoch_size": 8_000, "batch_size": 128, "ema": 0.98, "validate_every": 1}
"""How a trial differs from a whole training, unless it is told otherwise: it is short."""

_UNPRUNED = 5  # trials that run to their end before any is cut short


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What came of a trial: its number, state (``"complete"`` or ``"pruned"``), loss and settings."""

    number: int
    state: str
    loss: float | None
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a study knows.

    Attributes:
        trials: Finished trials, of this and earlier calls and of other machines.
        best: Settings of the lowest validation loss, complete.
        loss: That loss.
        importances: Setting -> share of the spread of the loss that it explains; empty when there are too few trials.
        config: The file with the best settings, for ``inkdigits train digit --config``.
    """

    trials: tuple[TrialResult, ...]
    best: Mapping[str, Any]
    loss: float
    importances: Mapping[str, float]
    config: Path


def tune(
    folder: Path,
    trials: int,
    fixed: Mapping[str, Any] | None = None,
    data: Path | None = None,
    storage: str | None = None,
    told: Callable[[TrialResult], None] = lambda result: None,
    listen: Listener = lambda progress: None,
    threads: int = 0,
) -> Tuned:
    """Runs trials; called again with the same folder or storage, it adds to the same study.

    Args:
        folder: Of the study: pools, trials, ``best.json``, and its database unless ``storage`` is given.
        trials: How many more.
        fixed: Settings that no trial changes, also those of ``PROXY``.
        data: The data folder.
        storage: Address of a database that several machines share, such as ``postgresql://...``; None is SQLite.
        told: Called after each trial.
        listen: Called with the progress of the data, and of each trial.
        threads: Threads of PyTorch; 0 means one a processor.

    Raises:
        OptionError: A setting is unknown, all are fixed, or the folder's study has others fixed.
        DataError: Data is missing.
    """
    fixed = dict(fixed or {})
    base = TrainConfig.resolve({**PROXY, **fixed})
    _settle(folder, base)
    free = [name for name in SPACE if name not in fixed]
    if not free:
        raise OptionError(f"every setting is fixed: leave out one of {', '.join(SPACE)}")
    sources = settle_data(data) if base.base == "all" else data_folder(data)
    prepare(base.seed, threads)
    pools = open_pools(folder, base, sources, listen)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        storage=storage or f"sqlite:///{(folder / 'study.db').resolve()}",
        study_name=NAME,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=_UNPRUNED, n_warmup_steps=1),
        load_if_exists=True,
    )
    study.optimize(
        lambda trial: _run(folder, base, free, pools, trial, listen),
        n_trials=trials,
        callbacks=[lambda study, trial: told(_result(trial))],
    )
    return _sum_up(folder, base, study)


def _settle(folder: Path, base: TrainConfig) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    record = folder / "base.json"
    saved = read_json(record)
    if saved is not None and TrainConfig.resolve(saved) != base:
        raise OptionError(f"{folder} was started with other settings (see {record}): use another --study folder")
    write_json(record, base.to_dict())


def _run(
    folder: Path, base: TrainConfig, free: list[str], pools: Pools, trial: optuna.Trial, listen: Listener
) -> float:
    chosen = {name: SPACE[name](trial) for name in free}
    config = TrainConfig.resolve({**base.to_dict(), **chosen})
    run = folder / "trials" / f"{trial.number:04d}"
    losses: list[float] = []

    def watch(progress: Progress) -> None:
        listen(progress)
        loss = (progress.metrics or {}).get("val_loss")
        if loss is not None:
            losses.append(loss)
            trial.report(loss, progress.done)
            if trial.should_prune():
                raise optuna.TrialPruned

    shutil.rmtree(run, ignore_errors=True)  # of another study in the same folder
    run.mkdir(parents=True)
    write_json(run / "config.json", config.to_dict())
    try:
        fit(run, config, pools, watch)
    finally:
        for left in ("checkpoint.pt", "best.pt"):
            (run / left).unlink(missing_ok=True)
    return min(losses) if config.early_stopping else losses[-1]


def _result(trial: optuna.trial.FrozenTrial) -> TrialResult:
    loss = trial.value if trial.value is not None else None
    return TrialResult(trial.number, trial.state.name.lower(), loss, trial.params)


def _sum_up(folder: Path, base: TrainConfig, study: optuna.Study) -> Tuned:
    finished = study.get_trials(states=(optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED))
    if not any(trial.state is optuna.trial.TrialState.COMPLETE for trial in finished):
        raise OptionError("no trial came to its end: run more of them")
    best = TrainConfig.resolve({**base.to_dict(), **study.best_params}).to_dict()
    write_json(folder / "best.json", best)
    return Tuned(
        trials=tuple(map(_result, finished)),
        best=best,
        loss=study.best_value,
        importances=_importances(study),
        config=folder / "best.json",
    )


def _importances(study: optuna.Study) -> dict[str, float]:
    complete = study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))
    if len(complete) < 4 or len({trial.value for trial in complete}) < 2:
        return {}
    return {name: float(share) for name, share in optuna.importance.get_param_importances(study).items()}


Suggestion = Callable[[optuna.Trial], Any]

SPACE: Mapping[str, Suggestion] = {
    "stem": lambda trial: trial.suggest_categorical("stem", [8, 12, 16, 24, 32]),
    "middle": lambda trial: trial.suggest_categorical("middle", [16, 32, 48, 64, 96]),
    "top": lambda trial: trial.suggest_categorical("top", [32, 64, 96, 128, 192]),
    "blocks": lambda trial: trial.suggest_int("blocks", 0, 2),
    "top_blocks": lambda trial: trial.suggest_int("top_blocks", 0, 1),
    "kernel_size": lambda trial: trial.suggest_categorical("kernel_size", [3, 5]),
    "dropout": lambda trial: trial.suggest_float("dropout", 0.0, 0.5),
    "learning_rate": lambda trial: trial.suggest_float("learning_rate", 0.01, 0.4, log=True),
    "augmentation": lambda trial: trial.suggest_float("augmentation", 0.3, 1.3),
}
"""What a study looks for, each unless it is fixed."""
