"""``Study``: the trials of a tuning, in a database that several machines may share; needs Optuna, but no PyTorch."""

from __future__ import annotations

import socket
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy import URL, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from inkdigits.errors import MissingExtraError, OptionError, StorageError
from inkdigits.training.plan import DATABASE, Plan
from inkdigits.training.space import shipped_values

UNPRUNED = 5
"""Trials that run to their end before any is cut short."""

_STATES = {
    TrialState.COMPLETE: "complete",
    TrialState.PRUNED: "pruned",
    TrialState.RUNNING: "running",
    TrialState.FAIL: "failed",
}
_SEEN = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.RUNNING)

_LEAST = 4  # complete trials from which on it is worth asking which setting matters
_HEARTBEAT, _GRACE = 20, 120  # seconds: a trial of a machine that is silent for longer is run again, by whoever is next
_PAUSES = (0.2, 0.5, 1.0, 2.0)  # seconds before the database is asked again
_SHIPPED, _WORKER, _AGREED = "shipped", "worker", "base"
_NUMBER = "alembic_version"


@dataclass(frozen=True, slots=True)
class TrialResult:
    """A trial.

    Attributes:
        number: From 0.
        state: ``"complete"``, ``"pruned"`` (cut short), ``"running"``, or ``"failed"``.
        loss: The validation loss that it is judged by; of one that is running or cut short, the last one.
        settings: What it chose.
        losses: The validation loss after each epoch.
        shipped: Whether its settings are those of the shipped model.
    """

    number: int
    state: str
    loss: float | None
    settings: Mapping[str, Any]
    losses: tuple[float, ...] = ()
    shipped: bool = False

    @classmethod
    def of(cls, trial: FrozenTrial) -> TrialResult:
        """What Optuna knows of a trial, in our words."""
        losses = tuple(trial.intermediate_values[step] for step in sorted(trial.intermediate_values))
        loss = trial.value if trial.state is TrialState.COMPLETE else losses[-1] if losses else None
        shipped = bool(trial.user_attrs.get(_SHIPPED))
        return cls(trial.number, _STATES[trial.state], loss, trial.params, losses, shipped)


class Study:
    """The trials of one plan; a context manager that closes the connections to its database."""

    def __init__(self, plan: Plan, storage: RDBStorage, study: optuna.Study) -> None:
        """Takes what :meth:`open` or :meth:`look` found."""
        self.plan, self.optuna, self._storage = plan, study, storage

    def __enter__(self) -> Study:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        _close(self._storage)

    @classmethod
    def open(cls, plan: Plan) -> Study:
        """Opens a study to add trials to it; makes its tables, and the study itself, where they are lacking.

        A new study begins with the settings of the shipped model, so that every other trial is measured against them.
        Trials that an earlier worker in this folder left unfinished are put back into the queue.

        Raises:
            OptionError: The address is malformed, or machines do not agree on the settings that are fixed.
            MissingExtraError: The database's driver is not installed.
            StorageError: The database does not answer.
        """
        optuna.logging.set_verbosity(optuna.logging.ERROR)  # what goes wrong is raised, and told by us
        pruner = optuna.pruners.MedianPruner(n_startup_trials=UNPRUNED, n_warmup_steps=1)
        with answering(plan):
            storage = _storage(plan)
            try:
                study = cls(plan, storage, _begun(plan, storage, pruner))
                study._take_back()
            except BaseException:
                _close(storage)
                raise
        return study

    @classmethod
    def look(cls, plan: Plan) -> Study | None:
        """Opens a study to look at it, as often as one likes; None when it has not begun.

        Raises:
            MissingExtraError: The database's driver is not installed.
            StorageError: The database does not answer.
        """
        if plan.storage is None and not (plan.folder / DATABASE).is_file():
            return None
        optuna.logging.set_verbosity(optuna.logging.ERROR)  # what goes wrong is raised, and told by us
        with answering(plan):
            storage = _look(plan.address)
            if storage is None:
                return None
            try:
                return cls(plan, storage, optuna.load_study(storage=storage, study_name=plan.name))
            except KeyError:  # others' studies alone are there
                _close(storage)
                return None
            except BaseException:
                _close(storage)
                raise

    @property
    def worker(self) -> str:
        """Who adds trials from this folder."""
        return f"{socket.gethostname()}:{self.plan.folder.resolve()}"

    def begin(self, trial: optuna.Trial) -> None:
        """Notes who runs a trial."""
        trial.set_user_attr(_WORKER, self.worker)

    def trials(self) -> tuple[TrialResult, ...]:
        """All trials that run or have ended, of every machine, by number; what failed is left out."""
        return tuple(map(TrialResult.of, self.optuna.get_trials(deepcopy=False, states=_SEEN)))

    def importances(self) -> dict[str, float]:
        """Setting -> share of the spread of the loss that it explains; empty when there are too few trials."""
        complete = self.optuna.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        if len(complete) < _LEAST or len({trial.value for trial in complete}) < 2:
            return {}
        return {name: float(share) for name, share in optuna.importance.get_param_importances(self.optuna).items()}

    def put_back(self, trial: optuna.Trial | FrozenTrial) -> None:
        """Lets the settings of a trial that was cut off be tried again, by whoever is next."""
        self.optuna.enqueue_trial(trial.params, user_attrs={_SHIPPED: trial.user_attrs.get(_SHIPPED, False)})

    def _take_back(self) -> None:
        for trial in self.optuna.get_trials(states=(TrialState.RUNNING,)):
            if trial.user_attrs.get(_WORKER) == self.worker:
                self.optuna.tell(trial.number, state=TrialState.FAIL)
                self.put_back(trial)


@dataclass(frozen=True, slots=True)
class Seen:
    """A study at one moment: its trials, and setting -> share of the spread of the loss that it explains."""

    trials: tuple[TrialResult, ...] = ()
    importances: Mapping[str, float] = field(default_factory=dict)


def look_at(plan: Plan) -> Seen:
    """What a study knows now, and nothing when it has not begun. Raises MissingExtraError or StorageError."""
    study = Study.look(plan)
    if study is None:
        return Seen()
    with study, answering(plan):
        return Seen(study.trials(), study.importances())


def best_of(trials: tuple[TrialResult, ...]) -> TrialResult | None:
    """The trial with the lowest loss among those that came to their end."""
    complete = [trial for trial in trials if trial.state == "complete" and trial.loss is not None]
    return min(complete, key=lambda trial: trial.loss or 0.0, default=None)


def shipped_of(trials: tuple[TrialResult, ...]) -> TrialResult | None:
    """The trial of the shipped settings, when it came to its end."""
    return next((trial for trial in trials if trial.shipped and trial.state == "complete"), None)


@contextmanager
def answering(plan: Plan) -> Iterator[None]:
    """Around what asks a study's database; Optuna wraps its errors, and says that they are those of wrong data.

    Raises:
        StorageError: The database does not answer.
    """
    try:
        yield
    except DBAPIError as error:
        raise _unreachable(plan.address, error) from error
    except optuna.exceptions.StorageInternalError as error:
        raise _unreachable(plan.address, error.__cause__ or error) from error


def _close(storage: RDBStorage) -> None:
    storage.remove_session()
    storage.engine.dispose()


def _begun(plan: Plan, storage: RDBStorage, pruner: optuna.pruners.BasePruner) -> optuna.Study:
    """The study, made if nobody has made it yet. Raises OptionError where its settings are others."""
    try:
        found = optuna.create_study(storage=storage, study_name=plan.name, pruner=pruner)
    except optuna.exceptions.DuplicatedStudyError:
        found = optuna.load_study(storage=storage, study_name=plan.name, pruner=pruner)
        _agree(plan, found)
    else:
        found.set_user_attr(_AGREED, plan.shared)
        found.enqueue_trial(shipped_values(plan.base, plan.free), user_attrs={_SHIPPED: True})
    return found


def _agree(plan: Plan, found: optuna.Study) -> None:
    agreed = found.user_attrs.get(_AGREED)
    if agreed is None:
        return  # whoever made it has not yet said
    others = [name for name, value in plan.shared.items() if agreed.get(name, value) != value]
    if others:
        raise OptionError(
            f"the study {plan.name!r} in that database was started with other settings: give the same --set "
            f"({', '.join(f'{name}={agreed[name]}' for name in others)}), or another --name"
        )


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": 60}}
    return {"connect_args": {"connect_timeout": 5}, "pool_pre_ping": True}


def _storage(plan: Plan) -> RDBStorage:
    """The database with its tables; two machines may begin at once, and then one of them meets the other's tables."""
    url = plan.address
    for pause in (*_PAUSES, None):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
                beating = {} if plan.storage is None else _heartbeat()
                return RDBStorage(url.render_as_string(hide_password=False), engine_kwargs=_options(url), **beating)
        except ImportError as error:
            raise MissingExtraError("PostgreSQL", "postgres") from error
        except (DBAPIError, optuna.exceptions.StorageInternalError):
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _look(url: URL) -> RDBStorage | None:
    """The database without connections that stay; None until all its tables are there."""
    options = {**_options(url), "poolclass": NullPool}
    try:
        engine = create_engine(url, **options)
    except ImportError as error:
        raise MissingExtraError("PostgreSQL", "postgres") from error
    with engine.connect() as connection:  # Optuna makes its tables first, and numbers them last
        numbered = inspect(connection).has_table(_NUMBER) and connection.scalar(text(f"SELECT count(*) FROM {_NUMBER}"))
    if not numbered:
        return None
    address = url.render_as_string(hide_password=False)
    return RDBStorage(address, engine_kwargs=options, skip_compatibility_check=True, skip_table_creation=True)


def _heartbeat() -> dict[str, Any]:
    retry = RetryHeartbeatStaleTrialCallback(max_retry=2)
    return {"heartbeat_interval": _HEARTBEAT, "grace_period": _GRACE, "heartbeat_stale_trial_callback": retry}


def _unreachable(url: URL, error: BaseException) -> StorageError:
    said = error.orig if isinstance(error, DBAPIError) else error
    why = (str(said).strip().splitlines() or [type(error).__name__])[0]
    return StorageError(
        f"the study's database {url.render_as_string(hide_password=True)} does not answer as it should ({why}): "
        "finished trials are kept; start again when it answers"
    )
