"""Tables of a batch: the first rows of its results, and what could not be read."""

from __future__ import annotations

import html
from collections.abc import Sequence

from inkdigits.batch.item import Refused
from inkdigits.batch.row import Row
from inkdigits.wording import percent


def rows_table(rows: Sequence[Row]) -> str:
    """An HTML table of some rows: file, page, number, how sure."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("File", "Page", "Number", "How sure"))
    return _table("The first rows", head, "".join(_row(row) for row in rows), "ink-wide")


def refused_table(refused: Sequence[Refused]) -> str:
    """An HTML table of what could not be read, and why."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("File", "Reason", "Page"))
    return _table("Could not be read", head, "".join(_refused(one) for one in refused), "ink-facts")


def _row(row: Row) -> str:
    sure = f"{row.status}, {percent(row.confidence)}" if row.text else row.reason.replace("_", " ")
    if row.status == "checked":
        sure = "checked"
    cells = (str(row.page), row.raw or row.text or "–", sure)
    return f'<tr><th scope="row">{html.escape(row.source)}</th>{_cells(cells)}</tr>'


def _refused(one: Refused) -> str:
    page = "–" if one.page is None else str(one.page)
    return f'<tr><th scope="row">{html.escape(one.source)}</th>{_cells((one.reason, page))}</tr>'


def _cells(cells: Sequence[str]) -> str:
    return "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)


def _table(title: str, head: str, body: str, kind: str = "") -> str:
    return (
        f'<div class="ink-scroll" tabindex="0" role="region" aria-label="{title}"><table class="ink-table {kind}">'
        f"<caption>{title}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
