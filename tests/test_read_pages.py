"""Pages through the public door: numbers in order, words, print and shadows left out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from handwriting import number_picture, paper, put, sheet
from inkdigits import Reader
from inkdigits.training.sources import print_character, print_fonts


def test_a_page_is_read_in_order(reader: Reader) -> None:
    reading = reader.read(sheet())
    assert reading.text == "4096 21857 555 78"
    lefts = [number.box.left if number.box else 0 for number in reading.numbers]
    assert lefts == pytest.approx([93, 513, 113, 533], abs=25)
    assert (reading.width, reading.height, reading.page, reading.pages) == (900, 700, 0, 1)
    for number in reading.numbers:
        for digit in number.digits:
            assert number.box is not None
            assert digit.box is not None
            assert digit.box.top == pytest.approx(number.box.top, abs=20)


def test_words_on_a_page_are_not_numbers(reader: Reader) -> None:
    page = sheet()
    cv2.putText(page, "remark", (60, 640), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 2.0, 0, 3, cv2.LINE_AA)
    assert reader.read(page).text == "4096 21857 555 78"


def test_a_form_is_read_without_its_print(reader: Reader) -> None:
    pytest.importorskip("matplotlib", reason="print needs its fonts")
    labels = ["Question date", "(maths room)", "Exam question", "Greta points", "Hugo david", "(date felix)"]
    page = paper((760, 900), 3)
    for row, label in enumerate(labels):
        for line, words in enumerate((label, labels[row - 1])):
            word = print_character(words, print_fonts()[0], 24)
            page = put(page, 255 - (word * np.float32(0.75)).astype(np.uint8), 60, 60 + row * 110 + line * 30)
        page = put(page, number_picture(f"{8 + row}6{row}4", row, height=56, pen=8), 380, 26 + row * 110)
    numbers = reader.read(page).numbers
    assert [number.text for number in numbers] == [f"{8 + row}6{row}4" for row in range(6)]


@pytest.mark.parametrize("text", ["2790", "5817", "65968", "406"])
def test_the_shadow_of_a_hand_is_no_number(reader: Reader, text: str) -> None:
    """It comes in from below, and its edges are straight."""
    number = number_picture(text, 2, height=80, pen=7)
    height, width = number.shape
    page = put(paper(number.shape, 3), number, 0, 0)
    shadow = np.zeros(page.shape, np.float32)
    corners = [(0.3, 1), (0.45, 0.35), (0.55, 0.3), (0.6, 0.4), (0.9, 1)]
    cv2.fillPoly(shadow, [np.array([(width * x, height * y) for x, y in corners], np.int32)], 1.0)
    page = (page * (1 - 0.5 * cv2.GaussianBlur(shadow, (0, 0), 5))).astype(np.uint8)
    assert [number.text for number in reader.read(page).numbers] == [text]
