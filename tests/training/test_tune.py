"""Tuning: trials find settings, a study goes on, bad trials are cut short, and the best becomes a training."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the train extra")
pytest.importorskip("optuna", reason="tuning needs the tune extra")

from typer.testing import CliRunner

from inkdigits import OptionError
from inkdigits.cli import app
from inkdigits.training.config import TrainConfig
from inkdigits.training.tune import SPACE, TrialResult, tune

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
    "kernel_size": 3,
}


def test_a_study_goes_on_prunes_and_its_best_trains(tmp_path: Path) -> None:
    told: list[TrialResult] = []
    first = tune(tmp_path / "study", 6, FIXED, told=told.append, threads=1)
    assert [trial.number for trial in told] == list(range(6))
    assert first.loss == min(trial.loss for trial in told if trial.state == "complete" and trial.loss is not None)
    assert set(first.importances) == {"dropout", "learning_rate", "augmentation"}
    again = tune(tmp_path / "study", 2, FIXED, threads=1)
    assert len(again.trials) == 8
    assert again.loss <= first.loss
    best = json.loads((tmp_path / "study" / "best.json").read_text())
    assert TrainConfig.resolve(best).to_dict() == best
    with pytest.raises(OptionError, match="other settings"):
        tune(tmp_path / "study", 1, {**FIXED, "seed": 8})
    options = ["--config", str(again.config), "--set", "epochs=1", "--threads", "1", "--run", str(tmp_path / "run")]
    result = CliRunner().invoke(app, ["train", "digit", *options], catch_exceptions=False)
    assert result.exit_code == 0
    record = json.loads((tmp_path / "run" / "config.json").read_text())
    assert record == {**best, "epochs": 1}


def test_a_hopeless_trial_is_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = iter([0.1] * 5 + [1e-7])
    monkeypatch.setitem(SPACE, "learning_rate", lambda trial: next(rates))
    found = tune(tmp_path, 6, {**FIXED, "epochs": 8}, threads=1)
    assert [trial.state for trial in found.trials] == ["complete"] * 5 + ["pruned"]


def test_a_wrong_setting_or_nothing_to_look_for_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="unknown training setting"):
        tune(tmp_path, 1, {"droput": 1})
    everything = {name: getattr(TrainConfig(), name) for name in SPACE}
    with pytest.raises(OptionError, match="every setting is fixed"):
        tune(tmp_path, 1, everything)
    result = CliRunner().invoke(app, ["train", "digit", "--config", str(tmp_path / "nowhere.json")])
    assert isinstance(result.exception, OptionError)
