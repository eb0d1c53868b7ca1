"""What stands behind the Upload page, without a browser: the album, previews, tables, samples."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import inkdigits
from handwriting import digit_picture, encode
from inkdigits import MissingExtraError, Reader
from inkdigits.reading import Digit, Number, Reading
from inkdigits.settings import Settings

pytest.importorskip("streamlit", reason="the web pages need the 'app' extra")

from inkdigits.web import launch as launching
from inkdigits.web.album import Album
from inkdigits.web.answer.digit import answer_data
from inkdigits.web.answer.heat import heat_png
from inkdigits.web.card import card_html
from inkdigits.web.preview import SIDE, make_preview
from inkdigits.web.samples import SAMPLES
from inkdigits.web.table import Row, to_csv, to_html, to_json

WEB = Path(inkdigits.__file__).parent / "web"


def digit(*shares: float, reason: str | None = None) -> Digit:
    row = [*shares, *[0.0] * (10 - len(shares))]
    top = row.index(max(row))
    return Digit(None if reason else top, max(row), tuple(row), 0.9, reason, None, bytes(784))  # type: ignore[arg-type]


def reading(of: Digit) -> Reading:
    return Reading((Number((of,)),), 10, 10, model="m")


def album_of(*files: tuple[str, bytes]) -> Album:
    album = Album()
    album.add(files)
    return album


def test_same_content_is_read_once(reader: Reader) -> None:
    data = encode(digit_picture(7))
    album = album_of(("a.png", data), ("b.png", data))
    assert len(album.waiting) == 1
    album.read_one(reader)
    album.add([("c.png", data)])
    assert not album.waiting
    answers = [album.outcome(picture) for picture in album.pictures]
    assert [answer.reading.text for answer in answers if answer and answer.reading] == ["7", "7", "7"]


def test_newest_batch_comes_first_and_nothing_twice() -> None:
    album = album_of(("a.png", b"1"), ("b.png", b"2"))
    album.add([("b.png", b"2")])
    assert [picture.name for picture in album.pictures] == ["b.png", "a.png"]


def test_damage_is_an_outcome_and_bytes_are_dropped(reader: Reader) -> None:
    album = album_of(("a.png", b"no picture"))
    album.read_one(reader)
    outcome = album.outcome(album.pictures[0])
    assert outcome is not None
    assert "not a picture" in outcome.error
    assert not album.waiting


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_preview_of_every_mode_is_a_small_jpeg(mode: str) -> None:
    image = Image.fromarray(np.full((900, 700), 200, np.uint16 if mode == "I;16" else np.uint8))
    memory = io.BytesIO()
    (image if mode == "I;16" else image.convert(mode)).save(memory, "TIFF")
    preview = Image.open(io.BytesIO(make_preview(memory.getvalue(), Settings())))
    assert (preview.format, max(preview.size)) == ("JPEG", SIDE)


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_formulas_in_names_are_text_in_csv(name: str) -> None:
    table = to_csv([Row(name, reading(digit(0.0, 1.0)))]).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(table, newline="")))["picture"] == f"'{name}"


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


def test_names_are_escaped_in_cards(reader: Reader) -> None:
    data = encode(digit_picture(7))
    page = card_html('"><img src=x onerror=alert(1)>', reader.read(data), make_preview(data, Settings()))
    assert "<img src=x" not in page


def test_heat_leaves_background_black_and_ink_visible() -> None:
    glyph = np.zeros((28, 28), np.uint8)
    glyph[10:18, 10:18] = 255
    colors = np.asarray(Image.open(io.BytesIO(heat_png(glyph.tobytes(), np.zeros((28, 28), np.float32)))))
    assert colors[0, 0].max() == 0
    assert colors[12, 12].max() > 60


def test_samples_are_small_and_each_has_a_file() -> None:
    assert len({sample.title for sample in SAMPLES}) == len(SAMPLES)
    assert all(0 < sample.path.stat().st_size < 30_000 for sample in SAMPLES)


def test_theme_of_the_package_is_the_theme_of_the_repository() -> None:
    packaged = (WEB / ".streamlit" / "config.toml").read_text("utf-8")
    assert f"maxUploadSize = {Settings().max_bytes // launching.MEGABYTE} " in packaged
    assert (Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text("utf-8") == packaged


def test_launch_without_streamlit_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'inkdigits\[app\]'"):
        launching.launch()


def test_launch_passes_its_options_on() -> None:
    arguments = launching.arguments(8600, "127.0.0.1", True)
    assert Path(arguments[0]).is_file()
    assert {"--server.port=8600", "--server.address=127.0.0.1", "--server.headless=true"} <= set(arguments)
