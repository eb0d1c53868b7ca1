"""The PDF, opened again: its pages, what they say, and where there is ink."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("fpdf", reason="the PDF needs the 'reports' extra")
pytest.importorskip("pypdfium2", reason="pages are looked at with PDFium")

import pypdfium2 as pdfium

from inkdigits.reports import write_report
from inkdigits.reports.pdf.charts import HISTOGRAM
from inkdigits.reports.pdf.look import ACCENT, HEIGHT, PAPER, RIGHT, STATES, WIDTH
from inkdigits.reports.pdf.sheet import Sheet
from inkdigits.reports.pdf.table import NUMBERS
from inkdigits.storage.record import Record
from reports.handed import WHEN, correction, number, record, records

Pixels = npt.NDArray[np.uint8]
SCALE = 2  # pixels a point

CHINESE = "王小明"
NAMES = (
    *(CHINESE, "Ελένη Παπαδοπούλου", "Ольга Кузнецова", "Nguyễn Thị Ánh", "佐藤 さくら", "김민준", "Žofie Ångström"),
    *("محمد علي", "דוד כהן", "अनिल कुमार शर्मा", "রবীন্দ্রনাথ ঠাকুর", "முருகன்", "శ్రీనివాస్ రెడ్డి", "สมชาย ใจดี"),
)


def picture(shade: int) -> bytes:
    """A small picture of one shade."""
    return cv2.imencode(".webp", np.full((96, 160), shade, np.uint8))[1].tobytes()


class Document:
    """A report that was opened again."""

    def __init__(self, path: Path) -> None:
        self._pdf = pdfium.PdfDocument(io.BytesIO(path.read_bytes()))
        self.texts = [page.get_textpage().get_text_bounded() for page in self._pdf]

    def __len__(self) -> int:
        return len(self._pdf)

    def part(self, page: int, left: float, top: float, width: float, height: float) -> Pixels:
        """Pixels (H, W, 3) of a part of a page, given in millimeters."""
        whole = np.asarray(self._pdf[page].render(scale=SCALE).to_pil().convert("RGB"))
        per = whole.shape[1] / WIDTH
        return whole[round(top * per) : round((top + height) * per), round(left * per) : round((left + width) * per)]


@contextmanager
def written(found: Iterator[Record] | list[Record], folder: Path, **options: object) -> Iterator[Document]:
    path = folder / "report.pdf"
    write_report(found, path, **options)  # type: ignore[arg-type]
    yield Document(path)


def share_of(pixels: Pixels, color: tuple[int, int, int]) -> float:
    """Share of pixels that are about of a color."""
    return float((np.abs(pixels.astype(int) - color).max(axis=2) < 24).mean())


def test_pages_are_numbered_and_hold_every_reading(tmp_path: Path) -> None:
    with written(records(40), tmp_path) as document:
        assert len(document) >= 4
        for page, text in enumerate(document.texts, 1):
            assert f"{page} of {len(document)}" in text
        table = "".join(document.texts[2:])
        for one in records(40):
            assert f"{one.created:%H:%M:%S}" in table
            assert not one.name or one.name in table


def test_cover_tells_totals_period_and_accuracy_with_its_interval(tmp_path: Path) -> None:
    right = [record(number("12"), corrections=(correction(0, "12", "12"),)) for _ in range(9)]
    wrong = record(number("47"), corrections=(correction(0, "47", "41"),), created=WHEN.replace(month=5))
    found = [wrong, *right, record(number("3", 0.6)), record(number("", 0.0, "crossed_out"))]
    with written(found, tmp_path, selection="Readings uploaded", by=CHINESE) as document:
        cover, charts = document.texts[:2]
        for words in ("4 March 2026 to 4 May 2026", "Readings uploaded", f"by {CHINESE}", "90.0 %"):
            assert words in cover
        assert "9 of 10 checked numbers" in cover
        assert "59.5 % to 98.2 %" in cover  # Wilson, 1927: 9 of 10
        assert "1 read as 7" in charts
        assert "crossed out" in charts


def test_a_word_that_is_too_long_stays_on_the_page(tmp_path: Path) -> None:
    selection = f"Readings with “{'7' * 300}”, checked"
    with written([record(number("12"))], tmp_path, selection=selection) as document:
        assert "…" in document.texts[0]
        assert "checked" in document.texts[0]
        margin = document.part(0, RIGHT + 1, 0, WIDTH - RIGHT - 2, HEIGHT)
        assert share_of(margin, PAPER) == 1.0


def test_without_corrections_nothing_is_claimed(tmp_path: Path) -> None:
    with written([record(number("12"))], tmp_path) as document:
        assert "Nobody has said yet" in document.texts[0]
        assert "Wilson" not in document.texts[0]


def test_names_are_text_that_can_be_found(tmp_path: Path) -> None:
    found = [record(number("1"), person=name, name="") for name in NAMES]
    with written(found, tmp_path) as document:
        table = "".join(
            sign for sign in "".join(document.texts[2:]) if sign >= " "
        )  # some signs that others move are no text
        for name in NAMES:
            assert name in table
        assert NAMES[0] in document.texts[0]
        assert "\N{REPLACEMENT CHARACTER}" not in "".join(document.texts)


def test_no_two_names_look_alike_as_boxes_would(tmp_path: Path) -> None:
    signs = "ЖΩệ王佐김"
    with written([record(number("1"), person=sign, name="") for sign in signs], tmp_path) as document:
        looks = [document.part(2, 77, 23 + 16 * place, 6, 5) for place in range(len(signs))]
    size = min(len(look) for look in looks)
    assert all((look != PAPER).any() for look in looks)
    assert len({look[:size].tobytes() for look in looks}) == len(signs)


def test_signs_without_type_stand_in_latin_letters_and_are_owned_up_to(tmp_path: Path) -> None:
    one = record(number("1"), person="Ada 🖋\N{LINE SEPARATOR}\u200b")
    with written([one], tmp_path) as document:
        assert "Ada :" in document.texts[2]
        assert "1 sign of a name has no type here and stands in Latin letters" in document.texts[0]
    with written([one, record(number("1"), person="ናታን \u07d1")], tmp_path) as document:
        assert "natan \N{REPLACEMENT CHARACTER}" in document.texts[2]
        assert "5 signs of names have no type here and stand in Latin letters" in document.texts[0]


def test_scripts_are_joined_and_stand_from_right_to_left(tmp_path: Path) -> None:
    with Sheet() as sheet:
        for letters in ("لا", "ببب", "क्ष"):  # beside each other they are other, narrower signs
            assert sheet.width(letters, 10) < 0.7 * sum(sheet.width(letter, 10) for letter in letters)
    with written([record(number("1"), person=name, name="") for name in ("אמ", "מ")], tmp_path) as document:
        both, last = (document.part(2, 77, 23 + 16 * place, 2.2, 5) for place in range(2))
        assert (both[: len(last)] == last[: len(both)]).all()


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Ada", [("latin", "Ada", "ltr")]),
        ("Ada محمد, b", [("latin", "Ada ", "ltr"), ("arabic", "محمد", "rtl"), ("latin", ", b", "ltr")]),
        ("דוד (12)", [("latin", "(", "ltr"), ("latin", "12", "ltr"), ("latin", ") ", "ltr"), ("hebrew", "דוד", "rtl")]),
        ("می\u200cروم", [("arabic", "می\u200cروم", "rtl")]),
        ("王 سی", [("east", "王", "ltr"), ("latin", " ", "ltr"), ("arabic", "سی", "rtl")]),
    ],
)
def test_lines_are_cut_in_the_order_in_which_they_are_seen(name: str, seen: list[tuple[str, str, str]]) -> None:
    with Sheet() as sheet:
        assert list(sheet._runs(name)) == seen


def test_histogram_has_ink_where_the_answers_are(tmp_path: Path) -> None:
    found = [record(number("1", 0.99)), record(number("1", 0.99)), record(number("1", 0.52))]
    left, top, width, height = HISTOGRAM
    step = width / 20
    with written(found, tmp_path) as document:
        sure = document.part(1, left + 19 * step + 1, top + 2, step - 2, height - 4)
        doubt = document.part(1, left + 10 * step + 1, top + height / 2 + 2, step - 2, height / 2 - 4)
        empty = document.part(1, left, top + 2, 10 * step, height - 4)
        assert share_of(sure, STATES["sure"]) > 0.95
        assert share_of(doubt, STATES["look_again"]) > 0.95
        assert share_of(empty, PAPER) == 1


def test_interval_is_drawn_where_it_lies(tmp_path: Path) -> None:
    found = [record(number("12"), corrections=(correction(0, "12", "12" if place else "13"),)) for place in range(2)]
    with written(found, tmp_path) as document:  # 1 of 2: from 9.5 to 90.5 %
        assert "9.4 % to 90.5 %" in document.texts[0]
        band = document.part(0, 16, 165, WIDTH - 32, 6)
        row = (np.abs(band.astype(int) - ACCENT).max(axis=2) < 24).any(axis=0)
        inked = np.flatnonzero(row) / row.size
        assert 0.08 < inked.min() < 0.11
        assert 0.89 < inked.max() < 0.92


def test_thumbnails_stand_beside_their_readings(tmp_path: Path) -> None:
    shades = {"dark": 40, "light": 180}
    found = [record(number("1"), id=name) for name in (*shades, "none")]
    asked: list[list[str]] = []

    def thumbnails(names: list[str]) -> dict[str, bytes]:
        asked.append(names)
        return {name: picture(shades[name]) for name in names if name in shades}

    with written(found, tmp_path, thumbnails=thumbnails) as document:
        assert asked == [["dark", "light", "none"]]
        for place, shade in enumerate(shades.values()):
            part = document.part(2, 18, 25 + 16 * place, 15, 8)
            assert abs(float(part.mean()) - shade) < 6
        assert "no picture" in document.texts[2]


def test_a_damaged_thumbnail_is_no_picture(tmp_path: Path) -> None:
    with written([record(number("1"))], tmp_path, thumbnails=lambda names: {"r1": b"damaged"}) as document:
        assert "no picture" in document.texts[2]


def test_what_people_said_stands_in_the_table(tmp_path: Path) -> None:
    numbers = (number("47"), number("12"), number("88", 0.4, "unsure"))
    said = (correction(0, "47", "41"), correction(1, "12", "12"), correction(2, "", "86"))
    with written([record(*numbers, corrections=said)], tmp_path) as document:
        for words in ("41", "corrected, read 47", "right, says a person", "86", "corrected, not read"):
            assert words in document.texts[2]


def test_a_page_of_many_numbers_tells_how_many_are_left_out(tmp_path: Path) -> None:
    with written([record(*(number(str(100 + place)) for place in range(40)))], tmp_path) as document:
        assert f"and {40 - NUMBERS} more" in document.texts[2]


def test_long_names_stay_in_their_column(tmp_path: Path) -> None:
    with written([record(number("1" * 60), person="W" * 200, name="m" * 200)], tmp_path) as document:
        gap = document.part(2, WIDTH - 16, 20, 16, HEIGHT - 40)
        assert share_of(gap, PAPER) > 0.999
        assert "…" in document.texts[2]


def test_only_the_signs_that_are_shown_are_embedded(tmp_path: Path) -> None:
    with written([record(number("1"), person=CHINESE)], tmp_path):
        assert (tmp_path / "report.pdf").stat().st_size < 100_000  # the fonts have four million bytes


def test_a_reading_without_numbers_has_its_row(tmp_path: Path) -> None:
    with written([record()], tmp_path) as document:
        assert "nothing to read" in document.texts[2]
        assert "0\r\nnumbers" in document.texts[0] or "0\nnumbers" in document.texts[0]
