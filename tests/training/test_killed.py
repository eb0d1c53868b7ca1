"""A training that is killed at random moments, again and again, ends with the weights of one that never was."""

from __future__ import annotations

import json
import multiprocessing
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import torch

from inkdigits import OptionError
from inkdigits.jobs.process import delete, stop
from inkdigits.jobs.worker import find_worker
from inkdigits.training.jobs.job import list_jobs, read_job
from inkdigits.training.jobs.launch import resume_job, start_job
from inkdigits.training.start import start

pytestmark = [pytest.mark.train, pytest.mark.slow, pytest.mark.timeout(900)]  # many processes, each seconds to start

KILLS = 10
PATIENCE = 400  # seconds, on a busy machine
LONG = {
    "base": "sample",
    "epochs": 20_000,
    "epoch_size": 512,
    "batch_size": 64,
    "stem": 4,
    "middle": 8,
    "top": 8,
    "ema": 0.9,
    "counts": {"vector": 120, "scribbles": 60},
}
SHORT: dict[str, Any] = {**LONG, "epochs": 60, "epoch_size": 128, "validate_every": 4, "early_stopping": 60}


def wait(run: Path, epochs: int) -> None:
    """Until a run has finished so many epochs; fails when its worker ends before."""
    deadline = time.monotonic() + PATIENCE
    while read_job(run).epochs < epochs:
        assert read_job(run).state == "running", (run / "log.txt").read_text()
        assert time.monotonic() < deadline, "the run does not come on"
        time.sleep(0.05)


def work(run: Path, settings: dict[str, object]) -> subprocess.Popen[bytes]:
    options = [part for name, value in settings.items() for part in ("--set", f"{name}={text(value)}")]
    command = [sys.executable, "-m", "inkdigits", "train", "digit", "--run", str(run), "--threads", "1", *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def begin(run: Path) -> Any:
    """A training in a process of its own, which need not wait for PyTorch: its parent has it loaded already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["inkdigits.training.fit", "onnxscript", "torch._dynamo", "torch.onnx"])
    process = context.Process(target=start, args=("digit", run, None, None, SHORT, bool, 1))
    process.start()
    return process


def finish(run: Path) -> None:
    process = begin(run)
    process.join(PATIENCE)
    assert process.exitcode == 0


def test_killed_ten_times_it_ends_with_the_same_weights(tmp_path: Path) -> None:
    finish(tmp_path / "whole")
    speeds = [line["glyphs_per_second"] for line in read_job(tmp_path / "whole").history]
    pace = SHORT["epoch_size"] / statistics.median(speeds)
    rng = random.Random()
    moments = []
    for _ in range(KILLS):
        epochs = _epochs(tmp_path / "killed") + rng.randint(0, 2)
        process = begin(tmp_path / "killed")
        while _epochs(tmp_path / "killed") < epochs:
            assert process.is_alive()
            time.sleep(0.002)
        moments.append((epochs, rng.uniform(0, 2 * pace)))
        time.sleep(moments[-1][1])
        assert process.is_alive(), moments
        process.kill()
        process.join()
    assert not (tmp_path / "killed" / "digit.onnx").exists()
    finish(tmp_path / "killed")
    one, other = (torch.load(tmp_path / name / "checkpoint.pt", weights_only=True) for name in ("whole", "killed"))
    for part in ("network", "average"):
        for name, weights in one[part].items():
            assert torch.equal(weights, other[part][name]), (moments, name)
    whole, killed = ((tmp_path / name / "digit.onnx").read_bytes() for name in ("whole", "killed"))
    assert whole == killed, moments
    unlike = ("glyphs_per_second",)
    first, second = (
        [{k: v for k, v in line.items() if k not in unlike} for line in read_job(tmp_path / name).history]
        for name in ("whole", "killed")
    )
    assert first == second


def _epochs(run: Path) -> int:
    metrics = run / "metrics.jsonl"
    return len(metrics.read_text().splitlines()) if metrics.exists() else 0


def test_a_worker_is_started_stopped_lost_and_resumed(tmp_path: Path) -> None:
    run = start_job(tmp_path, "first", LONG, threads=1)
    with pytest.raises(OptionError, match="there is a run named 'first'"):
        start_job(tmp_path, "first", LONG)
    wait(run, 2)
    with pytest.raises(OptionError, match="already"):
        resume_job(run)
    with pytest.raises(OptionError, match="stop it first"):
        delete(run)
    twin = work(run, {})
    assert b"works on" in twin.communicate(timeout=PATIENCE)[1]
    stop(run)
    assert (read_job(run).state, find_worker(run)) == ("stopped", None)
    resume_job(run)
    wait(run, read_job(run).epochs + 1)
    worker = find_worker(run)
    assert worker is not None
    worker.kill()
    worker.wait(PATIENCE)
    job = list_jobs(tmp_path)[0]
    assert (job.state, job.resumable) == ("lost", True)
    delete(run)
    assert list_jobs(tmp_path) == []


def test_a_worker_that_fails_says_why(tmp_path: Path) -> None:
    run = start_job(tmp_path, "broken", {**LONG, "base": "own", "own": str(tmp_path / "gone"), "counts": {"signs": 9}})
    deadline = time.monotonic() + PATIENCE
    while read_job(run).state == "running":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    job = read_job(run)
    assert job.state == "failed"
    assert "there is no" in job.message


@pytest.mark.parametrize("name", ["", "../up", ".hidden", "a b", "x" * 80])
def test_a_name_that_is_no_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="cannot name a run"):
        start_job(tmp_path / "runs", name, LONG)
    assert not (tmp_path / "runs").exists()
