"""Batches that are read in the test's own process, and one whose undisturbed results are known."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from batch_sources import many, read_here
from inkdigits.batch import read_batch

PICTURES = 300


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not started as a command reads in this process."""
    read_here(monkeypatch)


@pytest.fixture
def here(inline: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder in which the test stands; batches are read in this process."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Digits in a ZIP, and ``whole.csv``: what an undisturbed run makes of them."""
    folder = tmp_path_factory.mktemp("whole")
    many(PICTURES, folder / "digits.zip")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        read_here(patch)
        read_batch(["digits.zip"], "whole.csv", expect="digit")
    return folder


@pytest.fixture
def digits(whole: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That folder without other results, and the test stands in it."""
    monkeypatch.chdir(whole)
    for path in whole.glob("out.csv*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return whole
