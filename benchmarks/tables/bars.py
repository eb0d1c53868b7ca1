"""The bars: what each asks, what was reached, and whether that is enough."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from benchmarks.results import Results, is_stale
from benchmarks.tables.markdown import FORMATS, between, table
from benchmarks.targets import BARS, FRONT, SUBJECTS, Bar

MET, NOT_MET, NOT_MEASURED = "met", "**not met**", "not measured"
EARLIER = "(earlier weights)"
_NOTE = (
    f"{EARLIER}: measured with networks that others have replaced since, and not measured again yet. "
    "What ships now may do a little better or worse."
)
_MORE = "… "


class Reached(NamedTuple):
    """What was measured for a bar, as it is printed."""

    value: str
    interval: str | None
    count: str | None
    verdict: str


def bars(results: Results) -> str:
    """Every bar by subject, with intervals, counts and what others reached."""
    head = ("measure", "inkdigits", "bar", "bar met", "95 % interval", "of", "others' best")
    parts = []
    for subject, asked in SUBJECTS.items():
        rows = []
        for bar in asked:
            found = reached(bar, results)
            rows.append((bar.measure, found.value, _limit(bar), found.verdict, found.interval, found.count, bar.rivals))
        parts.append(f"### {subject}\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def short(results: Results) -> str:
    """Some bars without intervals and counts, for the front page, and how many there are."""
    rows = []
    for bar in BARS:
        if bar.key in FRONT:
            found = reached(bar, results)
            rows.append((bar.measure, found.value, bar.rivals, _limit(bar), found.verdict))
    drawn = table(("measure", "inkdigits", "others' best", "bar", "bar met"), rows)
    note = f"{_NOTE}\n\n" if EARLIER in drawn else ""
    return f"{drawn}\n\n{note}{_counted(results)}"


def missed(results: Results) -> str:
    """How many bars are met, and by name those that are not."""
    lines, lacking, earlier = [], Counter[str](), False
    for subject, asked in SUBJECTS.items():
        before = ""
        for bar in asked:
            before = before if bar.measure.startswith(_MORE) else bar.measure
            found = reached(bar, results)
            earlier |= EARLIER in found.value
            if found.verdict == NOT_MET:
                name = f"{before.partition(',')[0]}, {bar.measure}" if bar.measure != before else before
                lines.append(f"- {name.replace(_MORE, '')}: **{found.value}**, the bar is {_limit(bar)}")
            lacking[subject] += found.verdict == NOT_MEASURED
    if any(lacking.values()):
        where = ", ".join(f"{count} of *{subject}*" for subject, count in lacking.items() if count)
        lines.append(f"- not measured yet: {where}")
    return "\n\n".join([_counted(results), "\n".join(lines), *([_NOTE] if earlier else [])])


def figure(key: str, results: Results) -> str:
    """One measure, for a sentence.

    Raises:
        KeyError: No bar has this key.
    """
    return reached({bar.key: bar for bar in BARS}[key], results).value


def reached(bar: Bar, results: Results) -> Reached:
    """What was measured for a bar."""
    command = next((name for name, result in results.items() if bar.key in result["measures"]), None)
    if command is None:
        return Reached(NOT_MEASURED, None, None, NOT_MEASURED)
    result = results[command]
    found = result["measures"][bar.key]
    write = FORMATS[bar.unit]
    kind = "" if result["limit"] is None else " (trial run)"
    if is_stale(command, result):
        kind += f" {EARLIER}"
    return Reached(
        write(found["value"]) + kind,
        found["interval"] and between(*(write(end) for end in found["interval"])),
        found["count"] and f"{found['count']:,}",
        MET if bar.met(found["value"]) else NOT_MET,
    )


def _counted(results: Results) -> str:
    verdicts = Counter(reached(bar, results).verdict for bar in BARS)
    lacking = f", {verdicts[NOT_MEASURED]} not measured yet" if verdicts[NOT_MEASURED] else ""
    return f"Of {len(BARS)} bars {verdicts[MET]} are met, {verdicts[NOT_MET]} are not{lacking}."


def _limit(bar: Bar) -> str:
    limit = FORMATS[bar.unit](bar.limit)
    if bar.limit == 0:
        return "never"
    return f"under {limit}" if bar.strict else f"{limit} or {'less' if bar.at_most else 'more'}"
