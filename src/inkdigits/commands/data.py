"""``inkdigits data``: which data sets there are, what they are, and getting those that may be got."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkdigits.commands.extra import extra
from inkdigits.commands.group import group
from inkdigits.errors import InkDigitsError, OptionError

app = group("data", "Data sets: which there are, what they are, and getting them.", "inkdigits data list")

Folder = Annotated[Path | None, typer.Option("--data", help="Folder with the data sets; else INKDIGITS_DATA.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a data set, one a line.")]
Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="As 'inkdigits data list' calls it.")]


@app.command("list")
def list_sets(data: Folder = None, as_json: Json = False) -> None:
    """Lists the data sets, and says which are at hand.

    Example: inkdigits data list
    """
    from rich.table import Table

    from inkdigits import terminal
    from inkdigits.training.catalog import SETS
    from inkdigits.training.datasets import data_folder

    folder = data_folder(data)
    if as_json:
        for item in SETS.values():
            terminal.write_json(item.to_dict(folder))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("Name", "What", "At hand", "Use"):
        table.add_column(title, overflow="fold")
    for item in SETS.values():
        there = "yes" if item.folder(folder) else "no, downloads" if item.downloads else "no"
        table.add_row(item.name, f"{item.what}; {item.count}", there, item.use)
    terminal.out().print(table)


@app.command()
def show(name: Name, data: Folder = None, as_json: Json = False) -> None:
    """Describes a data set, and checks the files at hand.

    Example: inkdigits data show mnist
    """
    from inkdigits import terminal
    from inkdigits.training.catalog import find_set, verify
    from inkdigits.training.datasets import data_folder

    item, folder = find_set(name), data_folder(data)
    there = item.folder(folder)
    files = verify(item, there) if there else {}
    if as_json:
        terminal.write_json({**item.to_dict(folder), "files": files})
    else:
        lines = {
            "what": item.what,
            "count": item.count,
            "license": item.license,
            "use": item.use,
            "source": item.source,
            "at hand": str(there) if there else "no",
            **({} if there else {"to get it": f"inkdigits data download {name}" if item.downloads else item.why_not}),
        }
        for title, text in lines.items():
            terminal.out().print(f"{title:<10} {text}", soft_wrap=True)
        words = {"good": "checksum is right", "differs": "DIFFERS from its checksum", "unknown": "no checksum known"}
        for file, state in files.items():
            terminal.out().print(f"{'file':<10} {file}: {words[state]}", soft_wrap=True)
    if "differs" in files.values():
        raise InkDigitsError(f"a file of {name} is damaged, or another version: delete it and get it again")


@app.command()
def download(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The data set.")] = "mnist",
    data: Folder = None,
    mirrors: Annotated[
        list[str] | None,
        typer.Option("--mirror", metavar="URL", help="Ask here instead; repeat it.", show_default=False),
    ] = None,
) -> None:
    """Downloads a data set, and checks it.

    One that was cut off goes on. It goes into the data folder, or without one to where every command looks for
    downloads.

    Example: inkdigits data download mnist
    """
    from inkdigits import terminal
    from inkdigits.training.catalog import find_set, verify
    from inkdigits.training.datasets import MNIST_MIRRORS, data_folder

    item, folder = find_set(name), data_folder(data)
    if not item.downloads:
        raise OptionError(f"{name} cannot be downloaded: {item.why_not}. It comes from {item.source}")
    with extra("downloading data", "train"):
        from inkdigits.training.download import download_mnist
    chosen = [mirror.rstrip("/") + "/" for mirror in mirrors] if mirrors else MNIST_MIRRORS
    with terminal.downloading() as tick:
        there = download_mnist(folder, tick, chosen)
    wrong = [file for file, state in verify(item, there).items() if state != "good"]
    if wrong:
        raise InkDigitsError(f"{', '.join(wrong)} in {there} differs from its checksum: delete it and try again")
    terminal.out().print(f"{there}: {len(item.files)} files, checksums are right", soft_wrap=True)
