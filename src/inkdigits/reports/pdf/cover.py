"""The first page: what the report is about, how many readings, and how right they were."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone

from inkdigits.reading import State
from inkdigits.reports.about import About
from inkdigits.reports.pdf.look import ACCENT, BAND, FAINT, INK, LINE, MARGIN, RIGHT
from inkdigits.reports.pdf.sheet import Align, Sheet
from inkdigits.reports.summary import Summary
from inkdigits.wording import SOURCES, percent

NOT_CHECKED = (
    "Nobody has said yet what these numbers really are, so it is not known how many were read right. Correct some of "
    "them, or say that they are right, and make the report again."
)
CHECKED = (
    "These are the numbers of which somebody said what they really are. People look at doubtful ones first, so all "
    "numbers together were probably read better than that."
)
SHOWN = 6
"""Lines of a list."""


def draw_cover(sheet: Sheet, summary: Summary, about: About) -> None:
    """Draws the page, top to bottom."""
    sheet.text(MARGIN, 24, "inkdigits", 11, bold=True, color=ACCENT)
    sheet.line(MARGIN, 28, RIGHT, 28, LINE)
    sheet.text(MARGIN, 48, about.title, 28, bold=True)
    below = sheet.paragraph(MARGIN, 58, period(summary.first, summary.last), 13, RIGHT - MARGIN)
    if about.selection:
        below = sheet.paragraph(MARGIN, below + 1, about.selection, 10.5, RIGHT - MARGIN, FAINT)
    by = f" by {about.by}" if about.by else ""
    sheet.paragraph(MARGIN, below + 1, f"Made {moment(about.made)}{by}", 10.5, RIGHT - MARGIN, FAINT)
    _draw_totals(sheet, 92, summary)
    _draw_accuracy(sheet, 138, summary)
    third = (RIGHT - MARGIN) / 3
    lists = (
        ("Source", Counter({SOURCES[source]: count for source, count in summary.sources.items()})),
        ("Person", _named(summary.people)),
        ("Model", _named(summary.models)),
    )
    for place, (title, counts) in enumerate(lists):
        _draw_list(sheet, MARGIN + place * third, 218, third - 6, title, counts)
    _tell_unknown(sheet)


def _tell_unknown(sheet: Sheet) -> None:
    """Owns up to signs that no font here has."""
    if sheet.unknown:
        words = "sign of a name has no type here and stands", "signs of names have no type here and stand"
        told = f"{sheet.unknown:,} {words[sheet.unknown > 1]} in Latin letters."
        sheet.text(MARGIN, 272, told, 9, color=FAINT)


def period(first: datetime | None, last: datetime | None) -> str:
    """From when to when, in words."""
    if first is None or last is None:
        return ""
    begin, end = day(first), day(last)
    return begin if begin == end else f"{begin} to {end}"


def day(when: datetime) -> str:
    """A day in words, in UTC."""
    when = when.astimezone(timezone.utc)
    return f"{when.day} {when:%B %Y}"


def moment(when: datetime) -> str:
    """A day and time in words, in UTC."""
    return f"{day(when)}, {when.astimezone(timezone.utc):%H:%M} UTC"


def _draw_totals(sheet: Sheet, top: float, summary: Summary) -> None:
    cells: tuple[tuple[int, str, State | None], ...] = (
        (summary.readings, "reading" if summary.readings == 1 else "readings", None),
        (summary.numbers, "number" if summary.numbers == 1 else "numbers", None),
        (summary.states["sure"], "sure", "sure"),
        (summary.states["look_again"], "to look at again", "look_again"),
        (summary.states["not_a_digit"], "no number", "not_a_digit"),
    )
    width = (RIGHT - MARGIN) / len(cells)
    sheet.box(MARGIN, top, RIGHT - MARGIN, 32, BAND)
    for place, (count, words, state) in enumerate(cells):
        left = MARGIN + place * width + 5
        sheet.text(left, top + 15, f"{count:,}", 21, bold=True)
        if state is not None:
            sheet.mark(left, top + 24, state)
        sheet.text(left + (4 if state else 0), top + 24, words, 10, color=FAINT)


def _draw_accuracy(sheet: Sheet, top: float, summary: Summary) -> None:
    width = RIGHT - MARGIN
    sheet.text(MARGIN, top, "Read right", 14, bold=True)
    if not summary.checked:
        sheet.paragraph(MARGIN, top + 9, NOT_CHECKED, 10.5, width)
        return
    low, high = summary.interval
    share = summary.right / summary.checked
    sheet.text(MARGIN, top + 19, percent(share), 28, bold=True, color=ACCENT)
    left = MARGIN + 52
    sheet.text(left, top + 11.5, f"{summary.right:,} of {summary.checked:,} checked numbers", 10.5)
    sheet.text(left, top + 18, f"95 % interval {percent(low)} to {percent(high)} (Wilson)", 10.5, color=FAINT)
    _draw_interval(sheet, top + 30, low, share, high)
    sheet.paragraph(MARGIN, top + 50, CHECKED, 10.5, width, FAINT)


def _draw_interval(sheet: Sheet, middle: float, low: float, share: float, high: float) -> None:
    """The share on a line from 0 to 100 %, with the interval around it."""
    width = RIGHT - MARGIN
    sheet.line(MARGIN, middle, RIGHT, middle, LINE, 0.4)
    ends: dict[int, Align] = {0: "left", 100: "right"}
    for tick in range(0, 101, 25):
        across = MARGIN + width * tick / 100
        sheet.line(across, middle - 1.5, across, middle + 1.5, LINE, 0.3)
        sheet.text(across, middle + 8, f"{tick} %", 8.5, color=FAINT, align=ends.get(tick, "center"))
    sheet.box(MARGIN + width * low, middle - 1.5, max(0.5, width * (high - low)), 3, ACCENT)
    sheet.line(MARGIN + width * share, middle - 3.5, MARGIN + width * share, middle + 3.5, INK, 0.7)


def _named(counts: Counter[str]) -> Counter[str]:
    return Counter({name or "–": count for name, count in counts.items()})


def _draw_list(sheet: Sheet, left: float, top: float, width: float, title: str, counts: Counter[str]) -> None:
    sheet.text(left, top, title, 11, bold=True)
    sheet.line(left, top + 2, left + width, top + 2, LINE)
    ranked = counts.most_common()
    rest = sum(count for _, count in ranked[SHOWN - 1 :]) if len(ranked) > SHOWN else 0
    lines = [*ranked[: SHOWN - 1], (f"{len(ranked) - SHOWN + 1} others", rest)] if rest else ranked
    for place, (name, count) in enumerate(lines):
        baseline = top + 8 + 6 * place
        number = f"{count:,}"
        room = width - sheet.width(number, 10) - 3
        sheet.text(left, baseline, sheet.fitted(name, 10, room), 10)
        sheet.text(left + width, baseline, number, 10, align="right")
