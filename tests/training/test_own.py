"""A user's own pictures: three forms, clear errors with file and row, nothing swallowed, no data folder needed."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the train extra")

from typer.testing import CliRunner

from handwriting import digit_picture, encode
from inkdigits import OptionError, Reader
from inkdigits.cli import app
from inkdigits.segmentation import find_glyph
from inkdigits.training.config import RULES, TrainConfig
from inkdigits.training.datasets import DataError
from inkdigits.training.fit import train
from inkdigits.training.own import checksum, read_own
from inkdigits.training.runs import Progress

pytestmark = pytest.mark.train

EACH = 3  # pictures of each class
BLANK = encode(np.full((60, 60), 255, np.uint8))
TINY = {
    "base": "own",
    "epochs": 4,
    "epoch_size": 1_000,
    "batch_size": 64,
    "stem": 8,
    "middle": 12,
    "top": 16,
    "stem_blocks": 0,
    "blocks": 1,
    "top_blocks": 0,
    "ema": 0.9,
    "validate_every": 1,
    "counts": {"scribbles": 60},
}


def class_folders(folder: Path, each: int = EACH) -> Path:
    for label in range(10):
        (folder / str(label)).mkdir(parents=True)
        for seed in range(each):
            (folder / str(label) / f"{seed}.png").write_bytes(encode(digit_picture(label, seed)))
    return folder


def labelled_table(folder: Path) -> Path:
    folder.mkdir()
    rows = ["file,label"]
    for label in range(10):
        for seed in range(EACH):
            (folder / f"{label}-{seed}.png").write_bytes(encode(digit_picture(label, seed)))
            rows.append(f"{label}-{seed}.png,{label}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    return folder


def pixel_rows(folder: Path) -> Path:
    folder.mkdir()
    table = folder / "train.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["label", *(f"pixel{i}" for i in range(784))])
        for label in range(10):
            for seed in range(EACH):
                writer.writerow([label, *find_glyph(digit_picture(label, seed)).pixels.ravel()])
    return table


def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", forbidden)
    with pytest.raises(DataError, match=f"{tmp_path} may not be read"):
        read_own(tmp_path)


@pytest.mark.parametrize("make", [class_folders, labelled_table, pixel_rows])
def test_every_form_gives_the_same_glyphs(make: Callable[[Path], Path], tmp_path: Path) -> None:
    own = read_own(make(tmp_path / "own"))
    assert np.bincount(own.labels).tolist() == [EACH] * 10
    wanted = [find_glyph(digit_picture(label, seed)).pixels for label in range(10) for seed in range(EACH)]
    assert np.array_equal(own.glyphs, np.stack(wanted))
    assert own.note == ""


def test_validation_takes_its_share_of_every_class_and_nothing_twice(tmp_path: Path) -> None:
    own = read_own(class_folders(tmp_path / "own", each=5))
    training, validation = own.split(0.4, seed=1)
    assert np.bincount(own.labels[validation]).tolist() == [2] * 10
    assert sorted([*training, *validation]) == list(range(50))


def test_pictures_without_ink_and_other_files_are_told(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "own")
    (folder / "3" / "white.png").write_bytes(BLANK)
    (folder / "4" / "notes.txt").write_text("no picture")
    own = read_own(folder)
    assert len(own) == 10 * EACH
    assert "no ink was found in 1 picture: 3/white.png" in own.note
    assert "4/notes.txt" in own.note


def test_what_lies_in_no_classs_folder_is_told(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "own")
    (folder / "loose.png").write_bytes(encode(digit_picture(1)))
    (folder / "4" / "more").mkdir()
    (folder / "4" / "more" / "a.png").write_bytes(encode(digit_picture(4)))
    (folder / "5" / "dead.png").symlink_to(tmp_path / "nowhere.png")
    assert read_own(folder).skipped == ["loose.png", "4/more/", "5/dead.png"]


def test_equal_pictures_stay_together_and_two_labels_are_told(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "own", each=4)
    for label in range(10):
        for number in range(4):
            shutil.copyfile(folder / str(label) / "0.png", folder / str(label) / f"again-{number}.png")
    shutil.copyfile(folder / "3" / "0.png", folder / "8" / "three.png")
    own = read_own(folder)
    training, validation = own.split(0.3, seed=1)
    learned = {own.glyphs[place].tobytes() for place in training}
    assert not any(own.glyphs[place].tobytes() in learned for place in validation)
    assert set(own.labels[validation]) == set(own.labels[training]) == set(range(10))
    assert "two labels are given to 1 picture: 3/0.png = 8/three.png" in own.note


def test_the_table_itself_stands_for_its_folder(tmp_path: Path) -> None:
    folder = labelled_table(tmp_path / "own")
    assert read_own(folder / "labels.csv").sha256 == read_own(folder).sha256 == checksum(folder)


def broken(folder: Path, make: Callable[[Path], Path], change: Callable[[Path], None]) -> Path:
    path = make(folder)
    change(path)
    return path


def rewrite(path: Path, row: int, text: str) -> None:
    rows = path.read_text().splitlines()
    rows[row - 1] = text
    path.write_text("\n".join(rows))


@pytest.mark.parametrize(
    ("make", "change", "says"),
    [
        (labelled_table, lambda p: rewrite(p / "labels.csv", 3, "0-1.png,seven"), r"labels\.csv, row 3 .*'seven'"),
        (labelled_table, lambda p: rewrite(p / "labels.csv", 3, "gone.png,0"), r"labels\.csv, row 3: .*gone\.png"),
        (labelled_table, lambda p: rewrite(p / "labels.csv", 3, ",0"), "row 3: names no file"),
        (labelled_table, lambda p: rewrite(p / "labels.csv", 1, "picture,class"), "columns file and label"),
        (labelled_table, lambda p: rewrite(p / "labels.csv", 3, "../other.png,0"), "not in the folder"),
        (labelled_table, lambda p: (p / "0-1.png").write_bytes(b"x"), r"labels\.csv, row 3: "),
        (pixel_rows, lambda p: rewrite(p, 4, "1,2,3"), r"train\.csv, row 4: wants a label and 784 pixels"),
        (pixel_rows, lambda p: rewrite(p, 4, "x" + ",0" * 784), r"train\.csv, row 4: the label .*'x'"),
        (pixel_rows, lambda p: rewrite(p, 4, "1" + ",300" * 784), r"train\.csv, row 4: pixels .* 0 to 255"),
        (pixel_rows, lambda p: rewrite(p, 1, "x" + ",0" * 784), r"train\.csv, row 1: the label .*'x'"),
        (labelled_table, lambda p: rewrite(p / "labels.csv", 3, "a\0.png,0"), r"row 3.* (zero byte|NUL)"),
        (pixel_rows, lambda p: p.write_bytes(b"\xff\xfe\x00"), "no CSV file in UTF-8"),
        (class_folders, lambda p: (p / "7").rename(p / "seven"), "'seven' is no class"),
        (class_folders, lambda p: (p / "2" / "0.png").write_bytes(b"no picture"), r"2/0\.png: "),
    ],
)
def test_what_is_wrong_is_named_with_file_and_row(
    make: Callable[[Path], Path], change: Callable[[Path], None], says: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match=says):
        read_own(broken(tmp_path / "own", make, change))


def test_too_little_to_learn_from_is_refused(tmp_path: Path) -> None:
    (tmp_path / "few" / "1").mkdir(parents=True)
    for number in range(12):
        (tmp_path / "few" / "1" / f"{number}.png").write_bytes(BLANK)
    with pytest.raises(DataError, match=r"0 pictures to learn from .*no ink was found in 12 pictures"):
        read_own(tmp_path / "few")
    for seed in range(12):
        (tmp_path / "few" / "1" / f"{seed}.png").write_bytes(encode(digit_picture(1, seed)))
    with pytest.raises(DataError, match=r"every picture in .* is a 1"):
        read_own(tmp_path / "few")
    with pytest.raises(DataError, match="there is no"):
        read_own(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no labelled pictures"):
        read_own(tmp_path / "empty")


@pytest.mark.slow
def test_own_pictures_alone_make_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INKDIGITS_DATA", raising=False)
    folder = class_folders(tmp_path / "own", each=6)
    (folder / "0" / "white.png").write_bytes(BLANK)
    notes: list[str] = []

    def listen(progress: Progress) -> None:
        notes.append(progress.note)

    run = tmp_path / "run"
    model = train(run, {**TINY, "own": str(folder)}, listen=listen, threads=1)
    assert any("0/white.png" in note for note in notes)
    record = json.loads((run / "own.json").read_text())
    assert (record["pictures"], record["validation"], record["blank"]) == (60, 10, ["0/white.png"])
    assert json.loads((run / "digit.json").read_text())["data_sha256"] == {"own pictures": record["sha256"]}
    metrics = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert metrics[-1]["loss"] < metrics[0]["loss"]
    assert metrics[-1]["val_loss"] < metrics[0]["val_loss"]
    assert {"accuracy", "val_accuracy", "val_read", "val_own"} <= set(metrics[0])
    assert Reader({"model": model}).read(digit_picture(3), expect="digit").digits


@pytest.mark.slow
def test_early_stopping_keeps_the_best_weights(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "own")
    settings = {**TINY, "own": str(folder), "epochs": 40, "learning_rate": 5, "early_stopping": 2, "optimizer": "adamw"}
    train(tmp_path / "run", settings, threads=1)
    losses = [json.loads(line)["val_loss"] for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    best = losses.index(min(losses))
    assert len(losses) == best + 3
    card = json.loads((tmp_path / "run" / "digit.json").read_text())
    assert card["validation"]["val_loss"] == pytest.approx(losses[best], abs=1e-4)


def test_every_setting_has_a_rule_that_takes_its_default() -> None:
    config = TrainConfig()
    assert list(RULES) == list(config.to_dict())
    assert TrainConfig.resolve(config.to_dict()) == config


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["dropot=0.2"], "unknown training setting 'dropot'; choose from .*kernel_size, dropout"),
        (["dropout"], "NAME=VALUE"),
        (["dropout=much"], "'dropout' must be a number from 0 to 0.95, not 'much'"),
        (["dropout=nan"], "'dropout' must be a number"),
        (["kernel_size=4"], "'kernel_size' must be one of 3, 5, 7"),
        (["epochs=2.5"], "'epochs' must be a whole number"),
        (["optimizer=adam"], "'optimizer' must be one of sgd, adamw"),
        (["base=sample", 'counts={"pens": 10}'], "'pens' in 'counts' needs the data folder"),
        (["base=own"], "name their folder"),
        (["counts=5"], "must be numbers by name"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(settings: list[str], says: str, tmp_path: Path) -> None:
    options = [part for setting in settings for part in ("--set", setting)]
    result = CliRunner().invoke(app, ["train", "digit", "--run", str(tmp_path / "run"), *options])
    assert isinstance(result.exception, OptionError)
    with pytest.raises(OptionError, match=says):
        raise result.exception
