"""Two processes on one study in a real PostgreSQL: every trial is run once, and both see all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the train extra")
pytest.importorskip("optuna", reason="tuning needs the tune extra")

from typer.testing import CliRunner

from inkdigits import OptionError
from inkdigits.cli import app
from inkdigits.training.plan import Plan
from inkdigits.training.study import look_at

pytestmark = [pytest.mark.train, pytest.mark.slow]

EACH = 4
PATIENCE = 170  # seconds, on a busy machine
SETTINGS = {
    "base": "sample",
    "counts": '{"vector": 120, "scribbles": 60}',
    "epochs": 2,
    "epoch_size": 256,
    "batch_size": 64,
    "stem": 4,
    "middle": 8,
    "top": 8,
    "blocks": 0,
    "top_blocks": 0,
    "stem_blocks": 0,
}


def command(folder: Path, url: str, **settings: object) -> list[str]:
    options = ["--study", str(folder), "--storage", url, "--name", "shared", "--threads", "1"]
    fixed = [part for name, value in {**SETTINGS, **settings}.items() for part in ("--set", f"{name}={value}")]
    return ["tune", "--trials", str(EACH), "--json", *options, *fixed]


def test_two_workers_share_one_study(postgres_url: str, tmp_path: Path) -> None:
    assert look_at(Plan.settle(tmp_path / "before", SETTINGS, postgres_url)).trials == ()
    folders = [tmp_path / "one", tmp_path / "two"]
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "inkdigits", *command(folder, postgres_url)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        for folder in folders
    ]
    said = [worker.communicate(timeout=PATIENCE) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], [err.decode() for _, err in said]
    trials = look_at(Plan.read(folders[0])).trials
    assert [trial.number for trial in trials] == list(range(2 * EACH))
    assert {trial.state for trial in trials} <= {"complete", "pruned"}
    assert [trial.shipped for trial in trials].count(True) == 1
    ran = [{int(path.name) for path in (folder / "trials").iterdir()} for folder in folders]
    assert all(ran)
    assert ran[0] | ran[1] == {trial.number for trial in trials}
    assert not ran[0] & ran[1]
    results = [json.loads(out) for out, _ in said]
    assert min(result["loss"] for result in results) == min(t.loss for t in trials if t.state == "complete")
    assert (folders[0] / "study.json").stat().st_mode & 0o077 == 0  # the address holds a password
    other = CliRunner().invoke(app, command(tmp_path / "three", postgres_url, epochs=3))
    assert isinstance(other.exception, OptionError)
    assert "epochs=2" in str(other.exception)
