"""What keeps a run with own pictures honest: their checksum, something to judge by, and files that are whole."""

from __future__ import annotations

import io
import shutil
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch", reason="training needs the train extra")

import torch

from handwriting import digit_picture, encode
from inkdigits import ModelError, OptionError
from inkdigits.recognition.scores import Calibration
from inkdigits.settings import Settings
from inkdigits.training.config import TrainConfig
from inkdigits.training.datasets import DataError
from inkdigits.training.export import export
from inkdigits.training.fit import _is_over, train
from inkdigits.training.network import DigitNetwork, Shape
from inkdigits.training.own_zip import unpack_own
from inkdigits.training.pool import Pool
from inkdigits.training.pools import open_pools
from inkdigits.training.session import Session

pytestmark = pytest.mark.train

SMALL = {"base": "own", "epochs": 2, "epoch_size": 64, "batch_size": 64, "stem": 4, "middle": 4, "top": 4}
SMALL |= {"counts": {"scribbles": 20}}


def class_folders(folder: Path, each: int = 2) -> Path:
    for label in range(10):
        (folder / str(label)).mkdir(parents=True)
        for seed in range(each):
            (folder / str(label) / f"{seed}.png").write_bytes(encode(digit_picture(label, seed)))
    return folder


@pytest.mark.parametrize("settings", [{}, {"own_validation": 0}])
def test_one_picture_of_each_class_leaves_nothing_to_judge_by(settings: dict[str, float], tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "own", each=1 if not settings else 2)
    run = tmp_path / "run"
    with pytest.raises(DataError, match="at least two different pictures of some digit are needed"):
        train(run, {**SMALL, **settings, "own": str(folder)}, threads=1)
    assert not (run / "pool.npz").exists()


def test_a_run_does_not_go_on_with_other_pictures(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "own")
    config = TrainConfig.resolve({**SMALL, "own": str(folder)})
    run = tmp_path / "run"
    run.mkdir()

    def glyphs() -> int:
        return len(open_pools(run, config, None, lambda progress: None).training.labels)

    before = glyphs()
    assert glyphs() == before
    (folder / "3" / "new.png").write_bytes(encode(digit_picture(3, 9)))
    with pytest.raises(OptionError, match=r"have changed since the run .* use another --run folder"):
        glyphs()
    shutil.rmtree(folder)
    assert glyphs() == before


@pytest.mark.parametrize(("epochs", "over"), [((2, 4), False), ((2, 4, 6), True), ((2, 4, 6, 8), True)])
def test_patience_counts_epochs_that_were_judged(epochs: tuple[int, ...], over: bool) -> None:
    history = [{"epoch": epoch, **({"val_loss": float(epoch)} if epoch in epochs else {})} for epoch in range(1, 10)]
    session = SimpleNamespace(history=history[: epochs[-1] + 1], epoch=epochs[-1] + 1)
    assert _is_over(session, TrainConfig(early_stopping=3, validate_every=2)) == over


def test_patience_shorter_than_the_time_between_looks_waits_for_the_next() -> None:
    session = SimpleNamespace(history=[{"epoch": 5, "val_loss": 1.0}, {"epoch": 6}, {"epoch": 7}], epoch=7)
    assert not _is_over(session, TrainConfig(early_stopping=2, validate_every=5))


def test_a_truncated_checkpoint_says_what_to_do(tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "own")
    config = TrainConfig.resolve({**SMALL, "own": str(folder)})
    pool = Pool(np.zeros((2, 28, 28), np.uint8), np.array([0, 10]), np.zeros(2, np.int64), ("own",))
    session = Session(tmp_path, config, pool)
    session.save(1, {"epoch": 1})
    path = tmp_path / "checkpoint.pt"
    for size in (0, 10, path.stat().st_size // 2):
        path.write_bytes(path.read_bytes()[:size])
        with pytest.raises(DataError, match=r"checkpoint\.pt is damaged: delete it"):
            session.resume()
        session.save(1, {"epoch": 1})


def test_two_threads_unpack_one_zip(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(200):
            archive.writestr(f"{number % 10}/{number}.png", encode(digit_picture(number % 10)))
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: unpack_own(stream.getvalue(), tmp_path / "zips", Settings()), range(8)))
    (folder,) = found
    assert len(list(folder.rglob("*.png"))) == 200
    assert list((tmp_path / "zips").iterdir()) == [folder]


def test_a_model_of_no_numbers_is_not_exported(tmp_path: Path) -> None:
    network = DigitNetwork(Shape(stem=4, middle=4, top=4)).eval()
    with torch.no_grad():
        for weights in network.parameters():
            weights.fill_(float("nan"))
    with pytest.raises(ModelError, match="differs from PyTorch by nan"):
        export(network, Calibration(1, 0, 1, 0.4), tmp_path / "digit.onnx", "nan")
    assert not (tmp_path / "digit.onnx").exists()
