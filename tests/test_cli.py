"""The command line as scripts use it: exit codes, streams, JSON lines, debug folders, and one line for every error."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from handwriting import digit_picture, encode, number_picture
from inkdigits import Reading, __version__
from inkdigits.cli import Exit, app
from shell import run_here

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for label in (3, 7):
        (tmp_path / f"{label}.png").write_bytes(encode(digit_picture(label)))
    (tmp_path / "blank.png").write_bytes(encode(np.full((90, 90), 255, np.uint8)))
    (tmp_path / "broken.png").write_bytes(b"hello")
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "3.png").write_bytes(encode(digit_picture(3, 1)))
    return tmp_path


@pytest.fixture
def process(folder: Path) -> Run:
    """The command in a process of its own, as a shell starts it."""

    def start(*arguments: str, stdin: bytes | None = None, **extra: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "inkdigits.cli", *arguments],
            cwd=folder,
            input=stdin,
            capture_output=True,
            timeout=150,
            check=False,
            env={**os.environ, "PYTHONUTF8": "1", **extra},
        )

    return start


@pytest.fixture
def run(folder: Path) -> Run:
    """The same in this process, which need not start: for what is the same in both."""
    return partial(run_here, folder)


def lines(result: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.decode().splitlines()]


def test_read_prints_a_narrow_table(process: Run) -> None:
    result = process("read", "3.png", "7.png", "--expect", "digit")
    text = result.stdout.decode()
    assert result.returncode == Exit.READ
    assert result.stderr == b""
    assert "sure" in text
    assert [line.split()[:2] for line in text.splitlines()[1:]] == [["3.png", "3"], ["7.png", "7"]]
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text


def test_json_is_one_object_a_picture(run: Run) -> None:
    result = run("read", "3.png", "7.png", "again/3.png", "--json")
    assert result.returncode == Exit.READ
    objects = lines(result)
    assert [item["source"] for item in objects] == ["3.png", "7.png", "again/3.png"]
    assert [item["text"] for item in objects] == ["3", "7", "3"]
    assert Reading.from_dict(objects[1]).digits[0].label == 7


def test_numbers_are_read_and_what_is_legal_can_be_told(run: Run, folder: Path) -> None:
    (folder / "number.png").write_bytes(encode(number_picture("4096")))
    (folder / "list.txt").write_text("4096\n1234\n")
    for extra in ([], ["--expect", "number"], ["--length", "4"], ["--pattern", r"\d{4}"], ["--allowed", "list.txt"]):
        result = run("read", "number.png", "--json", *extra)
        assert result.returncode == Exit.READ, result.stderr
        (item,) = lines(result)
        (number,) = item["numbers"]  # type: ignore[misc]
        assert (item["text"], item["page"], item["pages"], number["state"]) == ("4096", 0, 1, number["state"])
        assert (number["free"] is None) == (extra in ([], ["--expect", "number"]))
    (item,) = lines(run("read", "number.png", "--json", "--allowed", "4036,1111", "--alternatives", "1"))
    assert item["numbers"][0]["free"]["text"] == "4096"  # type: ignore[index]
    assert len(item["numbers"][0]["alternatives"]) <= 2  # type: ignore[index]


def test_documents_are_read_page_by_page(run: Run, folder: Path) -> None:
    pages = [Image.fromarray(number_picture(text)) for text in ("12", "345")]
    pages[0].save(folder / "two.tiff", save_all=True, append_images=pages[1:])
    result = run("read", "two.tiff", "--json", "--debug", "out")
    assert [(item["text"], item["page"], item["pages"]) for item in lines(result)] == [("12", 0, 2), ("345", 1, 2)]
    assert [path.name for path in sorted((folder / "out").iterdir())] == ["two", "two-2"]
    assert "two.tiff, page 2" in run("read", "two.tiff").stdout.decode()


def test_a_picture_without_a_digit_is_1(run: Run) -> None:
    result = run("read", "3.png", "blank.png")
    assert result.returncode == Exit.NO_DIGIT
    assert "nothing to read" in result.stdout.decode()


def test_wrong_usage_is_2(run: Run) -> None:
    for arguments, words in (
        (["read"], "FILE"),
        (["read", "3.png", "--expect", "letter"], "choose from"),
        (["read", "3.png", "--pattern", "(1"], "position 1"),
        (["read", "3.png", "--length", "0"], "from 1 to 64"),
        (["read", "3.png", "--allowed", "a1"], "'a1'"),
        (["read", "3.png", "--nonsense"], "--nonsense"),
        (["nonsense"], "nonsense"),
        (["app", "--port", "99999"], "65535"),
    ):
        result = run(*arguments)
        assert result.returncode == Exit.USAGE, arguments
        assert result.stdout == b""
        assert words in result.stderr.decode()
        assert "Traceback" not in result.stderr.decode()


def test_an_unreadable_file_is_3_and_does_not_stop_the_others(process: Run) -> None:
    result = process("read", "none.png", "broken.png", "blank.png", "7.png")
    assert result.returncode == Exit.FAILED
    assert result.stderr.decode().splitlines() == [
        "inkdigits: there is no file none.png",
        next(line for line in result.stderr.decode().splitlines() if line.startswith("inkdigits: broken.png: ")),
    ]
    assert "7.png" in result.stdout.decode()


def test_json_errors_are_objects_too(run: Run) -> None:
    result = run("read", "none.png", "7.png", "*.tiff", "--json")
    assert result.returncode == Exit.FAILED
    first, second, third = lines(result)
    assert first == {"source": "none.png", "error": "there is no file none.png"}
    assert second["text"] == "7"
    assert third == {"source": "*.tiff", "error": "no file matches *.tiff"}
    assert result.stderr == b""


def test_patterns_folders_and_stdin(process: Run) -> None:
    result = process("read", "?.png", "again", "-", "--json", stdin=encode(digit_picture(5)))
    assert result.returncode == Exit.READ
    found = [(item["source"], item["text"]) for item in lines(result)]
    assert found == [("3.png", "3"), ("7.png", "7"), (str(Path("again/3.png")), "3"), ("-", "5")]


def test_empty_stdin(run: Run) -> None:
    result = run("read", "-", stdin=b"")
    assert result.returncode == Exit.FAILED
    assert "empty" in result.stderr.decode()


def test_debug_folders_never_overwrite(run: Run, folder: Path) -> None:
    for _ in range(2):
        assert run("read", "3.png", "again/3.png", "--expect", "digit", "--debug", "out").returncode == Exit.READ
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["3", "3-2", "3-3", "3-4"]
    names = sorted(path.name for path in (folder / "out" / "3").iterdir())
    assert names == ["01-grey.png", "02-light.png", "03-mask.png", "04-ink.png", "05-network.png", "reading.json"]
    assert json.loads((folder / "out" / "3" / "reading.json").read_text())["text"] == "3"


def test_debug_into_a_file_says_so(run: Run) -> None:
    result = run("read", "3.png", "--debug", "7.png")
    assert result.returncode == Exit.FAILED
    assert b"cannot be written into 7.png" in result.stderr


def test_a_bad_setting_is_named(run: Run) -> None:
    result = run("read", "3.png", INKDIGITS_THREADS="many")
    assert result.returncode == Exit.USAGE
    assert "'threads'" in result.stderr.decode()
    missing = run("read", "3.png", INKDIGITS_MODEL="none.onnx")
    assert missing.returncode == Exit.FAILED
    assert missing.stderr.decode().startswith("inkdigits: there is no model file none.onnx")


def test_limits_come_from_the_environment(run: Run) -> None:
    result = run("read", "3.png", INKDIGITS_MAX_SIDE="100")
    assert result.returncode == Exit.FAILED
    assert "280 x 280" in result.stderr.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")
def test_interrupt_is_130_and_clean(folder: Path) -> None:
    many = ["3.png"] * 50_000
    with subprocess.Popen(
        [sys.executable, "-m", "inkdigits.cli", "read", *many, "--json"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == Exit.INTERRUPTED
    assert b"Traceback" not in errors


@pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")
def test_a_closed_pipe_is_quiet(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "inkdigits.cli", "read", *["3.png"] * 2000, "--json"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        errors = process.stderr.read()
        process.wait(timeout=120)
    assert errors == b""


def test_the_example_works(run: Run, folder: Path) -> None:
    (folder / "seven.png").write_bytes(encode(digit_picture(7)))
    assert lines(run("read", "seven.png", "--json"))[0]["text"] == "7"


def test_version(process: Run) -> None:
    result = process("version")
    words = dict(line.split(maxsplit=1) for line in result.stdout.decode().splitlines())
    assert words["inkdigits"] == __version__
    assert set(words) == {"inkdigits", "model", "python", "onnxruntime"}
    assert CliRunner().invoke(app, ["--version"]).output == f"inkdigits {__version__}\n"


def test_app_starts_the_web_application(monkeypatch: pytest.MonkeyPatch) -> None:
    launch = pytest.importorskip("inkdigits.web.launch")
    asked: dict[str, object] = {}
    monkeypatch.setattr(launch, "launch", lambda **options: asked.update(options))
    assert CliRunner().invoke(app, ["app", "--port", "8600", "--headless"]).exit_code == 0
    assert asked == {"port": 8600, "host": "localhost", "headless": True}


def test_app_says_where_it_cannot_listen(process: Run) -> None:
    pytest.importorskip("streamlit")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for arguments, words in (
            (["--port", str(port)], f"port {port} is in use"),
            (["--host", "1.2.3.4"], "1.2.3.4"),
        ):
            result = process("app", "--headless", *arguments)
            assert result.returncode == Exit.USAGE
            assert words in result.stderr.decode()
            assert len(result.stderr.splitlines()) == 1


def test_a_missing_extra_is_one_line_with_the_command(process: Run, folder: Path) -> None:
    (folder / "torch.py").write_text("raise ModuleNotFoundError('no torch', name='torch')")
    result = process("train", PYTHONPATH=str(folder))
    assert result.returncode == Exit.FAILED
    assert result.stderr.decode() == "inkdigits: training needs the 'train' extra: pip install 'inkdigits[train]'\n"


def test_evaluate_names_the_data_sets(run: Run) -> None:
    result = run("evaluate", "--data", "nothing")
    assert result.returncode == Exit.USAGE
    assert "choose from" in result.stderr.decode()
    assert "mnist" in result.stderr.decode()


def test_evaluate_a_folder_of_ones_own(run: Run, folder: Path) -> None:
    (folder / "blank.png").unlink()
    (folder / "broken.png").unlink()
    (folder / "labels.csv").write_text("file,text\n3.png,3\n7.png,7\n")
    result = run("evaluate", str(folder), "--json")
    assert result.returncode == 0, result.stderr.decode()
    (figures,) = lines(result)
    assert (figures["count"], figures["errors"]) == (2, 0)


def test_what_a_disk_refuses_is_one_line(folder: Path) -> None:
    (folder / "steps").write_text("no folder")
    result = run_here(folder, "read", "3.png", "--debug", "steps")
    assert (result.returncode, b"steps" in result.stderr) == (Exit.FAILED, True)
