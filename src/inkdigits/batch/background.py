"""A batch as work in the background: a process that outlives the page that started it."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from inkdigits.batch.asked import INPUT, Asked
from inkdigits.batch.cuttings import FOLDER
from inkdigits.batch.item import Item
from inkdigits.batch.look import Look
from inkdigits.jobs.process import launch
from inkdigits.jobs.progress import Listener
from inkdigits.jobs.worker import claim
from inkdigits.recognition.engine import processors
from inkdigits.settings import Settings

_MODULE = "inkdigits.batch.background"
_OUTSIDE = "it is a link that leads out of the folder that may be read"


def start_work(folder: Path) -> None:
    """Starts a worker for a batch, or one that goes on with it.

    Raises:
        OptionError: Something works on it already.
    """
    launch(folder, ["-m", _MODULE, str(folder.resolve())])


def work(folder: Path) -> None:
    """What the worker does; what was uploaded goes when all of it has been read."""
    asked = Asked.read(folder)
    with claim(folder, lambda progress: None) as listen:
        if Look(asked.results(folder)).summary() is None:  # else it was killed while uploads went
            _read(folder, asked, listen)
        if asked.uploaded and (folder / INPUT).exists():
            shutil.rmtree(folder / INPUT)


def _read(folder: Path, asked: Asked, listen: Listener) -> None:
    from inkdigits.batch.run import read_batch

    base = Path(asked.base)
    os.chdir(base)  # results call files as they are called in there
    read_batch(
        asked.sources,
        asked.results(folder),
        expect=asked.expect,
        **asked.limits,
        processes=max(1, processors() - 1),  # the application wants to answer meanwhile
        settings=Settings.resolve(None),
        check=lambda item: only_below(item, base),
        cuttings=folder / FOLDER,
        listen=listen,
    )
    os.chdir(folder)


def only_below(item: Item, base: Path) -> Item:
    """The same item under its name in a folder, and refused when a link leads it out of there."""
    item = replace(item, source=item.source.removeprefix("./"))
    if item.problem or Path(item.place).resolve().is_relative_to(base.resolve()):
        return item
    return replace(item, problem=_OUTSIDE)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # the record in the folder says that it was stopped
        work(Path(sys.argv[1]))
