"""Nothing is lost or doubled, whatever ends a batch: real signals to real processes, at every moment there is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from batch_sources import DIGITS, Inline, many, rows_in
from inkdigits import OptionError
from inkdigits.batch import BatchError, read_batch, run
from inkdigits.batch.item import Item
from inkdigits.batch.part import Part
from inkdigits.batch.plan import Chunk
from inkdigits.batch.task import Task, Tasks
from inkdigits.jobs.process import environment
from inkdigits.jobs.progress import Progress

ASKED = ["digits.zip", "--out", "out.csv", "--expect", "digit", "--processes", "1"]
COMMAND = [sys.executable, "-m", "inkdigits", "batch", *ASKED]
PICTURES = 300

# Reads a small batch in a process that kills itself at the n-th thing it does in the folder of the results.
DIES = """
import os, signal, sys
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
            os.system(f"rm -r '{path}'")
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Digits in a ZIP, and what an undisturbed run makes of them."""
    folder = tmp_path_factory.mktemp("killed")
    many(PICTURES, folder / "digits.zip")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(run, "open_engine", lambda name, *arguments: Inline(*arguments))
        read_batch(["digits.zip"], "whole.csv", expect="digit")
    return folder


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder without other results."""
    monkeypatch.chdir(folder)
    for path in folder.glob("out.csv*"):
        if path.is_file():
            path.unlink()
    return folder


def started(here: Path) -> subprocess.Popen[str]:
    """A batch in a group of its own, as a terminal starts it, as soon as some of it is kept."""
    process = subprocess.Popen(
        COMMAND,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
        cwd=here,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )
    until = time.monotonic() + 60
    while len(parts(here)) < 2 and time.monotonic() < until and process.poll() is None:
        time.sleep(0.002)
    return process


def parts(here: Path) -> list[Path]:
    return sorted((here / "out.csv.journal" / "parts").glob("*.part"))


def workers(parent: int) -> list[psutil.Process]:
    return psutil.Process(parent).children(recursive=True)


def gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=30)[1]


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not started as a command reads in this process."""
    monkeypatch.setattr(run, "open_engine", lambda name, *arguments: Inline(*arguments))


def test_kill_9_leaves_no_process_and_the_same_command_goes_on_past_a_damaged_part(here: Path) -> None:
    process = started(here)
    assert process.stderr is not None
    readers = workers(process.pid)
    process.kill()
    process.wait()
    process.stderr.close()
    assert not (here / "out.csv").exists()
    assert gone(readers)
    damaged = parts(here)[0]
    damaged.write_bytes(damaged.read_bytes()[:-20])
    done = subprocess.run(COMMAND, env=environment(), capture_output=True, text=True, cwd=here)
    assert done.returncode == 0, done.stderr
    assert "before" in done.stdout  # pages that were kept
    assert (here / "out.csv").read_bytes() == (here / "whole.csv").read_bytes()


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_says_how_to_go_on(here: Path, ending: signal.Signals) -> None:
    process = started(here)
    readers = workers(process.pid)
    os.killpg(process.pid, ending) if ending == signal.SIGINT else process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "what was read is kept in out.csv.journal: the same command goes on" in said
    assert gone(readers)
    assert read_batch(["digits.zip"], "out.csv", expect="digit").kept > 0
    assert (here / "out.csv").read_bytes() == (here / "whole.csv").read_bytes()


def test_a_reader_that_is_killed_loses_nothing(here: Path) -> None:
    killed: list[int] = []

    def kill(step: Progress) -> None:
        if step.stage == "read" and 0 < step.done < PICTURES and len(killed) < 2:
            living = (each for each in workers(os.getpid()) if each.status() != psutil.STATUS_ZOMBIE)
            reader = next(each for each in living if "inkdigits.batch.worker" in each.cmdline())
            reader.kill()
            killed.append(reader.pid)

    summary = read_batch(["digits.zip"], "out.csv", expect="digit", processes=1, listen=kill)
    assert len(killed) == 2
    assert summary.refused == 0
    assert (here / "out.csv").read_bytes() == (here / "whole.csv").read_bytes()


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
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os, sys\nif '-m' in sys.orig_argv: os._exit(7)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(BatchError, match=r"cannot be started \(exit code 7\)"):
        read_batch(["digits.zip"], "out.csv", expect="digit", processes=1)
    monkeypatch.delenv("PYTHONPATH")
    monkeypatch.setattr(run, "open_engine", lambda name, *arguments: Inline(*arguments))
    read_batch(["digits.zip"], "out.csv", expect="digit")


def test_when_reader_after_reader_is_killed_it_is_not_the_pictures() -> None:
    items = tuple(Item(f"{place}.png", "") for place in range(6))
    tasks = Tasks(iter([Chunk(0, items), Chunk(1, items)]))

    def lose_all() -> None:
        while (task := tasks.next()) is not None:
            assert tasks.lost(task, "signal 9") is None

    with pytest.raises(BatchError, match="too little memory"):
        lose_all()


def test_a_chunk_that_is_read_picture_by_picture_comes_back_in_order() -> None:
    chunk = Chunk(3, tuple(Item(f"{place}.png", "") for place in range(3)))
    tasks = Tasks(iter([chunk]))
    for _ in range(2):
        whole = tasks.next()
        assert whole == Task(3, chunk.items, None, whole.tries if whole else 0)
        assert whole is not None
        assert tasks.lost(whole, "signal 9") is None
    singles = [tasks.next() for _ in range(3)]
    assert tasks.next() is None
    finished = [
        tasks.done(single, Part(1, body=single.items[0].source.encode())) for single in reversed(singles) if single
    ]
    assert finished == [None, None, (3, Part(3, body=b"0.png1.png2.png"))]


def changed_picture(here: Path) -> dict[str, object]:
    time.sleep(0.01)
    (here / "scans" / "b.png").write_bytes(DIGITS[3])
    return {}


def new_picture(here: Path) -> dict[str, object]:
    (here / "scans" / "c.png").write_bytes(DIGITS[3])
    return {}


def gone_picture(here: Path) -> dict[str, object]:
    (here / "scans" / "b.png").unlink()
    return {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda here: {"expect": "number"}, "expect was 'digit'"),
        (lambda here: {"settings": {"max_pages": 7}}, "max_pages was 500"),
        (changed_picture, "scans/b.png has changed"),
        (new_picture, "scans/c.png is new"),
        (gone_picture, "scans/b.png is gone"),
    ],
)
def test_an_unfinished_batch_goes_on_only_as_it_was_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], dict[str, object]], message: str
) -> None:
    class Stopped(Inline):
        def read(self, chunks: object) -> object:  # type: ignore[override]
            raise KeyboardInterrupt

    monkeypatch.setattr(run, "open_engine", lambda name, *arguments: Stopped(*arguments))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scans").mkdir()
    for name in ("a", "b"):
        (tmp_path / "scans" / f"{name}.png").write_bytes(DIGITS[1])
    asked = {"expect": "digit"}
    with pytest.raises(KeyboardInterrupt):
        read_batch(["scans"], "out.csv", **asked)  # type: ignore[arg-type]
    more = change(tmp_path)
    with pytest.raises(OptionError, match=f"{message}.*ask for the same to go on, name another file, or delete"):
        read_batch(["scans"], "out.csv", **(asked | more))  # type: ignore[arg-type]
    assert (tmp_path / "out.csv.journal").is_dir()


@pytest.mark.usefixtures("inline")
def test_two_at_once_do_not_write_the_same_results(here: Path) -> None:
    heard: list[str] = []

    def again(step: Progress) -> None:
        if step.stage == "write" and not heard:
            thread = threading.Thread(target=other)
            thread.start()
            thread.join()

    def other() -> None:
        try:
            read_batch(["digits.zip"], "out.csv", expect="digit", processes=1)
        except BatchError as error:
            heard.append(str(error))

    read_batch(["digits.zip"], "out.csv", expect="digit", listen=again)
    assert len(heard) == 1
    assert "another process is at work" in heard[0]
    assert (here / "out.csv").read_bytes() == (here / "whole.csv").read_bytes()


@pytest.mark.usefixtures("inline")
def test_what_others_put_in_the_place_of_the_results_is_not_overwritten(here: Path) -> None:
    def put(step: Progress) -> None:
        if step.stage == "write":
            (here / "out.csv").write_text("mine")

    with pytest.raises(OptionError, match="this batch did not write"):
        read_batch(["digits.zip"], "out.csv", expect="digit", listen=put)
    assert (here / "out.csv").read_text() == "mine"
    (here / "out.csv").unlink()
    read_batch(["digits.zip"], "out.csv", expect="digit")
    assert (here / "out.csv").read_bytes() == (here / "whole.csv").read_bytes()
