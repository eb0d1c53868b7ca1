"""Training the line network end to end on handwriting made here: it learns, goes on, ships, and is fine-tuned."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import torch

from handwriting import draw, strokes_of
from inkdigits import OptionError
from inkdigits.recognition.line import LineReader
from inkdigits.training.datasets import DataError
from inkdigits.training.lines.batches import augment, batches, stack
from inkdigits.training.lines.calibrate import coverage, tempered
from inkdigits.training.lines.chunks import Chunk, Stock, WorkerError, fits, make_chunk
from inkdigits.training.lines.export import open_exported
from inkdigits.training.lines.fields import read_fields
from inkdigits.training.lines.finetune import finetune_line
from inkdigits.training.lines.fit import train_line
from inkdigits.training.lines.loss import line_loss
from inkdigits.training.lines.network import CLASSES, ExportedLine, LineNetwork, LineShape
from inkdigits.training.lines.strings import ALPHABET
from inkdigits.training.lines.validate import greedy
from inkdigits.training.runs import Progress
from inkdigits.training.sources import Sources
from training.power import PowerCutError, cut_at

pytestmark = [pytest.mark.train, pytest.mark.slow]

TINY = {
    "lines": 360,
    "chunk": 120,
    "validation": 40,
    "batch_size": 24,
    "stem": 8,
    "low": 8,
    "high": 16,
    "wide": 32,
    "wide_blocks": 1,
    "ema": 0.9,
}


@pytest.fixture(scope="module")
def finished(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An undisturbed run."""
    run = tmp_path_factory.mktemp("run")
    train_line(run, TINY, data, threads=1, workers=0)
    return run


def test_a_run_leaves_a_model_that_the_reader_takes(finished: Path) -> None:
    reader = LineReader(finished / "line.onnx")
    assert reader.alphabet == ALPHABET
    rng = np.random.default_rng(0)
    lines = [rng.integers(0, 256, (32, width), dtype=np.uint8) for width in (32, 45, 46, 128)]
    frames = reader.frames(lines)
    assert [len(found) for found in frames] == [16, 23, 23, 64]
    assert all(np.allclose(np.exp(found).sum(axis=1), 1, atol=1e-4) for found in frames)


def test_a_run_is_recorded(finished: Path) -> None:
    metrics = [json.loads(line) for line in (finished / "metrics.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in metrics] == [1, 2, 3]
    assert metrics[-1]["loss"] < metrics[0]["loss"]
    assert 0 <= metrics[-1]["val_exact"] <= metrics[-1]["val_digits"] <= 1
    card = json.loads((finished / "line.json").read_text())
    assert card["config"]["wide"] == 32
    assert set(card["data_sha256"]) >= {"strokes/pendigits.npz", "mnist/train-images-idx3-ubyte.gz"}
    assert "On validation lines" in (finished / "line.md").read_text()


def test_a_killed_run_ends_with_the_same_weights(finished: Path, data: Path, tmp_path: Path) -> None:
    for config, moment in ((TINY, cut_at("train", 2)), (None, cut_at("export"))):
        with pytest.raises(PowerCutError):
            train_line(tmp_path, config, data, moment, threads=1, workers=0)
    whole = torch.load(finished / "checkpoint.pt", weights_only=True)["average"]
    resumed = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["average"]
    for name, weights in whole.items():
        assert torch.equal(weights, resumed[name]), name


def test_other_settings_in_a_started_run_are_refused(finished: Path, data: Path) -> None:
    with pytest.raises(OptionError, match="started with other settings"):
        train_line(finished, {**TINY, "seed": 8}, data)


def test_an_unknown_setting_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="learning_rte"):
        train_line(tmp_path, {"learning_rte": 1}, data)


def test_a_dead_worker_is_told(data: Path, tmp_path: Path) -> None:
    stock = Stock(tmp_path, data / "nowhere", 1, 10, workers=1)
    stock.start(0, 2)
    try:
        with pytest.raises(WorkerError):
            stock.take(0)
    finally:
        stock.stop()


def test_lines_repeat_themselves(data: Path) -> None:
    sources = Sources.load(data, validation=True)
    one, two = (make_chunk(sources, 20, (5, 1)) for _ in range(2))
    assert np.array_equal(one.pixels, two.pixels)
    assert one.labels.tolist() == two.labels.tolist()
    assert all(fits(str(label), line.shape[1]) for label, line in zip(one.labels, one.lines(), strict=True))


def test_batches_hold_each_line_once() -> None:
    lines = [np.full((32, 32 + i), i, np.uint8) for i in range(40)]
    chunk = Chunk.of(lines, [str(i) for i in range(40)], ["plain"] * 40)
    seen = [label for _, labels in batches([chunk], 8, np.random.default_rng(0)) for label in labels]
    assert sorted(map(int, seen)) == list(range(40))


def test_augmentation_keeps_the_writing_in_the_picture() -> None:
    line = np.zeros((32, 60), np.uint8)
    for left in range(6, 54, 8):
        line[6:26, left : left + 3] = 255
    batch = stack([line] * 64)
    changed = augment(batch.clone(), torch.Generator().manual_seed(3), 1.0)
    assert changed.shape[3] % 4 == 0
    assert 0 <= float(changed.min()) <= float(changed.max()) <= 1
    strokes = [cv2.connectedComponents((row[0].numpy() > 0.4).astype(np.uint8))[0] - 1 for row in changed]
    assert np.mean(np.array(strokes) == 6) > 0.8
    assert torch.equal(augment(batch, torch.Generator(), 0), batch)


def test_separators_that_nobody_labelled_cost_nothing() -> None:
    text = "1.2"
    frames = torch.full((1, 12, CLASSES), -20.0)
    for place, sign in zip((2, 5, 8), text, strict=True):
        frames[0, :, 0] = 0.0
        frames[0, place, ALPHABET.index(sign) + 1] = 10.0
    frames = frames.log_softmax(dim=2)
    assert greedy(frames[0].numpy()) == text
    assert float(line_loss(frames, ["12"], silent=1)) < 0.01
    assert float(line_loss(frames, ["1.2"])) < 0.01
    assert float(line_loss(frames, ["12"])) > 3


def test_the_exported_network_can_be_trained_on() -> None:
    torch.manual_seed(0)
    network = LineNetwork(LineShape(8, 8, 1, 16, 1, 24, 2)).train()
    for _ in range(3):
        network(torch.rand(4, 1, 32, 64))
    network.eval()
    assert network(torch.rand(1, 1, 32, 64)).shape == (1, 32, CLASSES)
    assert ExportedLine(network)(torch.zeros(2, 32, 33, dtype=torch.uint8)).shape[2] == CLASSES


def test_an_exported_file_gives_back_its_network(finished: Path) -> None:
    network, name = open_exported(finished / "line.onnx")
    assert name.startswith("line-")
    pixels = np.random.default_rng(1).integers(0, 256, (2, 32, 70), dtype=np.uint8)
    with torch.no_grad():
        rebuilt = ExportedLine(network).eval()(torch.from_numpy(pixels)).numpy()
    reader = LineReader(finished / "line.onnx")
    read = np.stack(reader.frames(list(pixels)))
    assert np.allclose(
        tempered(rebuilt[:, :35].reshape(-1, CLASSES), reader.calibration.temperature),
        read.reshape(-1, CLASSES),
        atol=1e-3,
    )


def test_coverage_counts_the_surest() -> None:
    shares = np.linspace(1, 0, 200)
    right = np.ones(200, bool)
    assert coverage(shares, right) == 1
    right[100:] = False
    assert coverage(shares, right) == pytest.approx(0.505)
    assert coverage(shares, ~right) == 0


def write_fields(folder: Path, rows: list[tuple[str, str]], header: tuple[str, str] = ("file", "label")) -> Path:
    """A folder as a user would make it; pictures of the labels' digits."""
    folder.mkdir(exist_ok=True)
    for name, label in rows:
        digits = [int(sign) for sign in label if sign.isdigit()] or [0]
        canvas = np.full((70, 40 * len(digits) + 20), 230, np.uint8)
        for place, digit in enumerate(digits):
            canvas = draw(strokes_of(digit, place), canvas.shape, 40, 12 + 40 * place, 14, 4, 60, canvas)
        cv2.imwrite(str(folder / name), canvas)
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return folder


def test_fine_tuning_from_a_folder(finished: Path, data: Path, tmp_path: Path) -> None:
    rows = [(f"{number}.png", str(number)) for number in range(1_200, 1_224)]
    own = write_fields(tmp_path / "own", rows)
    seen: list[Progress] = []
    settings = {
        "epochs": 8,
        "runs": 2,
        "variants": 2,
        "synthetic": 40,
        "batch_size": 16,
        "learning_rate": 3e-3,
        "looks": 3,
    }
    model = finetune_line(tmp_path / "tuned", own, settings, data, seen.append, 1, finished / "line.onnx")
    report = json.loads((tmp_path / "tuned" / "finetune.json").read_text())
    assert report["after"]["held_loss"] <= report["before"]["held_loss"]
    assert report["after"]["held"] == 3
    assert LineReader(model).name.endswith("-finetuned")
    steps = [step for step in seen if step.stage == "train"]
    assert steps[-1].done == steps[-1].total
    assert [step.done for step in steps] == sorted({step.done for step in steps})
    assert all(step.seconds_left > 0 for step in steps[:-1]), "the second run is still to come after the first"
    assert steps[-1].seconds_left == 0


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("x.png", "12a"), r"row 3 \(x.png\): 'a' in the label '12a'"),
        (("x.png", ""), "row 3: wants columns file and label"),
        (("", "12"), "row 3: wants columns file and label"),
        (("missing.png", "12"), "row 3: .*missing.png"),
    ],
)
def test_bad_labels_are_named(tmp_path: Path, row: tuple[str, str], message: str) -> None:
    rows = [(f"{number}.png", str(number)) for number in range(10, 22)]
    write_fields(tmp_path, rows)
    with (tmp_path / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("file", "label"), rows[0], row, *rows[1:]])
    with pytest.raises(DataError, match=message):
        read_fields(tmp_path)


def test_too_few_fields_and_no_table_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no labels\.csv"):
        read_fields(tmp_path)
    write_fields(tmp_path, [("1.png", "1")])
    with pytest.raises(DataError, match="at least 10"):
        read_fields(tmp_path)


def test_a_table_that_is_no_text_in_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes("file,label\nStraße.png,12\n".encode("latin-1"))
    with pytest.raises(DataError, match="no CSV file in UTF-8"):
        read_fields(tmp_path)
