"""``tune``: many short trainings look for good settings of the digit network; bad ones are cut short."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import optuna

from inkdigits.errors import OptionError
from inkdigits.jobs.files import write_json
from inkdigits.jobs.progress import Listener, Progress
from inkdigits.jobs.worker import claim
from inkdigits.training.datasets import data_folder
from inkdigits.training.fit import fit
from inkdigits.training.plan import Plan
from inkdigits.training.pools import Pools, open_pools
from inkdigits.training.runs import prepare, settle_data
from inkdigits.training.space import SPACE
from inkdigits.training.study import Study, TrialResult, answering, best_of, shipped_of

BEST = "best.json"
Told = Callable[[TrialResult], None]


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a study knows.

    Attributes:
        trials: Finished trials, of this and earlier calls and of other machines.
        best: Settings of the lowest validation loss, complete.
        loss: That loss.
        shipped: The loss that the settings of the shipped model came to under the same conditions, or None.
        importances: Setting -> share of the spread of the loss that it explains; empty when there are too few trials.
        config: The file with the best settings, for ``inkdigits train digit --config``.
    """

    trials: tuple[TrialResult, ...]
    best: Mapping[str, Any]
    loss: float
    shipped: float | None
    importances: Mapping[str, float]
    config: Path


def tune(
    folder: Path,
    trials: int,
    fixed: Mapping[str, Any] | None = None,
    data: Path | None = None,
    storage: str | None = None,
    told: Told = lambda result: None,
    listen: Listener = lambda progress: None,
    threads: int = 0,
    name: str | None = None,
    minutes: float | None = None,
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
        name: Of the study in that database; None takes the folder's name.
        minutes: After which no further trial begins; None: never.

    Raises:
        OptionError: A setting is unknown, all are fixed, the folder's study has others fixed, or another process works
            in the folder.
        DataError: Data is missing.
        StorageError: The database does not answer.
    """
    plan = Plan.settle(folder, fixed, storage, name)
    with claim(folder, listen) as listen:
        sources = settle_data(data) if plan.base.base == "all" else data_folder(data)
        with Study.open(plan) as study:
            prepare(plan.base.seed, threads)
            pools = open_pools(folder, plan.base, sources, listen)
            with answering(plan):
                study.optuna.optimize(
                    lambda trial: _run(study, pools, trial, listen),
                    n_trials=trials,
                    timeout=None if minutes is None else 60 * minutes,
                    callbacks=[lambda _, trial: _tell(study, TrialResult.of(trial), told)],
                )
                return _sum_up(study)


def _run(study: Study, pools: Pools, trial: optuna.Trial, listen: Listener) -> float:
    study.begin(trial)
    plan = study.plan
    config = plan.trial({name: SPACE[name](trial, plan.base) for name in plan.free})
    run = plan.folder / "trials" / f"{trial.number:04d}"
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
    except KeyboardInterrupt:
        study.put_back(trial)
        raise
    finally:
        for left in ("checkpoint.pt", "best.pt"):
            (run / left).unlink(missing_ok=True)
    return min(losses) if config.early_stopping else losses[-1]


def _tell(study: Study, result: TrialResult, told: Told) -> None:
    best = best_of(study.trials())
    if best is not None:
        write_json(study.plan.folder / BEST, study.plan.trial(best.settings).to_dict())
    told(result)


def _sum_up(study: Study) -> Tuned:
    finished = tuple(trial for trial in study.trials() if trial.state != "running")
    best, shipped = best_of(finished), shipped_of(finished)
    if best is None or best.loss is None:
        raise OptionError("no trial came to its end: run more of them")
    config = study.plan.folder / BEST
    settings = study.plan.trial(best.settings).to_dict()
    write_json(config, settings)
    return Tuned(
        trials=finished,
        best=settings,
        loss=best.loss,
        shipped=None if shipped is None else shipped.loss,
        importances=study.importances(),
        config=config,
    )
