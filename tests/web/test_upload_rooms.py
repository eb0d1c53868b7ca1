"""What stands behind the Upload page, without a browser: previews, tables, samples."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import inkdigits
from handwriting import digit_picture
from inkdigits import MissingExtraError
from inkdigits.batch.uploads import ROOM
from inkdigits.reading import Alternative, Box, Digit, Number, Reading
from inkdigits.settings import Settings

pytest.importorskip("streamlit", reason="the web pages need the 'app' extra")

from inkdigits.web import launch as launching
from inkdigits.web.answer.digit import answer_data, number_data
from inkdigits.web.answer.heat import heat_png
from inkdigits.web.card import named
from inkdigits.web.preview import SIDE, make_preview
from inkdigits.web.question import Question, split
from inkdigits.web.samples import SAMPLES
from inkdigits.web.sheet.component import checked
from inkdigits.web.sheet.view import nothing_found, sheet_data
from inkdigits.web.table import Row, to_csv, to_html, to_json

WEB = Path(inkdigits.__file__).parent / "web"


def digit(*shares: float, reason: str | None = None) -> Digit:
    row = [*shares, *[0.0] * (10 - len(shares))]
    top = row.index(max(row))
    return Digit(None if reason else top, max(row), tuple(row), 0.9, reason, None, bytes(784))  # type: ignore[arg-type]


def reading(of: Digit) -> Reading:
    return Reading((Number((of,)),), 10, 10, model="m")


def number() -> Number:
    """A 42 in a box of 30 x 40 pixels."""
    glyphs = (digit(0, 0, 0.01, 0, 0.99), digit(0, 0, 0.98, 0, 0, 0, 0, 0.02))
    return Number(glyphs, Box(10, 20, 30, 40), "", 0.98, (Alternative("47", "47", 0.0151),))


def page_of(*numbers: Number) -> Reading:
    return Reading(numbers, 100, 100, model="m")


def test_question_takes_lists_as_people_write_them() -> None:
    assert split("1, 2;3\n 3 4") == ("1", "2", "3", "4")
    question = Question("number", 5, r"\d{5}", ("1", "2"))
    assert question.limits == {"expect_length": 5, "pattern": r"\d{5}", "allowed": ("1", "2")}
    assert not Question("digit", 5).narrow
    assert question.told == "of 5 digits, like `\\d{5}`, from a list of 2"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_preview_of_every_mode_is_a_small_jpeg(mode: str) -> None:
    image = Image.fromarray(np.full((1900, 1500), 200, np.uint16 if mode == "I;16" else np.uint8))
    memory = io.BytesIO()
    (image if mode == "I;16" else image.convert(mode)).save(memory, "TIFF")
    preview = Image.open(io.BytesIO(make_preview(memory.getvalue(), Settings())))
    assert (preview.format, max(preview.size)) == ("JPEG", SIDE)


@pytest.mark.parametrize("ink", [0, 255])
def test_a_preview_of_ink_on_nothing_shows_the_ink(ink: int) -> None:
    drawn = 255 - digit_picture(3)
    picture = Image.merge("LA", [Image.new("L", drawn.shape[::-1], ink), Image.fromarray(drawn)])
    memory = io.BytesIO()
    picture.save(memory, "PNG")
    levels = np.asarray(Image.open(io.BytesIO(make_preview(memory.getvalue(), Settings()))).convert("L"))
    assert int(np.median(levels)) == pytest.approx(255 - ink, abs=3)
    assert int(np.percentile(levels, 1 if ink == 0 else 99)) == pytest.approx(ink, abs=12)


@pytest.mark.parametrize("name", ["=1+1", "+1+1", "-1-1", "@x", "\t=1", " =1", "＝1"])
def test_formulas_in_names_are_text_in_csv(name: str) -> None:
    table = to_csv([Row(name, reading(digit(0.0, 1.0)))]).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(table, newline="")))["picture"] == f"'{name}"


@pytest.mark.parametrize("name", ["-1", "+12.50", "-1,234", "a=1", "3-1", "‐7"])
def test_plain_numbers_in_names_stay_what_they_are(name: str) -> None:
    table = to_csv([Row(name, reading(digit(0.0, 1.0)))]).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(table, newline="")))["picture"] == name


def test_tables_name_state_and_error() -> None:
    rows = [
        Row("sure", reading(digit(0.0, 0.99))),
        Row("doubt", reading(digit(0.4, 0.35, reason="unsure"))),
        Row("letter", reading(digit(0.9, reason="not_a_digit"))),
        Row("<script>", None, "damaged & gone"),
    ]
    states = [row["state"] for row in csv.DictReader(io.StringIO(to_csv(rows).decode("utf-8-sig")))]
    assert states == ["sure", "look again", "not a digit", ""]
    assert [item.get("error") for item in json.loads(to_json(rows))] == [None, None, None, "damaged & gone"]
    page = to_html(rows)
    assert "<script>" not in page
    assert "damaged &amp; gone" in page
    assert "0 or 1" in page


def test_answer_has_three_states_and_an_empty_one() -> None:
    empty = answer_data(None, "Write")
    assert (empty["state"], empty["words"], empty["top"]) == ("empty", "Write", None)
    sure = answer_data(digit(0.001, 0.999), "")
    assert (sure["figures"], sure["words"], sure["spoken"]) == (["1"], "sure, 99.9 %", "1, sure, 99.9 percent")
    doubt = answer_data(digit(0.5, 0.4), "")
    assert (doubt["figures"], doubt["words"]) == (["0", "1"], "look again")
    other = answer_data(digit(0.5, 0.4, reason="not_a_digit"), "")
    assert (other["figures"], other["words"], other["top"]) == ([], "not a digit", None)


def test_names_are_escaped_in_cards() -> None:
    assert "<img src=x" not in named('"><img src=x onerror=alert(1)>', "")


def test_answer_to_a_number_names_readings_and_digits() -> None:
    empty = number_data(None, "Write")
    assert (empty["kind"], empty["state"], empty["words"], empty["places"]) == ("number", "empty", "Write", [])
    data = number_data(number(), "")
    assert (data["figures"], data["words"], data["others"]) == (["42"], "sure, 98.0 %", "else 47 · 1.5 %")
    assert data["spoken"] == "4 2, sure, 98.0 percent"
    assert [place["label"] for place in data["places"]] == ["4", "2"]
    doubt = number_data(replace(number(), probability=0.6), "")
    assert (doubt["figures"], doubt["words"]) == (["42", "47"], "look again")
    refused = number_data(Number((), reason="not_a_number"), "")
    assert (refused["state"], refused["figures"], refused["words"]) == ("not_a_digit", [], "not a number")


def test_sheet_places_boxes_in_percent_and_offers_other_readings() -> None:
    data = sheet_data("a.png", page_of(number()), b"jpeg", {0: "47"}, wide=True)
    (view,) = data["numbers"]
    assert view["box"] == [10.0, 20.0, 30.0, 40.0]
    assert (view["text"], view["state"], view["words"]) == ("42", "sure", "sure, 98.0 %")
    assert view["others"] == [{"text": "47", "share": "1.5 %"}]
    assert data["corrections"] == {"0": "47"}


def test_a_picture_without_a_number_says_whether_there_is_ink() -> None:
    refused, blank = Number((), reason="not_a_number"), Number((), reason="blank")
    assert nothing_found([refused]) == nothing_found([refused, blank]) == nothing_found([]) == "no number found"
    assert nothing_found([blank, blank]) == "nothing to read"


def test_corrections_from_the_browser_are_checked() -> None:
    sent = {"0": "$ 12.50", "1": "1\x002 kg", "7": "x", "-1": "x", "z": "x", "2": 5}
    assert checked(sent, 3) == {0: "$ 12.50", 1: "12 "}
    assert checked({"0": "9" * 500}, 1) == {0: "9" * 64}
    assert checked("nonsense", 1) == {}


def test_tables_hold_the_correction_beside_what_was_read() -> None:
    rows = [Row("a.png", page_of(number(), replace(number(), raw="4-2")), "", {1: "48"})]
    first, second = csv.DictReader(io.StringIO(to_csv(rows).decode("utf-8-sig")))
    assert (first["answer"], first["read"], first["corrected"]) == ("42", "42", "")
    assert (second["answer"], second["read"], second["raw"], second["corrected"]) == ("48", "42", "4-2", "yes")
    assert (first["second"], first["left"], first["width"]) == ("47", "10", "30")
    assert [item["corrected"] for item in json.loads(to_json(rows))[0]["numbers"]] == [None, "48"]
    assert Reading.from_dict(json.loads(to_json(rows))[0]).text == "42 42"
    assert "<td>48</td><td>corrected</td>" in to_html(rows)


def test_what_was_typed_is_escaped_in_the_table() -> None:
    page = to_html([Row("a.png", page_of(number()), "", {0: "<b>1"})])
    assert "<b>1" not in page
    assert "&lt;b&gt;1" in page


def test_heat_leaves_background_black_and_ink_visible() -> None:
    glyph = np.zeros((28, 28), np.uint8)
    glyph[10:18, 10:18] = 255
    colors = np.asarray(Image.open(io.BytesIO(heat_png(glyph.tobytes(), np.zeros((28, 28), np.float32)))))
    assert colors[0, 0].max() == 0
    assert colors[12, 12].max() > 60


def test_samples_are_small_and_each_has_a_file() -> None:
    assert len({sample.title for sample in SAMPLES}) == len(SAMPLES)
    assert all(0 < path.stat().st_size < 40_000 for sample in SAMPLES for path in (sample.path, sample.picture))


def test_theme_of_the_package_is_the_theme_of_the_repository() -> None:
    packaged = (WEB / ".streamlit" / "config.toml").read_text("utf-8")
    assert f"maxUploadSize = {ROOM * Settings().max_bytes // launching.MEGABYTE} " in packaged
    assert "hideWelcomeMessage = true" in packaged  # else Streamlit lays an advertisement over the page
    assert (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text("utf-8") == packaged


def test_launch_without_streamlit_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'inkdigits\[app\]'"):
        launching.launch()


def test_launch_passes_its_options_on() -> None:
    arguments = launching.arguments(8600, "127.0.0.1", True)
    assert Path(arguments[0]).is_file()
    assert {"--server.port=8600", "--server.address=127.0.0.1", "--server.headless=true"} <= set(arguments)


def test_the_server_takes_what_the_batch_page_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit refuses what is larger than its own limit, whatever a page allows."""
    monkeypatch.setenv("INKDIGITS_MAX_BYTES", str(10 * launching.MEGABYTE))
    assert f"--server.maxUploadSize={10 * ROOM}" in launching.arguments(8600, "127.0.0.1", True)
