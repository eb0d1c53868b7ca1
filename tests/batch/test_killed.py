"""Nothing is lost or doubled, whatever ends a batch: real signals to real processes, at every moment there is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from batch_sources import DIGITS, many, read_here, rows_in
from inkdigits.batch import BatchError, read_batch
from inkdigits.jobs.process import environment
from inkdigits.jobs.progress import Progress

ASKED = ["digits.zip", "--out", "out.csv", "--expect", "digit", "--processes", "1"]
COMMAND = [sys.executable, "-m", "inkdigits", "batch", *ASKED]

# Reads a small batch in a process that kills itself at the n-th thing it does in the folder of the results.
DIES = """
import os, shutil, signal, sys
sys.path.insert(0, sys.argv[1])
from batch_sources import Inline
from inkdigits.batch import read_batch, run
from inkdigits.batch.job import Job
run.open_engine = lambda name, *arguments: Inline(*arguments)
os.chdir(sys.argv[2])
job = Job.of("digit")
run.Job.of = lambda *options: job
Inline(job, "csv")  # the model is open before the counting begins
here, left = os.getcwd(), [0]
WATCHED = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.scandir", "os.listdir", "shutil.rmtree")

def count(event, arguments):
    if left[0] and event in WATCHED and "out.csv" in os.fsdecode(str(arguments[0])):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)

def child(moment):
    process = os.fork()
    if process == 0:
        left[0] = moment
        read_batch(["digits.zip"], "out.csv", expect="digit")
        os._exit(0)
    return os.waitpid(process, 0)[1]

whole, moment = None, 0
while True:
    for path in os.listdir("."):
        if path.startswith(("out.csv", ".out.csv")):
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    if moment == 0:
        assert child(0) == 0
        whole = open("out.csv", "rb").read()
        moment = 1
        continue
    died = child(moment) == signal.SIGKILL
    assert child(0) == 0, moment
    assert open("out.csv", "rb").read() == whole, moment
    left_over = sorted(name for name in os.listdir(".") if name.startswith("out.csv"))
    assert left_over == ["out.csv", "out.csv.run.json"], (moment, left_over)
    if not died:
        break
    moment += 1
print(moment)
"""


def test_killed_at_each_thing_that_it_does_a_batch_is_completed_by_the_same_call(tmp_path: Path) -> None:
    many(18, tmp_path / "digits.zip")
    tests = Path(__file__).parent.parent
    command = [sys.executable, "-W", "ignore", "-c", DIES, str(tests), str(tmp_path)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 30  # moments at which it died


def started(digits: Path) -> subprocess.Popen[str]:
    """A batch in a group of its own, as a terminal starts it, as soon as some of it is kept."""
    process = subprocess.Popen(
        COMMAND,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        cwd=digits,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )
    until = time.monotonic() + 60
    while len(parts(digits)) < 2 and time.monotonic() < until and process.poll() is None:
        time.sleep(0.002)
    return process


def parts(digits: Path) -> list[Path]:
    return sorted((digits / "out.csv.journal" / "parts").glob("*.part"))


def workers(parent: int) -> list[psutil.Process]:
    return psutil.Process(parent).children(recursive=True)


def gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=30)[1]


def test_kill_9_leaves_no_process_and_the_same_command_goes_on_past_a_damaged_part(digits: Path) -> None:
    process = started(digits)
    assert process.stderr is not None
    readers = workers(process.pid)
    process.kill()
    process.wait()
    process.stderr.close()
    assert not (digits / "out.csv").exists()
    assert gone(readers)
    damaged = parts(digits)[0]
    damaged.write_bytes(damaged.read_bytes()[:-20])
    done = subprocess.run(COMMAND, env=environment(), capture_output=True, text=True, cwd=digits)
    assert done.returncode == 0, done.stderr
    assert "before" in done.stdout  # pages that were kept
    assert (digits / "out.csv").read_bytes() == (digits / "whole.csv").read_bytes()


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_says_how_to_go_on(digits: Path, ending: signal.Signals) -> None:
    process = started(digits)
    readers = workers(process.pid)
    os.killpg(process.pid, ending) if ending == signal.SIGINT else process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "what was read is kept in out.csv.journal: the same command goes on" in said
    assert gone(readers)
    assert read_batch(["digits.zip"], "out.csv", expect="digit").kept > 0
    assert (digits / "out.csv").read_bytes() == (digits / "whole.csv").read_bytes()


def test_a_reader_that_is_killed_loses_nothing(digits: Path) -> None:
    killed: list[int] = []

    def kill(step: Progress) -> None:
        if step.stage == "read" and 0 < step.done < step.total and len(killed) < 2:
            living = (each for each in workers(os.getpid()) if each.status() != psutil.STATUS_ZOMBIE)
            reader = next((each for each in living if "inkdigits.batch.worker" in each.cmdline()), None)
            if reader is not None:  # the next one may be on its way: then after the next part
                reader.kill()
                killed.append(reader.pid)

    summary = read_batch(["digits.zip"], "out.csv", expect="digit", processes=1, listen=kill)
    assert len(killed) == 2
    assert summary.refused == 0
    assert (digits / "out.csv").read_bytes() == (digits / "whole.csv").read_bytes()


def test_a_picture_that_kills_its_reader_is_set_aside_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "def look(event, arguments):\n"
        "    if event == 'open' and str(arguments[0]).endswith('killer.png'):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "sys.addaudithook(look)\n"
    )
    (tmp_path / "scans").mkdir()
    for name, label in {"a": 1, "killer": 2, "z": 3}.items():
        (tmp_path / "scans" / f"{name}.png").write_bytes(DIGITS[label])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    summary = read_batch(["scans"], "out.csv", expect="digit", processes=1)
    assert [row["text"] for row in rows_in(tmp_path / "out.csv")] == ["1", "3"]
    assert summary.refused == 1
    (refused,) = rows_in(tmp_path / "out.csv.errors.csv")
    assert refused["source"] == "scans/killer.png"
    assert "was ended each time (signal 9" in refused["reason"]


def test_readers_that_cannot_start_are_a_clear_error(
    digits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os, sys\nif '-m' in sys.orig_argv: os._exit(7)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(BatchError, match=r"cannot be started \(exit code 7\)"):
        read_batch(["digits.zip"], "out.csv", expect="digit", processes=1)
    monkeypatch.delenv("PYTHONPATH")
    read_here(monkeypatch)
    read_batch(["digits.zip"], "out.csv", expect="digit")
