"""Workers that end by themselves at the very moment at which somebody looks at them, or stops them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from inkdigits.errors import OptionError
from inkdigits.jobs import process, worker
from inkdigits.jobs.standing import read_standing

psutil = pytest.importorskip("psutil", reason="work in the background needs the 'app' extra")


def ended_child() -> subprocess.Popen[bytes]:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    child.wait()
    return child


def test_a_worker_that_has_just_ended_is_stopped_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        found = psutil.Process(child.pid)
        child.communicate(b"\n")
    monkeypatch.setattr(process, "find_worker", lambda folder: found)
    process.stop(tmp_path)
    monkeypatch.undo()
    assert read_standing(tmp_path).state == "stopped"


def test_two_pages_see_a_worker_end_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = ended_child()
    (tmp_path / worker.WORKER).write_text(f'{{"pid": {child.pid}, "started": 0}}')
    monkeypatch.setitem(worker._children, child.pid, child)

    def poll() -> int:
        worker._children.pop(child.pid)  # as the other page does meanwhile
        return 0

    monkeypatch.setattr(child, "poll", poll)
    assert worker.find_worker(tmp_path) is None
    monkeypatch.setitem(worker._children, child.pid, child)


def test_what_a_worker_started_ends_with_it_and_its_folder_can_go(tmp_path: Path) -> None:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    folder = process.claim_folder(tmp_path, "mine", "run")
    folder.mkdir()
    process.launch(folder, ["-c", code])
    found = worker.find_worker(folder)
    assert found is not None
    while not (children := found.children(recursive=True)):
        time.sleep(0.02)
    with pytest.raises(OptionError, match="is at work: stop it first"):
        process.delete(folder)
    with pytest.raises(OptionError, match="works on 'mine' already"):
        process.launch(folder, ["-c", code])
    process.stop(folder)
    assert not any(child.is_running() for child in children)
    assert read_standing(folder).state == "stopped"
    process.delete(folder)
    assert not folder.exists()


CLAIMING = """
import sys, time
from pathlib import Path
from inkdigits.errors import OptionError
from inkdigits.jobs import worker

found = worker.find_worker
refused = Path(sys.argv[1]) / "refused"

def slowly(folder):
    answer = found(folder)
    time.sleep(0.5)
    return answer

worker.find_worker = slowly
try:
    with worker.claim(Path(sys.argv[1]) / "work", print):
        for _ in range(600):  # until the other one has tried, however busy the machine is
            if refused.exists():
                break
            time.sleep(0.1)
    print("worked")
except OptionError as error:
    refused.touch()
    print(error)
"""


def test_of_two_processes_at_once_one_gets_the_folder(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    command = [sys.executable, "-c", CLAIMING, str(tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=process.environment()) for _ in range(2)]
    told = [one.communicate()[0] for one in both]
    assert sum("worked" in text for text in told) == 1
    assert sum("works on" in text for text in told) == 1
