"""The second page: how sure the answers are, why there is none, and which digits are taken for which."""

from __future__ import annotations

from collections.abc import Sequence

from inkdigits.reading import SURE
from inkdigits.reports.pdf.look import ACCENT, FAINT, LINE, MARGIN, RIGHT, STATES, Color
from inkdigits.reports.pdf.sheet import Sheet
from inkdigits.reports.summary import BINS, Summary

HISTOGRAM = (MARGIN, 44.0, RIGHT - MARGIN, 70.0)  # left, top, width, height
SHOWN = 12
"""Bars of a list."""


def draw_charts(sheet: Sheet, summary: Summary) -> None:
    """Draws the page, top to bottom."""
    _draw_histogram(sheet, summary)
    half = (RIGHT - MARGIN - 10) / 2
    reasons = summary.reasons.most_common()
    _draw_bars(sheet, MARGIN, 146, half, "No answer, because", reasons, STATES["not_a_digit"], "Every number was read.")
    _draw_confusion(sheet, MARGIN + half + 10, 146, half, summary)


def _draw_histogram(sheet: Sheet, summary: Summary) -> None:
    left, top, width, height = HISTOGRAM
    answered = sum(summary.bins)
    sheet.text(MARGIN, 26, "How sure the answers are", 14, bold=True)
    told = f"{answered:,} numbers by confidence; from {SURE:.0%} on they are called sure".replace("%", " %")
    sheet.text(MARGIN, 33, told, 10, color=FAINT)
    bottom, most, step = top + height, max(1, *summary.bins), width / BINS
    for place, count in enumerate(summary.bins):
        tall = height * count / most
        color = STATES["sure"] if place >= round(SURE * BINS) else STATES["look_again"]
        if count:
            sheet.box(left + place * step + 0.4, bottom - max(tall, 0.4), step - 0.8, max(tall, 0.4), color)
            sheet.text(left + (place + 0.5) * step, bottom - max(tall, 0.4) - 1.2, f"{count:,}", 7.5, align="center")
    sheet.line(left, bottom, left + width, bottom, LINE, 0.4)
    for tick in range(0, 101, 10):
        sheet.text(left + width * tick / 100, bottom + 5, f"{tick} %", 8, color=FAINT, align="center")


def _draw_confusion(sheet: Sheet, left: float, top: float, width: float, summary: Summary) -> None:
    pairs = [(f"{written} read as {read}", count) for (written, read), count in summary.pairs.most_common()]
    none = "No digit was taken for another." if summary.checked else "Known once somebody corrects some readings."
    _draw_bars(sheet, left, top, width, "Digits taken for others", pairs, ACCENT, none)


def _draw_bars(
    sheet: Sheet,
    left: float,
    top: float,
    width: float,
    title: str,
    counts: Sequence[tuple[str, int]],
    color: Color,
    none: str,
) -> None:
    """Bars from left to right, each with its words before it and its count behind it."""
    sheet.text(left, top, title, 14, bold=True)
    if not counts:
        sheet.paragraph(left, top + 9, none, 10, width, FAINT)
        return
    named = 32.0
    longest = width - named - 14
    for place, (words, count) in enumerate(counts[:SHOWN]):
        baseline = top + 10 + 7 * place
        tall = max(0.5, longest * count / counts[0][1])
        sheet.text(left, baseline, sheet.fitted(words, 10, named - 2), 10)
        sheet.box(left + named, baseline - 3.4, tall, 4.2, color)
        sheet.text(left + named + tall + 2, baseline, f"{count:,}", 10)
    if len(counts) > SHOWN:
        rest = sum(count for _, count in counts[SHOWN:])
        told = f"and {len(counts) - SHOWN:,} others, {rest:,} times"
        sheet.text(left, top + 10 + 7 * SHOWN, told, 10, color=FAINT)
