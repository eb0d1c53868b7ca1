"""``inkdigits history``: what was read, found again, corrected, taken along or deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.commands.confirming import confirm
from inkdigits.commands.group import group
from inkdigits.commands.logged import command_line
from inkdigits.commands.selection import Selection, with_selection
from inkdigits.errors import OptionError
from inkdigits.wording import counted

if TYPE_CHECKING:
    from rich.table import Table

    from inkdigits.storage import Record
    from inkdigits.storage.store import Store

history = group(
    "history", "Shows, corrects, exports and deletes what was read and kept.", "inkdigits history list --text 4096"
)

Id = Annotated[str, typer.Argument(metavar="READING", help="Id of a reading, or how it begins.", show_default=False)]
Json = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]


@history.command("list")
@with_selection
def list_readings(
    selection: Selection,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 25,
    as_json: Json = False,
) -> None:
    """Lists readings, the newest first.

    Example: inkdigits history list --from 2026-11-01 --source upload
    """
    from itertools import islice

    from inkdigits import terminal

    store = _store()
    records = islice(store.each(command_line(), selection.filter()), limit)
    if as_json:
        for record in records:
            terminal.write_json(record.to_dict())
        return
    found = list(records)
    if found:
        terminal.out().print(_table(found))
    else:
        terminal.err().print("No reading is kept that matches. 'inkdigits read --save' and the app keep them.")


@history.command()
def show(reading: Id, as_json: Json = False) -> None:
    """Shows a reading and its corrections.

    Example: inkdigits history show 3f2a
    """
    from inkdigits import terminal

    record = _find(_store(), reading)
    if as_json:
        terminal.write_json(record.to_dict())
        return
    lines = {
        "id": record.id,
        "read": f"{record.created:%Y-%m-%d %H:%M:%S} UTC",
        "source": record.source,
        "file": record.name or "-",
        "person": record.person or "-",
        "model": record.model,
        "settings": ", ".join(f"{name}={value}" for name, value in record.settings.items()) or "-",
        "took": f"{record.duration_ms:.0f} ms",
    }
    for place, (number, text) in enumerate(zip(record.reading.numbers, record.texts, strict=True), start=1):
        changed = f", corrected: {text or 'no number'}" if text != number.text else ""
        lines[f"number {place}"] = f"{number.render()}{changed}"
    for name, value in lines.items():
        terminal.out().print(f"{name:<10} {value}", soft_wrap=True)


@history.command()
def correct(
    reading: Id,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What it really says; '' for no number.")],
    number: Annotated[int, typer.Option(min=1, help="Which number of the reading.")] = 1,
) -> None:
    """Notes what a number really says.

    To say that the reading is right, give what was read.

    Example: inkdigits history correct 3f2a 4096
    """
    from inkdigits import terminal

    store = _store()
    record = store.correct(_find(store, reading).id, number - 1, text, command_line())
    terminal.out().print(record.corrected_text or "no number")


@history.command()
def undo(reading: Id) -> None:
    """Takes the last correction of a reading back.

    Example: inkdigits history undo 3f2a
    """
    from inkdigits import terminal

    store = _store()
    record = store.undo(_find(store, reading).id, command_line())
    terminal.out().print(record.corrected_text or "no number")


@history.command()
@with_selection
def export(
    selection: Selection,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The ZIP archive to write.", show_default=False)],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Writes readings and their pictures as a ZIP archive.

    Example: inkdigits history export mine.zip
    """
    from inkdigits import terminal
    from inkdigits.reports.replacing import replacing

    if file.is_file() and not force:
        raise OptionError(f"{file} is there already: name another file, or add --force")
    store = _store()
    wanted = selection.filter()
    with replacing(file) as part, part.open("wb") as stream:
        count = store.export(command_line(), stream, wanted)
    terminal.out().print(f"{counted(count, 'reading')} in {file}", soft_wrap=True)


@history.command()
def corrections(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.", show_default=False)],
    kind: Annotated[str, typer.Option(metavar="[digit|line]", help="Single digits, or whole numbers.")] = "digit",
) -> None:
    """Writes labelled pictures to train on.

    They are what was corrected or found right.

    Example: inkdigits history corrections mine && inkdigits train digit --finetune mine
    """
    from inkdigits import terminal
    from inkdigits.storage.lessons import check_kind

    count = _store().export_corrections(folder, command_line(), check_kind(kind))
    if not count:
        raise OptionError("nothing was corrected yet that could be learned")
    terminal.out().print(f"{counted(count, 'picture')} in {folder}", soft_wrap=True)


@history.command()
def delete(
    readings: Annotated[
        list[str] | None, typer.Argument(metavar="READING...", help="Ids, or how they begin.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Delete everything that is kept.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Deletes readings for good.

    Their pictures and corrections go with them.

    Example: inkdigits history delete 3f2a --yes
    """
    from inkdigits import terminal

    if bool(readings) == everything:
        raise OptionError("name the readings to delete, or --all")
    store = _store()
    names = [_find(store, name).id for name in readings or []]
    count = store.count(command_line()) if everything else len(set(names))
    confirm(f"Delete {counted(count, 'reading')} for good, pictures too?", yes=yes)
    gone = store.delete_all(command_line()) if everything else store.delete(names, command_line())
    terminal.out().print(f"{counted(gone, 'reading')} deleted")


@history.command()
def purge() -> None:
    """Deletes what is older than allowed.

    Its owners and INKDIGITS_KEEP_DAYS say how old that is; the app does it once a day.

    Example: inkdigits history purge
    """
    from inkdigits import terminal

    terminal.out().print(f"{counted(_store().privacy.purge(), 'reading')} deleted")


def _store() -> Store:
    from inkdigits.storage.store import Store

    return Store.open()


def _find(store: Store, name: str) -> Record:
    """A reading by its id or the beginning of it."""
    return store.get(store.readings.name_of(command_line(), name), command_line())


def _table(records: list[Record]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Id", "Read (UTC)", "Source", "File"):
        table.add_column(column, no_wrap=column != "File", overflow="fold")
    table.add_column("Number", overflow="fold")
    table.add_column("State", no_wrap=True)
    for record in records:
        state = "checked" if record.checked else record.reading.render().rpartition(" · ")[2][:14]
        cells = (record.id[:8], f"{record.created:%Y-%m-%d %H:%M}", record.source, record.name)
        table.add_row(*cells, Text(record.corrected_text or "-", style="bold"), state)
    return table
