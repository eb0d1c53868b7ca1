"""The benchmark of tuning: a study, and its best settings beside the shipped ones with seeds of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the train extra")
pytest.importorskip("optuna", reason="tuning needs the tune extra")

from benchmarks import tune
from benchmarks.report import TABLES

pytestmark = [pytest.mark.train, pytest.mark.slow]


def test_the_best_settings_are_tried_afresh_beside_the_shipped_ones(tmp_path: Path) -> None:
    small = {"stem": 4, "middle": 8, "top": 8, "blocks": 0, "top_blocks": 0, "kernel_size": 3}
    short = {"base": "sample", "counts": {"vector": 100, "scribbles": 60}, "epochs": 1, "epoch_size": 256}
    found = tune.run(None, tmp_path / "study", limit=2, threads=1, fixed={**short, **small})
    measures = found["measures"]
    low, high = measures["tune_loss"]["interval"]
    assert low <= measures["tune_loss"]["value"] <= high
    assert measures["tune_trials"]["value"] == 2
    assert found["best"]["loss"] <= found["shipped"]["loss"]
    assert [one["seed"] for one in found["best"]["fresh"]] == list(tune.FRESH)
    if found["best"]["trial"] == found["shipped"]["trial"]:
        assert measures["tune_loss"]["value"] == 1
    assert "2 trials, 0 of them cut short" in TABLES["tune"]({"tune": found})
