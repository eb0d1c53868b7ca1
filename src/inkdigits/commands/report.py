"""``inkdigits report``: kept readings as a file to hand over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkdigits.commands.logged import command_line
from inkdigits.commands.selection import Selection, with_selection
from inkdigits.wording import counted


@with_selection
def report(
    selection: Selection,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The file: .pdf .xlsx .csv .jsonl .parquet.", show_default=False)
    ],
    form: Annotated[
        str | None, typer.Option("--format", help="csv, jsonl, parquet, xlsx or pdf.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Tell what was written as JSON.")] = False,
) -> None:
    """Writes kept readings as CSV, JSON Lines, Parquet, XLSX or PDF.

    The end of the name says which; a file of that name is replaced once the report is complete.

    Example: inkdigits report november.pdf --from 2026-11-01 --to 2026-11-30
    """
    from inkdigits import terminal
    from inkdigits.reports import format_of, report_kept
    from inkdigits.storage.store import Store

    kind = format_of(out, form)
    wanted = selection.filter()
    store = Store.open()
    with terminal.progress() as bar:
        task = bar.add_task(f"Writing {out.name}", total=store.count(command_line(), wanted))
        count = report_kept(
            store, command_line(), wanted, out, format=kind, listen=lambda done: bar.update(task, completed=done)
        )
    if as_json:
        terminal.write_json({"file": str(out), "format": kind, "readings": count})
    else:
        terminal.out().print(f"{counted(count, 'reading')} in {out}", soft_wrap=True)
