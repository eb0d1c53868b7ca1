"""Tuning: trials find settings, a study goes on, bad trials are cut short, and the best becomes a model."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the train extra")
pytest.importorskip("optuna", reason="tuning needs the tune extra")

import optuna
from typer.testing import CliRunner

from inkdigits import MissingExtraError, OptionError
from inkdigits.cli import app
from inkdigits.errors import StorageError
from inkdigits.registry import Registry
from inkdigits.training.config import TrainConfig
from inkdigits.training.jobs.tuning import start_study
from inkdigits.training.plan import DATABASE, Plan
from inkdigits.training.space import SPACE
from inkdigits.training.study import Study, TrialResult, look_at
from inkdigits.training.tune import tune

pytestmark = [pytest.mark.train, pytest.mark.slow]

FIXED = {
    "base": "sample",
    "counts": {"vector": 200, "scribbles": 60},
    "epochs": 3,
    "epoch_size": 640,
    "batch_size": 64,
    "stem": 4,
    "middle": 8,
    "top": 8,
    "blocks": 0,
    "top_blocks": 0,
    "stem_blocks": 0,
    "kernel_size": 3,
}


def test_a_study_goes_on_and_its_best_becomes_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path / "home"))
    told: list[TrialResult] = []
    first = tune(tmp_path / "study", 6, FIXED, told=told.append, threads=1)
    assert [trial.number for trial in told] == list(range(6))
    assert told[0].shipped
    assert told[0].settings == {name: getattr(TrainConfig(), name) for name in SPACE if name not in FIXED}
    assert first.shipped == told[0].loss
    assert first.loss == min(trial.loss for trial in told if trial.state == "complete" and trial.loss is not None)
    assert set(first.importances) == {"dropout", "learning_rate", "augmentation"}
    again = tune(tmp_path / "study", 2, FIXED, threads=1)
    assert len(again.trials) == 8
    assert again.loss <= first.loss
    best = json.loads((tmp_path / "study" / "best.json").read_text())
    assert TrainConfig.resolve(best).to_dict() == best
    with pytest.raises(OptionError, match="other settings"):
        tune(tmp_path / "study", 1, {**FIXED, "seed": 8})
    short = [part for setting in ("epochs=1", "epoch_size=640", "batch_size=64") for part in ("--set", setting)]
    result = CliRunner().invoke(
        app,
        ["tune", "best", str(tmp_path / "study"), "--train", "--register", "Tuned", "--threads", "1", *short],
        catch_exceptions=False,
    )
    assert result.exit_code == 0
    model = Registry(tmp_path / "home").get("tuned")
    chosen = {name: best[name] for name in SPACE}
    assert {name: model.config[name] for name in SPACE} == chosen
    assert (model.config["epochs"], model.config["ema"]) == (1, TrainConfig().ema)


def test_a_trial_that_was_killed_is_run_again(tmp_path: Path) -> None:
    plan = Plan.settle(tmp_path, FIXED)
    assert look_at(plan).trials == ()
    with Study.open(plan) as study:
        study.begin(study.optuna.ask())  # and its process is killed
    assert [trial.state for trial in look_at(plan).trials] == ["running"]
    found = tune(tmp_path, 1, FIXED, threads=1)
    assert [(trial.number, trial.shipped) for trial in found.trials] == [(1, True)]


def test_a_study_whose_tables_are_being_made_has_no_trials_yet(tmp_path: Path) -> None:
    plan = Plan.settle(tmp_path, FIXED)
    (tmp_path / DATABASE).touch()
    assert look_at(plan).trials == ()
    optuna.storages.RDBStorage(plan.address.render_as_string())  # its tables, and no study in them
    assert look_at(plan).trials == ()


def test_a_database_that_does_not_answer_is_named_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg", reason="needs the postgres extra")
    monkeypatch.setattr("inkdigits.training.study._PAUSES", ())
    address = "postgresql://me:secret@127.0.0.1:1/digits"
    with pytest.raises(StorageError, match=r"me:\*\*\*@127.0.0.1:1/digits does not answer .*refused"):
        start_study(tmp_path / "studies", "mine", FIXED, 1, storage=address)
    with pytest.raises(StorageError, match="does not answer"):
        tune(tmp_path / "tune", 1, FIXED, storage=address)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError, match=r"inkdigits\[postgres\]"):
        start_study(tmp_path / "studies", "mine", FIXED, 1, storage=address)
    assert not list((tmp_path / "studies").iterdir())


def test_a_trial_that_was_stopped_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("inkdigits.training.tune.fit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            tune(tmp_path, 3, FIXED, threads=1)
    found = tune(tmp_path, 1, threads=1)
    assert [(trial.number, trial.shipped) for trial in found.trials] == [(1, True)]


def test_a_hopeless_trial_is_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = iter([0.1] * 5 + [1e-7])
    monkeypatch.setitem(SPACE, "learning_rate", lambda trial, base: next(rates))
    found = tune(tmp_path, 6, {**FIXED, "epochs": 8}, threads=1)
    assert [trial.state for trial in found.trials] == ["complete"] * 5 + ["pruned"]


def test_no_trial_begins_after_the_time_limit(tmp_path: Path) -> None:
    found = tune(tmp_path, 50, {**FIXED, "epochs": 1}, threads=1, minutes=1e-4)
    assert len(found.trials) == 1


def test_a_wrong_setting_or_nothing_to_look_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="unknown training setting"):
        tune(tmp_path, 1, {"droput": 1})
    everything = {name: getattr(TrainConfig(), name) for name in SPACE}
    with pytest.raises(OptionError, match="every setting is fixed"):
        tune(tmp_path, 1, everything)
    for options, says in {
        ("train", "digit", "--config", str(tmp_path / "nowhere.json")): "--config",
        ("tune", "best", str(tmp_path / "nowhere")): "there is no study",
        ("tune", "best", "--register", "x"): "--train",
        ("tune", "--study", str(tmp_path / "s"), "--storage", "oracle://x"): "not known",
    }.items():
        result = CliRunner().invoke(app, list(options))
        assert isinstance(result.exception, OptionError)
        assert says in str(result.exception)
