"""Readers and the registry: a promotion is followed without a restart, and nothing that is damaged ever reads."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from handwriting import digit_picture, number_picture
from inkdigits import ModelError, Reader, Reading, networks
from inkdigits.recognition import Classifier, LineReader
from inkdigits.registry import Registry
from models import make_run, weights

SEVEN = digit_picture(7)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setattr(networks, "EVERY", 0.0)
    registry = Registry(tmp_path / "home")
    for name in ("one", "two"):
        registry.add(make_run(tmp_path / name, note=name), name=name)
    registry.add(make_run(tmp_path / "wide", "line"), name="wide")
    return registry


def read(reader: Reader) -> Reading:
    reading = reader.read(SEVEN, expect="digit")
    assert reading.text == "7"
    return reading


def test_a_running_reader_follows_promotions_and_names_the_model(registry: Registry) -> None:
    reader = Reader({"home": registry.home})
    shipped = Classifier().name
    assert read(reader).model == reader.model == shipped
    registry.promote("one")
    assert read(reader).model == reader.model == "one"
    registry.promote("two")
    assert reader.read_strokes([[(20, 10), (80, 10), (45, 90)]]).model == "two"
    registry.rollback("digit")
    assert read(reader).model == "one"
    registry.promote("shipped")
    assert read(reader).model == shipped
    assert Reader({"home": registry.home}).model == shipped


@pytest.mark.parametrize("opened", [False, True])
def test_the_line_model_is_followed_whether_it_was_open_or_not(registry: Registry, opened: bool) -> None:
    reader = Reader({"home": registry.home})
    number = number_picture("4096")
    shipped = f"{LineReader().name} + {Classifier().name}"
    if opened:
        assert reader.read(number, expect="number").model == shipped
    registry.promote("wide")
    assert reader.read(number, expect="number").model == f"wide + {Classifier().name}"
    registry.promote("one")
    assert reader.read(number, expect="number").model == "wide + one"
    registry.rollback("line")
    assert reader.read(number, expect="number").model == f"{LineReader().name} + one"


def test_the_old_model_goes_on_when_the_new_one_is_damaged(
    registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    registry.promote("one")
    reader = Reader({"home": registry.home})
    registry.promote("two")
    path = registry.get("two").path
    path.write_bytes(weights(note="another"))
    assert read(reader).model == "one"
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "'two' was promoted but is refused" in caplog.text
    assert "checksum differs" in caplog.text
    assert "'one' goes on reading" in caplog.text
    read(reader)
    assert len(caplog.records) == 1  # told once, not at every reading
    registry.promote("shipped")
    assert read(reader).model == Classifier().name


@pytest.mark.parametrize(
    "content", ["", "{", '{"digit": 7}', '{"digit": {"id": "../../one"}}', '{"digit": {"id": "no"}}']
)
def test_a_damaged_pointer_changes_nothing(registry: Registry, caplog: pytest.LogCaptureFixture, content: str) -> None:
    registry.promote("one")
    reader = Reader({"home": registry.home})
    (registry.models / "active.json").write_text(content)
    assert read(reader).model == "one"
    assert caplog.records
    assert Reader({"home": registry.home}).model == Classifier().name


def test_a_new_reader_passes_over_what_is_damaged(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("one", "two", "wide"):
        registry.promote(name)
    for name in ("two", "wide"):
        path = registry.get(name).path
        path.write_bytes(path.read_bytes()[:1000])
    reader = Reader({"home": registry.home})
    assert read(reader).model == "one"
    assert reader.read(number_picture("12"), expect="number").model == f"{LineReader().name} + one"
    assert "'two' is refused" in caplog.text
    assert "'wide' is refused" in caplog.text


def test_models_in_the_settings_win(registry: Registry, tmp_path: Path) -> None:
    own = {"digit": tmp_path / "own.onnx", "line": tmp_path / "own-line.onnx"}
    for kind, path in own.items():
        path.write_bytes(weights(kind))
    for name in ("one", "wide"):
        registry.promote(name)
    number = number_picture("12")
    both = Reader({"home": registry.home, "model": own["digit"], "line_model": own["line"]})
    digit = Reader({"home": registry.home, "model": own["digit"]})
    line = Reader({"home": registry.home, "line_model": own["line"]})
    assert both.read(number, expect="number").model == f"{LineReader().name} + {Classifier().name}"
    assert digit.read(number, expect="number").model == f"wide + {Classifier().name}"
    assert line.read(number, expect="number").model == f"{LineReader().name} + one"
    registry.promote("two")
    assert (both.model, digit.model, line.model) == (Classifier().name, Classifier().name, "two")
    with pytest.raises(ModelError, match="no model file"):
        Reader({"home": registry.home, "model": tmp_path / "none.onnx"})


def test_reading_creates_no_folder(tmp_path: Path) -> None:
    home = tmp_path / "home"
    reader = Reader({"home": home})
    reader.read(SEVEN)
    assert not home.exists()
    (tmp_path / "file").write_text("not a folder")
    assert Reader({"home": tmp_path / "file"}).model == Classifier().name


def test_the_home_folder_is_looked_at_once_a_second_not_at_every_reading(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []
    monkeypatch.setattr(networks, "EVERY", 3600.0)
    monkeypatch.setattr(networks, "stamp", lambda models: looks.append(models))
    reader = Reader({"home": registry.home})
    for _ in range(5):
        read(reader)
    assert len(looks) == 1


def test_threads_read_on_while_models_change(registry: Registry) -> None:
    reader = Reader({"home": registry.home})
    known = {Classifier().name, "one", "two"}

    def change(_: int) -> set[str]:
        for name in ("one", "two", "shipped"):
            registry.promote(name)
        return set()

    with ThreadPoolExecutor(5) as pool:
        seen = [pool.submit(lambda: {read(reader).model for _ in range(12)}) for _ in range(4)]
        pool.submit(change, 0).result()
        assert set().union(*(job.result() for job in seen)) <= known
    assert read(reader).model == Classifier().name


SERVING = """
import sys
from handwriting import digit_picture
from inkdigits import Reader
reader = Reader({"home": sys.argv[1]})
for line in sys.stdin:
    reading = reader.read(digit_picture(7), expect="digit")
    print(reading.text, reading.model, flush=True)
"""


def test_another_process_follows_too(registry: Registry) -> None:
    command = [sys.executable, "-c", SERVING, str(registry.home)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def ask() -> str:
            process.stdin.write("\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        assert ask() == f"7 {Classifier().name}"
        registry.promote("one")
        answers = []
        while "7 one" not in answers and len(answers) < 600:
            time.sleep(0.05)
            answers.append(ask())
        assert answers[-1] == "7 one"
        process.stdin.close()
