"""``Sheet``: pages to draw on, with type for the names of nearly everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Literal

import uharfbuzz  # noqa: F401 (fpdf2 needs it to shape text, and would say so in the middle of a document)
from fpdf import FPDF
from fpdf.fonts import TTFFont

from inkdigits.reading import State
from inkdigits.reports.pdf.look import FAINT, HEIGHT, INK, MARGIN, PAPER, RIGHT, STATES, WIDTH, Color
from inkdigits.reports.pdf.runs import EAST, LATIN, SHAPED, Run, Runs

FONTS = Path(__file__).with_name("fonts")
SELDOM = {EAST: "DroidSansFallback.ttf", **{name: f"NotoSans{name.capitalize()}-Regular.ttf" for name in SHAPED}}
"""Fonts that are opened when the first sign of theirs comes."""

ON_LINE = 0.8  # of the size of the type, by which the baseline of a cell lies below its top (fpdf2)

Align = Literal["left", "right", "center"]


class Sheet:
    """Pages of a document; the last one is drawn on unless another is turned to."""

    def __init__(self) -> None:
        """Begins a document without pages."""
        self.pdf = FPDF(format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0
        self.pdf.add_font(LATIN, "", FONTS / "NotoSans-Regular.ttf")
        self.pdf.add_font(LATIN, "B", FONTS / "NotoSans-SemiBold.ttf")
        self._runs = Runs(self._has)

    def __enter__(self) -> Sheet:
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the files of the fonts."""
        for font in self.pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    @property
    def unknown(self) -> int:
        """How many different signs have no type here, and stand in Latin letters."""
        return len(self._runs.unknown)

    @property
    def pages(self) -> int:
        """How many there are."""
        return len(self.pdf.pages)

    def add_page(self) -> None:
        """Begins a page."""
        self.pdf.add_page()
        self.box(0, 0, WIDTH, HEIGHT, PAPER)

    def turn_to(self, page: int) -> None:
        """Goes on drawing on a page that is there already, from 1."""
        self.pdf.page = page
        self.pdf.current_font_is_set_on_page = False
        for color, width in ((PAPER, 1.0), (INK, 0.2)):  # what is set already is not written, so all is set anew
            self.pdf.set_draw_color(*color)
            self.pdf.set_fill_color(*color)
            self.pdf.set_line_width(width)

    def box(self, left: float, top: float, width: float, height: float, color: Color) -> None:
        """Fills a rectangle."""
        self.pdf.set_fill_color(*color)
        self.pdf.rect(left, top, width, height, "F")

    def line(self, left: float, top: float, right: float, bottom: float, color: Color, width: float = 0.2) -> None:
        """Draws a straight line."""
        self.pdf.set_draw_color(*color)
        self.pdf.set_line_width(width)
        self.pdf.line(left, top, right, bottom)

    def text(
        self,
        left: float,
        baseline: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        color: Color = INK,
        align: Align = "left",
    ) -> None:
        """Writes one line; ``left`` is its right end or its middle when it is aligned so."""
        if align != "left":
            left -= self.width(text, size, bold=bold) / (2 if align == "center" else 1)
        self.pdf.set_text_color(*color)
        for run in self._runs(text):
            self._set_font(run.font, size, bold)
            left += self._write(left, baseline, run)

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """How wide a line is."""
        total = 0.0
        for run in self._runs(text):
            self._set_font(run.font, size, bold)
            with self._shaping(run):
                total += self.pdf.get_string_width(run.text, normalized=True)
        return total

    def fitted(self, text: str, size: float, width: float, *, bold: bool = False) -> str:
        """The text, or as much of its beginning as there is room for, and an ellipsis."""
        if self.width(text, size, bold=bold) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(f"{text[:middle]}…", size, bold=bold) <= width:
                low = middle
            else:
                high = middle - 1
        return f"{text[:low].rstrip()}…"

    def wrapped(self, text: str, size: float, width: float) -> Iterator[str]:
        """The text in lines that are no wider than this; of a word that is wider, as much as there is room for."""
        line = ""
        for word in (self.fitted(word, size, width) for word in text.split()):
            longer = f"{line} {word}".lstrip()
            if line and self.width(longer, size) > width:
                yield line
                longer = word
            line = longer
        if line:
            yield line

    def paragraph(
        self, left: float, baseline: float, text: str, size: float, width: float, color: Color = INK
    ) -> float:
        """Writes lines below each other; gives the baseline of the one that would follow."""
        for line in self.wrapped(text, size, width):
            self.text(left, baseline, line, size, color=color)
            baseline += size * 0.5
        return baseline

    def picture(self, left: float, top: float, width: float, height: float, data: BytesIO) -> None:
        """Shows a picture; the same one is kept once."""
        self.pdf.image(data, left, top, width, height)

    def mark(self, left: float, baseline: float, state: State) -> None:
        """The sign of a state, by shape as well as by color: a dot, a triangle, a cross."""
        color, half = STATES[state], 0.95
        x, y = left + half, baseline - 1.1
        self.pdf.set_fill_color(*color)
        if state == "sure":
            self.pdf.ellipse(x - half, y - half, 2 * half, 2 * half, "F")
        elif state == "look_again":
            corners = ((x, y - half), (x + 1.1 * half, y + half), (x - 1.1 * half, y + half))
            self.pdf.polygon(corners, style="F")
        else:
            half *= 0.8
            self.line(x - half, y - half, x + half, y + half, color, 0.45)
            self.line(x - half, y + half, x + half, y - half, color, 0.45)

    def chapter(self, title: str) -> None:
        """Notes that a part begins on this page, for the outline of the document."""
        self._set_font(LATIN, 10, False)
        self.pdf.start_section(title)

    def number_pages(self, maker: str) -> None:
        """Writes "n of N" at the foot of every page."""
        for page in range(1, self.pages + 1):
            self.turn_to(page)
            self.text(MARGIN, HEIGHT - 10, maker, 8, color=FAINT)
            self.text(RIGHT, HEIGHT - 10, f"{page:,} of {self.pages:,}", 8, color=FAINT, align="right")

    def save(self, path: Path, title: str, author: str) -> None:
        """Writes the file."""
        self.pdf.set_lang("en")
        self.pdf.set_title(title)
        self.pdf.set_author(author)
        self.pdf.set_creator("inkdigits")
        self.pdf.output(str(path))

    def _set_font(self, font: str, size: float, bold: bool) -> None:
        self.pdf.set_font(font, "B" if bold and font == LATIN else "", size)

    def _write(self, left: float, baseline: float, run: Run) -> float:
        """Writes signs of the font that is set; gives how wide they are."""
        with self._shaping(run):
            wide = float(self.pdf.get_string_width(run.text, normalized=True))
            if run.font in SHAPED:
                self.pdf.set_xy(left, baseline - ON_LINE * self.pdf.font_size)
                self.pdf.cell(text=run.text)
            else:
                self.pdf.text(left, baseline, run.text)
        return wide

    @contextmanager
    def _shaping(self, run: Run) -> Iterator[None]:
        """Lets signs change beside each other where their script wants that; all else is quicker without."""
        if run.font in SHAPED:
            self.pdf.set_text_shaping(True, direction=run.direction)
        try:
            yield
        finally:
            self.pdf.set_text_shaping(False)

    def _has(self, font: str, sign: str) -> bool:
        if font not in self.pdf.fonts:
            self.pdf.add_font(font, "", FONTS / SELDOM[font])
        found = self.pdf.fonts[font]
        return isinstance(found, TTFFont) and ord(sign) in found.cmap
