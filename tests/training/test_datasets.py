"""Data files that are damaged are named, with what to do; no reader's own error gets through."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from handwriting import write_strokes
from inkdigits.evaluation import load_set
from inkdigits.training.datasets import (
    MNIST_FILES,
    DataError,
    load_bitmaps,
    load_labelled_folder,
    load_mnist,
    load_writing,
)

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "another format": lambda data: b"hello" * 20,
}


def data_folder(folder: Path) -> Path:
    for part in ("images", "labels"):
        path = folder / "mnist" / MNIST_FILES["test", part][0]
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(gzip.compress(np.random.default_rng(0).bytes(5_000)))
    write_strokes(folder / "strokes" / "pendigits.npz", [[np.ones((9, 2))]] * 9, ["1"] * 9)
    for name in ("bitmaps", "suites"):
        (folder / name).mkdir()
    np.savez(
        folder / "bitmaps" / "optdigits.npz", images=np.ones((9, 8, 8)), labels=np.ones(9), split=np.full(9, "tes")
    )
    np.savez(folder / "suites" / "canvas_sim.npz", imgs=np.ones((9, 8, 8)), labels=np.ones(9))
    return folder


READERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "mnist": (f"mnist/{MNIST_FILES['test', 'images'][0]}", lambda folder: load_mnist("test", folder)),
    "strokes": ("strokes/pendigits.npz", lambda folder: load_writing("pendigits", folder)),
    "bitmaps": ("bitmaps/optdigits.npz", lambda folder: load_bitmaps("optdigits", folder)),
    "canvas": ("suites/canvas_sim.npz", lambda folder: load_set("canvas_sim", folder)),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("reader", READERS)
def test_a_damaged_file_is_named(reader: str, damage: str, tmp_path: Path) -> None:
    folder = data_folder(tmp_path)
    name, read = READERS[reader]
    path = folder / name
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    with pytest.raises(DataError, match=rf"{path.name} (is damaged|is not MNIST).* delete (it|the file)"):
        read(folder)


def test_a_table_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"file,text\n\xff.png,7\n")
    with pytest.raises(DataError, match=r"labels\.csv is damaged"):
        load_labelled_folder(tmp_path)
