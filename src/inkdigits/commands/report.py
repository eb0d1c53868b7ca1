"""``inkdigits report``: kept readings as a file to hand over."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from inkdigits.commands.logged import command_line
from inkdigits.commands.selection import select

Day = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="From this day on (UTC).", show_default=False)
]
LastDay = Annotated[
    datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Up to this day, with it.", show_default=False)
]


def report(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The file: .pdf .xlsx .csv .jsonl .parquet.", show_default=False)
    ],
    form: Annotated[
        str | None, typer.Option("--format", help="csv, jsonl, parquet, xlsx or pdf.", show_default=False)
    ] = None,
    begin: Day = None,
    end: LastDay = None,
    person: Annotated[str | None, typer.Option(help="Whose, by name.", show_default=False)] = None,
    source: Annotated[
        str | None, typer.Option(help="draw, upload, camera, live, cli, library.", show_default=False)
    ] = None,
    text: Annotated[
        str, typer.Option(help="What it says, or its file's name, contains this.", show_default=False)
    ] = "",
    lowest: Annotated[float, typer.Option("--min-confidence", min=0, max=1, help="Confidence at least.")] = 0.0,
    highest: Annotated[float, typer.Option("--max-confidence", min=0, max=1, help="Confidence at most.")] = 1.0,
    checked: Annotated[
        bool | None, typer.Option("--checked/--unchecked", help="Corrected or found right, or not.", show_default=False)
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
    wanted = select(begin, end and end + timedelta(days=1), text, source, person, lowest, highest, checked)
    store = Store.open()
    with terminal.progress() as bar:
        task = bar.add_task(f"Writing {out.name}", total=store.count(command_line(), wanted))
        count = report_kept(
            store, command_line(), wanted, out, format=kind, listen=lambda done: bar.update(task, completed=done)
        )
    if as_json:
        terminal.write_json({"file": str(out), "format": kind, "readings": count})
    else:
        told = f"{count:,} {'reading' if count == 1 else 'readings'} in {out}"
        terminal.out().print(told, soft_wrap=True, markup=False)
