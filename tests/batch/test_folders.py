"""A folder on the server is one below the allowed root, whatever is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from inkdigits.batch.folders import find_folder, list_folders
from inkdigits.errors import OptionError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "a" / "b").mkdir(parents=True)
    (tmp_path / "root" / ".hidden").mkdir()
    (tmp_path / "root" / "file.png").write_bytes(b"")
    (tmp_path / "secret" / "deep").mkdir(parents=True)
    (tmp_path / "root" / "out").symlink_to(tmp_path / "secret")
    (tmp_path / "root" / "to-b").symlink_to(tmp_path / "root" / "a" / "b")
    (tmp_path / "root" / "round").symlink_to(tmp_path / "root" / "round")
    return tmp_path / "root"


@pytest.mark.parametrize(
    ("inside", "found"), [("", "."), ("a", "a"), ("a/b", "a/b"), ("to-b", "a/b"), ("a/./b", "a/b")]
)
def test_a_folder_below_the_root_is_found(root: Path, inside: str, found: str) -> None:
    assert find_folder(root, inside) == (root / found).resolve()


@pytest.mark.parametrize(
    "inside",
    [
        *("..", "../secret", "a/../../secret", "a/..", "../root-other", "/", "/etc", "~", "..\\secret", "a\\b", "a\0b"),
        *("out", "out/deep", "file.png", "gone", "round"),
    ],
)
def test_nothing_else_is(root: Path, inside: str) -> None:
    (root.parent / "root-other").mkdir()  # begins with the root's name, and is not below it
    with pytest.raises(OptionError):
        find_folder(root, inside)


def test_the_root_itself_may_be_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert find_folder(tmp_path / "link", "a") == (root / "a").resolve()


def test_only_folders_that_may_be_opened_are_listed(root: Path) -> None:
    assert list_folders(root, "") == ["a", "to-b"]
    assert list_folders(root, "a") == ["b"]


def test_without_a_root_the_setting_is_named() -> None:
    with pytest.raises(OptionError, match="INKDIGITS_BATCH_ROOT"):
        list_folders(None, "")
