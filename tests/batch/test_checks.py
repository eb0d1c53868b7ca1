"""Doubtful numbers of a batch: cut out while it is read, and what people say of them counts in its results."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from handwriting import digit_picture, doubtful_picture, encode, number_picture, put
from inkdigits.batch import read_batch
from inkdigits.batch.checks import Checks, settled, settled_results
from inkdigits.batch.cuttings import Cuttings, is_doubtful, name_of
from inkdigits.batch.look import Look
from inkdigits.batch.row import Row
from inkdigits.errors import OptionError, StorageError

FORMS = ["csv", "jsonl", "parquet"]


def batch(form: str, expect: str = "number") -> tuple[Path, Cuttings]:
    """Sure and doubtful numbers, read here; one picture's name would be a formula in a spreadsheet."""
    if form == "parquet":
        pytest.importorskip("pyarrow", reason="needs the 'parquet' extra")
    folder = Path("scans")
    folder.mkdir(exist_ok=True)
    (folder / "blank.png").write_bytes(encode(np.full((80, 200), 230, np.uint8)))
    (folder / "sure.png").write_bytes(encode(number_picture("2063")))
    Path("=doubt.png").write_bytes(encode(doubtful_picture()))
    out = Path(f"out.{form}").absolute()
    read_batch(["=doubt.png", "scans"], out, expect=expect, cuttings="cuttings")
    return out, Cuttings(Path("cuttings"))


@pytest.mark.parametrize("form", FORMS)
def test_what_is_doubtful_is_cut_out_and_found_by_its_row(here: Path, form: str) -> None:
    out, cuttings = batch(form)
    ((name, row),) = Look(out).doubtful().items()
    assert row.source.lstrip("'") == "=doubt.png"
    assert cuttings.names() == {name} == {name_of(row)}
    with Image.open(BytesIO(cuttings.open(name))) as picture:
        assert picture.format == "JPEG"
        assert picture.width <= 960
        assert picture.height <= 240
        assert np.asarray(picture).min() < 90  # the ink is on it
    with pytest.raises(StorageError, match="is gone"):
        cuttings.open("nothing")


def test_of_a_page_the_numbers_alone_are_cut_out(here: Path) -> None:
    page = np.full((900, 900), 235, np.uint8)
    for top, picture in ((60, number_picture("2063")), (400, doubtful_picture()), (700, number_picture("58"))):
        page = put(page, picture, 80, top)
    Path("page.png").write_bytes(encode(page))
    read_batch("page.png", "out.csv", cuttings="cuttings")
    doubts = Look(Path("out.csv").absolute()).doubtful()
    assert doubts
    for name in doubts:
        with Image.open(BytesIO(Cuttings(Path("cuttings")).open(name))) as picture:
            assert picture.height < 260


def test_many_digits_are_told_apart(here: Path) -> None:
    folder = Path("digits")
    folder.mkdir()
    both = number_picture("4719"), number_picture("85203")  # no digits
    for place in range(40):
        picture = both[place // 20] if place in (7, 31) else digit_picture(place % 10)
        (folder / f"{place:02d}.png").write_bytes(encode(picture))
    read_batch("digits", "out.jsonl", expect="digit", cuttings="cuttings")
    cuttings = Cuttings(Path("cuttings"))
    names = {row.source: name for name, row in Look(Path("out.jsonl")).doubtful().items()}
    assert {"digits/07.png", "digits/31.png"} <= set(names)
    for place, source in enumerate(("digits/07.png", "digits/31.png")):
        with Image.open(BytesIO(cuttings.open(names[source]))) as picture:
            assert picture.size == both[place].shape[::-1]


def test_without_a_folder_nothing_is_cut_out_and_rows_are_the_same(here: Path) -> None:
    out, _ = batch("csv")
    read_batch(["=doubt.png", "scans"], "other.csv", expect="number")
    assert Path("other.csv").read_bytes() == out.read_bytes()
    with pytest.raises(OptionError, match="engine 'local'"):
        read_batch("scans", "ray.csv", engine="ray", cuttings="cuttings")


@pytest.mark.parametrize("form", FORMS)
def test_what_somebody_says_counts_in_the_results(here: Path, form: str) -> None:
    out, cuttings = batch(form)
    (name,) = cuttings.names()
    before = list(Look(out).all_rows())
    checks = Checks(here / "checks.jsonl")
    checks.add({name: " 4,719 "})
    (here / out.name).write_bytes(content := settled_results(out, checks.read()))
    after = list(Look(here / out.name).all_rows())
    assert content
    assert after[0] == next(settled(before, {name: "4,719"}))
    assert (after[0].text, after[0].raw, after[0].status, after[0].confidence) == ("4719", "4,719", "checked", 1.0)
    assert after[1:] == before[1:]
    assert [row.text for row in after[1:]] == ["", "2063"]


def test_what_nobody_said_leaves_the_results_as_they_are(here: Path) -> None:
    out, _ = batch("csv")
    assert settled_results(out, {}) == out.read_bytes()
    assert settled_results(out, {"of another batch": "1"}) == out.read_bytes()


def test_the_last_word_counts_and_may_be_taken_back(tmp_path: Path) -> None:
    checks = Checks(tmp_path / "checks.jsonl")
    assert checks.read() == {}
    checks.add({"a": "12", "b": ""})
    checks.add({"a": "13"})
    assert checks.read() == {"a": "13", "b": ""}
    checks.add({"a": None})
    assert checks.read() == {"b": ""}
    with (tmp_path / "checks.jsonl").open("ab") as file:
        file.write(b'{"c": "4')  # the power was cut
    checks.add({"d": "5"})
    assert Checks(tmp_path / "checks.jsonl").read() == {"b": "", "d": "5"}


@pytest.mark.parametrize("text", ["twelve", "1" * 65, "1\n2"])
def test_what_is_no_number_is_refused_and_nothing_is_kept(tmp_path: Path, text: str) -> None:
    checks = Checks(tmp_path / "checks.jsonl")
    with pytest.raises(OptionError):
        checks.add({"a": "1", "b": text})
    assert checks.read() == {}


def test_no_number_is_an_answer_too() -> None:
    row = Row("a.png", 1, 1, "12", "12", 0.4, 1, 2, 3, 4, "look again", "", "m", "00")
    (said,) = settled([row], {name_of(row): ""})
    assert (said.text, said.raw, said.status, said.reason) == ("", "", "checked", "not_a_number")
    sure = Row("b.png", 1, 1, "12", "12", 0.99, 1, 2, 3, 4, "sure", "", "m", "00")
    assert list(settled([sure], {name_of(sure): "13"})) == [sure]
    assert not is_doubtful(sure)
