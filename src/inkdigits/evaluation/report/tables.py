"""Tables of an evaluation in HTML, with headings that screen readers follow."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from inkdigits.evaluation.compare import Comparison
from inkdigits.evaluation.judge import REFUSED, Evaluation
from inkdigits.evaluation.report.words import figures, share

NARROW = "\u00a0%"
"""A percent sign that stays with its number."""


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "ink-table ink-figures") -> str:
    """A table; the first cell of each row is its heading. Cells are HTML already."""
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(map(_table_cell, others))}</tr>' for first, *others in rows
    )
    return (
        f'<table class="{kind}"><caption>{caption}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _table_cell(text: str) -> str:
    return f"<td>{text.replace(' %', NARROW)}</td>"


def figures_table(measured: Sequence[Evaluation]) -> str:
    """The single figures, a model a column."""
    columns = [figures(found) for found in measured]
    rows = [
        [f"{name}<br><small>{meaning}</small>", *(column[place][1] for column in columns)]
        for place, (name, _, meaning) in enumerate(columns[0])
    ]
    return table("Figures", ["Figure", *(html.escape(found.model) for found in measured)], rows)


def classes_table(found: Evaluation) -> str:
    """Precision, recall and F1 of each digit."""
    rows = [
        [str(one.label), f"{one.count:,}", f"{one.answered:,}", f"{one.right:,}"]
        + [share(value) for value in (one.precision, one.recall, one.f1)]
        for one in found.classes
    ]
    return table("Each digit", ["Digit", "Written", "Answered", "Right", "Precision", "Recall", "F1"], rows)


def confusion_table(found: Evaluation) -> str:
    """The confusion matrix, shaded by the share of its row."""
    rows = []
    for written, row in enumerate(found.confusion):
        total = max(1, sum(row))
        cells = [_cell(written == answer, count, count / total) for answer, count in enumerate(row)]
        rows.append([str(written), *cells])
    head = ["written \\ read", *map(str, range(REFUSED)), "refused"]
    return table("Confusion matrix", head, rows, "ink-table matrix")


def _cell(right: bool, count: int, of_row: float) -> str:
    kind = "right" if right else "wrong"
    # a single mistake among hundreds must be seen, so shades start at a tenth
    depth = 0 if not count else 10 + 30 * of_row if right else 12 + 28 * min(1, of_row * 10)
    return f'<span class="{kind}" style="--depth: {depth:.0f}%">{count or "·"}</span>'


def comparison_table(found: Comparison) -> str:
    """The four counts of two models, as McNemar's test takes them."""
    first, second = html.escape(found.first), html.escape(found.second)
    rows = [
        [f"{first} right", f"{found.both_right:,}", f"{found.only_first:,}"],
        [f"{first} wrong", f"{found.only_second:,}", f"{found.both_wrong:,}"],
    ]
    return table(f"{first} and {second}", ["Digits", f"{second} right", f"{second} wrong"], rows)
