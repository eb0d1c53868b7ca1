"""The command and its report: what two models did on the same digits, in every form."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handwriting import digit_picture, encode
from inkdigits import ModelError, OptionError, Reader
from inkdigits.cli import app
from inkdigits.evaluation import load_set
from inkdigits.evaluation.measured import Measured, comparisons, measure
from inkdigits.evaluation.models import models_at_hand, open_model
from inkdigits.evaluation.report import to_page, write_report
from inkdigits.recognition.classifier import SHIPPED
from inkdigits.settings import Settings


@pytest.fixture(scope="module")
def drawn(reader: Reader) -> Measured:
    return measure("shipped", reader, load_set("drawn", None))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two digits that are labelled rightly, and one that is not."""
    folder = tmp_path_factory.mktemp("mine")
    for label in (3, 7, 9):
        (folder / f"{label}.png").write_bytes(encode(digit_picture(label)))
    (folder / "labels.csv").write_text("file,label\n3.png,3\n7.png,7\n9.png,4\n")
    return folder


def evaluate(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, ["evaluate", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


class Page(HTMLParser):
    """What a page links to, and whether its tags are closed."""

    VOID = ("meta", "img", "br")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attributes if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """A shape of SVG that closes itself."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_folder_is_measured_with_or_without_the_option(folder: Path) -> None:
    one, other = (json.loads(evaluate(*arguments, "--json")) for arguments in (["--data", folder], [folder]))
    assert one == other
    assert (one["count"], one["errors"], one["wrong"]) == (3, 1, 1)
    assert one["confusion"][4][9] == 1
    assert one["compared"] is None


def test_two_models_are_compared_on_each_data_set(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.onnx"
    copy.write_bytes(SHIPPED.read_bytes())
    found = [json.loads(line) for line in evaluate("shipped", copy, "--data", folder, "--json").splitlines()]
    assert [line["model"] for line in found] == ["shipped", str(copy)]
    assert found[1]["compared"]["both_right"] == 2
    assert found[1]["compared"]["p"] == 1
    assert "are right equally often" in " ".join(evaluate("shipped", copy, "--data", folder).split())


def test_sets_of_one_name_have_charts_of_their_own(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="PNGs need the train extra")
    other = tmp_path / folder.name
    shutil.copytree(folder, other)
    out = tmp_path / "report"
    found = evaluate("shipped", "--data", folder, "--data", other, "--out", out, "--json")
    assert [json.loads(line)["name"] for line in found.splitlines()] == [folder.name, f"{folder.name} (2)"]
    assert len(list(out.glob("*-confusion.png"))) == 2


def test_names_that_are_no_text_are_reported(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"m\xffine")
    (folder / "3").mkdir(parents=True)
    (folder / "3" / os.fsdecode(b"a\xff.png")).write_bytes(encode(digit_picture(3)))
    evaluate("shipped", "--data", folder, "--out", tmp_path / "report")
    assert "m?ine" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "3/a?.png" in (tmp_path / "report" / "samples.csv").read_text(encoding="utf-8")


def test_where_no_report_can_be_is_told_before_anything_is_measured(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    result = CliRunner().invoke(app, ["evaluate", "--data", str(folder), "--out", str(tmp_path / "file"), "--json"])
    assert isinstance(result.exception, OptionError)
    assert "no report can be written into" in str(result.exception)
    assert not result.stdout


def test_the_report_is_written_in_every_form(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="PNGs need the train extra")
    out = tmp_path / "report"
    evaluate("shipped", "--data", folder, "--data", "drawn", "--out", out)
    names = {path.name for path in out.iterdir()}
    pictures = {f"{data}-{kind}.png" for data in (folder.name, "drawn") for kind in ("confusion", "reliability")}
    assert {"report.html", "evaluation.json", "classes.csv", "samples.csv"} | pictures <= names
    assert all((out / name).read_bytes().startswith(b"\x89PNG") for name in pictures)
    first, second = json.loads((out / "evaluation.json").read_text())
    assert (first["data"], second["data"]) == (folder.name, "drawn")
    with (out / "samples.csv").open(newline="") as file:
        samples = list(csv.DictReader(file))
    assert len(samples) == 303
    assert [row["right"] for row in samples[:3]] == ["1", "1", "0"]
    with (out / "classes.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == 20


def test_without_matplotlib_the_rest_is_written(
    drawn: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    monkeypatch.delitem(__import__("sys").modules, "inkdigits.evaluation.report.pictures", raising=False)
    files, lacking = write_report([[drawn]], tmp_path)
    assert "pip install 'inkdigits[train]'" in lacking
    assert [path.suffix for path in files] == [".html", ".json", ".csv", ".csv"]


def test_the_page_needs_no_network_and_shows_the_mistakes(drawn: Measured) -> None:
    text = to_page([[drawn, drawn]])
    page = Page(text)
    assert page.open == []
    assert page.links
    assert all(link.startswith("data:image/png;base64,") for link in page.links)
    assert not re.search(r"url\(|@import|<script", text)
    worst = drawn.mistakes()[0].render().replace(" %", "&nbsp;%")
    assert worst in text
    assert "prefers-color-scheme: dark" in text


def test_names_cannot_bring_tags_into_the_page(reader: Reader, folder: Path) -> None:
    data = load_set(str(folder), None)
    measured = measure("<b>model</b>", reader, type(data)("<i>set</i>", data.data, ("<u>", "<u>", "<u>")))
    text = to_page([[measured, measured]])
    assert not re.search(r"<(b|i|u)>", text)


def test_names_cannot_bring_formulas_into_a_spreadsheet(reader: Reader, folder: Path, tmp_path: Path) -> None:
    data = load_set(str(folder), None)
    evil = type(data)("=1+1", data.data, ("@x", "+y", "-z"))
    write_report([[measure("=2+2", reader, evil)]], tmp_path)
    for name in ("classes.csv", "samples.csv"):
        with (tmp_path / name).open(newline="") as file:
            first = next(csv.DictReader(file))
        assert (first["data"], first["model"]) == ("'=1+1", "'=2+2")
    assert first["sample"] == "'@x"


def test_mistakes_come_most_sure_first_and_refusals_last(drawn: Measured) -> None:
    mistakes = drawn.mistakes()
    named = [mistake.confidence for mistake in mistakes if not mistake.refused]
    assert named == sorted(named, reverse=True)
    assert [mistake.refused for mistake in mistakes] == sorted(mistake.refused for mistake in mistakes)
    assert len(mistakes) == drawn.figures.wrong + drawn.figures.refused
    assert drawn.thumb(mistakes[0].index).startswith(b"\x89PNG")


def test_a_model_is_not_better_than_itself(drawn: Measured) -> None:
    (pair,) = comparisons([drawn, drawn])
    assert (pair.only_first, pair.only_second, pair.p) == (0, 0, 1)


def test_models_that_cannot_be_measured(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert models_at_hand(settings) == ["shipped"]
    with pytest.raises(OptionError, match="there is no model"):
        open_model("mine", settings)
    with pytest.raises(ModelError, match="no model file"):
        open_model(str(tmp_path / "mine.onnx"), settings)
    with pytest.raises(OptionError, match="measured once"):
        evaluate("shipped", "shipped")
