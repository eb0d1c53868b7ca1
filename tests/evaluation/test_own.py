"""Labelled digits of anybody's are measured; a row that cannot be used is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handwriting import digit_picture, encode
from inkdigits.cli import app
from inkdigits.evaluation import load_set
from inkdigits.recognition import classifier
from inkdigits.registry import Registry
from inkdigits.training.datasets import DataError
from models import make_run

SEVEN, THREE = encode(digit_picture(7)), encode(digit_picture(3))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, data in (("a.png", SEVEN), ("c.png", THREE), ("bad.png", SEVEN[:60])):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "labels.csv").write_text("file,label\na.png,7\nc.png,3\n")
    return tmp_path


def test_a_folder_with_a_table_and_the_table_itself(folder: Path) -> None:
    for name in (folder, folder / "labels.csv"):
        found = load_set(str(name), None)
        assert found.labels.tolist() == [7, 3]
        assert (found.picture(0) == digit_picture(7)).all()


def test_sub_folders_and_rows_of_pixels(tmp_path: Path) -> None:
    (tmp_path / "mine" / "7").mkdir(parents=True)
    (tmp_path / "mine" / "7" / "a.png").write_bytes(SEVEN)
    found = load_set(str(tmp_path / "mine"), None)
    assert (found.name, found.labels.tolist(), found.names) == ("mine", [7], ("7/a.png",))
    (tmp_path / "pixels.csv").write_text(",".join(["5", *["0"] * 784]) + "\n")
    assert load_set(str(tmp_path / "pixels.csv"), None).labels.tolist() == [5]


def test_the_folder_of_a_run_is_a_model_and_no_data(folder: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    shutil.copyfile(classifier.SHIPPED, run / "digit.onnx")
    (folder / "bad.png").unlink()
    result = CliRunner().invoke(app, ["evaluate", str(run), "--data", str(folder), "--json"], catch_exceptions=False)
    figures = json.loads(result.stdout)
    assert (figures["model"], figures["count"]) == (str(run), 2)


def test_an_id_of_the_registry_is_a_model_though_a_folder_is_called_so(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path / "home"))
    Registry(tmp_path / "home").add(make_run(tmp_path / "run"), name="pens")
    (tmp_path / "pens").mkdir()
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["evaluate", "pens", "--data", str(folder), "--json"], catch_exceptions=False)
    assert json.loads(result.stdout)["model"] == "pens"


WRONG = {
    "a letter": ("file,label\na.png,7\nc.png,x\n", r"labels.csv, row 3 \(c.png\).*one digit"),
    "no picture": ("file,label\nb.png,7\n", r"labels.csv, row 2.*b.png"),
    "damaged": ("file,label\na.png,7\nbad.png,1\n", r"labels.csv, row 3"),
    "columns": ("picture,digit\na.png,7\n", "wants the columns file and label, has picture, digit"),
    "nothing": ("file,label\n", "has no rows"),
}


@pytest.mark.parametrize(("table", "message"), WRONG.values(), ids=WRONG)
def test_a_bad_row_is_named(table: str, message: str, folder: Path) -> None:
    (folder / "labels.csv").write_text(table)
    with pytest.raises(DataError, match=message):
        load_set(str(folder), None)
