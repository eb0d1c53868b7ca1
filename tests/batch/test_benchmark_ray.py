"""The measurement of Ray clusters ends, cleans up and says what went wrong, whatever a cluster does."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

batch_ray = pytest.importorskip(
    "benchmarks.batch_ray", reason="the benchmarks are beside the tests, not in the package"
)

STUCK = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("starting", os.getpid(), child.pid, flush=True)
time.sleep(600)
"""


def stand_in(folder: Path, program: str) -> str:
    """A Python that runs a program instead of what it is asked for."""
    (folder / "program.py").write_text(program)
    script = folder / "python"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{folder / "program.py"}" "$@"\n')
    script.chmod(0o755)
    return str(script)


def test_cluster_that_is_stuck_is_ended_with_all_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_ray.sys, "executable", stand_in(tmp_path, STUCK))
    monkeypatch.setattr(batch_ray, "LIMIT", 8.0)
    monkeypatch.setattr(batch_ray, "_END", 0.5)
    with pytest.raises(batch_ray.ClusterError, match=r"a cluster of 2 did not end within 8 s .*starting") as caught:
        batch_ray._measure(2, tmp_path)
    processes = [int(word) for word in str(caught.value).split("starting", 1)[1].split()]
    assert len(processes) == 2
    assert not any(psutil.pid_exists(pid) and batch_ray._lives(psutil.Process(pid)) for pid in processes)


def test_cluster_that_fails_is_told_with_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import sys; sys.exit('the node timed out')"
    monkeypatch.setattr(batch_ray.sys, "executable", stand_in(tmp_path, program))
    with pytest.raises(batch_ray.ClusterError, match=r"a cluster of 1 ended with exit code 1 .* the node timed out"):
        batch_ray._measure(1, tmp_path)


def test_times_are_kept_also_when_the_cluster_does_not_end_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "import sys; open(sys.argv[-1], 'w').write('{\"reading\": 0.5}'); sys.exit(3)"
    monkeypatch.setattr(batch_ray.sys, "executable", stand_in(tmp_path, program))
    assert batch_ray._measure(1, tmp_path) == {"reading": 0.5}
