"""One HTML page with everything: no network, pictures inside, light and dark as the reader's system has it."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from pathlib import Path

from inkdigits import __version__
from inkdigits.evaluation.measured import SHOWN, Measured, Mistake, comparisons
from inkdigits.evaluation.report import words
from inkdigits.evaluation.report.charts import legend, reliability_chart, risk_chart
from inkdigits.evaluation.report.tables import classes_table, comparison_table, confusion_table, figures_table

_STYLE = Path(__file__).with_name("page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def to_page(measured: Sequence[Sequence[Measured]]) -> str:
    """Renders the report.

    Args:
        measured: For each data set, one or more models that read it; the first is compared with the others.
    """
    names = ", ".join(html.escape(group[0].data.name) for group in measured)
    sections = "".join(_section(list(group)) for group in measured)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>Evaluation on {names}</title><style>{_STYLE.read_text(encoding='utf-8')}</style></head>"
        f"<body><main><h1>Evaluation</h1>{sections}</main>"
        f"<footer>Made by inkdigits {__version__}.</footer></body></html>"
    )


def _section(group: list[Measured]) -> str:
    found = [one.figures for one in group]
    pairs = "".join(
        f"<p><strong>{html.escape(pair.render())}</strong></p>{_scroll('Counts', comparison_table(pair))}"
        for pair in comparisons(group)
    )
    compared = _part("Compared", words.COMPARED, pairs) if pairs else ""
    return (
        f"<section><h2>{html.escape(group[0].data.name)}</h2>{_scroll('Figures', figures_table(found))}{compared}"
        f'<div class="charts"><div>{_part("Reliability", words.RELIABILITY, reliability_chart(found))}</div>'
        f"<div>{_part('Risk and coverage', words.RISK, risk_chart(found))}</div></div>{legend(found)}"
        f"{''.join(_details(one, len(group) > 1) for one in group)}</section>"
    )


def _details(one: Measured, named: bool) -> str:
    of = f": {html.escape(one.model)}" if named else ""
    mistakes = one.mistakes()
    shown = "".join(_figure(one, mistake) for mistake in mistakes[:SHOWN])
    gallery = f'<ol class="mistakes">{shown}</ol>' if shown else "<p>No mistakes.</p>"
    told = f"{words.MISTAKES} {min(SHOWN, len(mistakes))} of {len(mistakes):,} are shown." if shown else ""
    tables = (
        ("Confusion matrix" + of, words.CONFUSION, confusion_table(one.figures)),
        ("Each digit" + of, words.CLASSES, classes_table(one.figures)),
    )
    parts = [_part(title, said, _scroll(title, table)) for title, said, table in tables]
    return "".join(parts) + _part("Worst mistakes" + of, told, gallery)


def _part(title: str, said: str, inside: str) -> str:
    return f"<h3>{title}</h3><p>{said}</p>{inside}"


def _figure(one: Measured, mistake: Mistake) -> str:
    data = base64.b64encode(one.thumb(mistake.index)).decode("ascii")
    told = mistake.render().replace(" %", "&nbsp;%")
    return (
        f'<li><figure><img alt="" src="data:image/png;base64,{data}"><figcaption>{told}<br>'
        f"<small>{html.escape(mistake.name)}</small></figcaption></figure></li>"
    )


def _scroll(name: str, inside: str) -> str:
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">{inside}</div>'
