"""Files, patterns and folders as a user names them."""

from __future__ import annotations

from pathlib import Path

import pytest

from inkdigits.images.find import Found, find_pictures, kind_of


def names(*wanted: str) -> list[str]:
    return [Path(found.name).name for found in find_pictures(wanted)]


def test_expansion(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.png", "a.PNG", "notes.txt", "c[1].png", "deep/d.jpg"):
        (tmp_path / name).touch()
    assert names(str(tmp_path)) == ["a.PNG", "b.png", "c[1].png"]
    assert names(f"{tmp_path}/*.txt") == ["notes.txt"]
    assert names(f"{tmp_path}/**/*.jpg") == ["d.jpg"]
    assert names(f"{tmp_path}/c[1].png") == ["c[1].png"]
    assert names(f"{tmp_path}/b.png", "-", f"{tmp_path}/b.png") == ["b.png", "-", "b.png"]


def test_what_is_not_there(tmp_path: Path) -> None:
    empty, pattern = (next(find_pictures([name])) for name in (str(tmp_path), f"{tmp_path}/*.png"))
    assert "no picture in the folder" in (empty.problem or "")
    assert "no file matches" in (pattern.problem or "")
    assert list(find_pictures(["none.png"])) == [Found("none.png")]


@pytest.mark.parametrize("name", ["x" * 5_000, "a\0b", "circle.png"], ids=["long", "zero", "circle"])
def test_what_can_be_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "circle.png").symlink_to("circle.png")
    assert list(find_pictures([name])) == [Found(name)]
    assert kind_of(name) == ""
