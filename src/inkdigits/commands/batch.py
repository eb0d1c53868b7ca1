"""``inkdigits batch``: many pictures into one file of results."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.commands.asking import Allowed, Expect, Length, Pattern

if TYPE_CHECKING:
    from inkdigits.batch import Summary

_REFUSED, _INTERRUPTED = 3, 130


def batch(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", show_default=False, help="Pictures, PDFs, TIFFs, ZIPs, folders of them, patterns, URLs."
        ),
    ],
    out: Annotated[str, typer.Option("--out", "-o", help="The results: .csv .jsonl .parquet.", show_default=False)],
    expect: Expect = "page",
    length: Length = None,
    pattern: Pattern = None,
    allowed: Allowed = None,
    engine: Annotated[str, typer.Option(help="local: processes on this machine; ray: a cluster.")] = "local",
    address: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="The Ray cluster; without it, Ray here.", show_default=False),
    ] = None,
    processes: Annotated[int, typer.Option(min=0, help="How many read at a time; 0 is one a processor.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Tell how it went as one JSON object.")] = False,
) -> None:
    """Reads many pictures into one file of results, a row a number.

    Folders are gone through at any depth. Results are there once they are complete; until then OUT.journal keeps what
    is done, and the same command goes on after Ctrl+C, a crash or kill -9: nothing is lost or doubled. What cannot be
    read is left out, counted, and told of in OUT.errors.csv.

    Exit codes: 0 all is read; 2 wrong usage; 3 some pictures could not be read, or it could not go on; 130
    interrupted.

    Example: inkdigits batch scans/ more.zip --out numbers.csv --expect number
    """
    from inkdigits import terminal
    from inkdigits.allowed import read_allowed
    from inkdigits.batch import read_batch
    from inkdigits.jobs.worker import stoppable

    try:
        # Ray tells of nodes that it lost on the standard output, where results go.
        with stoppable(), redirect_stdout(sys.stderr), terminal.showing_batch() as listen:
            summary = read_batch(
                paths,
                out,
                expect=expect,
                expect_length=length,
                pattern=pattern,
                allowed=None if allowed is None else read_allowed(allowed),
                engine=engine,
                address=address,
                processes=processes,
                listen=listen,
            )
    except KeyboardInterrupt:
        terminal.complain(f"stopped; what was read is kept in {out}.journal: the same command goes on")
        raise typer.Exit(_INTERRUPTED) from None
    if as_json:
        terminal.write_json(summary.to_dict())
    else:
        _tell(summary)
    raise typer.Exit(_REFUSED if summary.refused else 0)


def _tell(summary: Summary) -> None:
    from inkdigits import terminal
    from inkdigits.wording import counted

    out = terminal.out()
    lines = [f"{counted(summary.pages, 'page')}, {counted(summary.numbers, 'number')} in {_near(summary.out)}"]
    lines.append(
        f"{summary.sure:,} sure, {summary.look_again:,} to look at again, {summary.no_number:,} times no number"
    )
    if summary.repeated:
        lines.append("It was complete already: nothing was read again.")
    else:
        kept = f", {counted(summary.kept, 'page')} before" if summary.kept else ""
        lines.append(f"{terminal.duration(summary.seconds)}, {summary.rate:,.1f} pages/s{kept}")
    for line in lines:
        out.print(line, soft_wrap=True)
    if summary.errors is not None:
        told = f"{counted(summary.refused, 'picture')} could not be read: {_near(summary.errors)} says why"
        terminal.complain(told)


def _near(path: Path) -> Path:
    """As short as it can be named from here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
