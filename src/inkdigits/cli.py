"""The command line. Each command calls a room; what takes long to import is imported where it is used."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.commands.asking import Allowed, Expect, Length, Pattern
from inkdigits.commands.batch import batch
from inkdigits.commands.bench import bench
from inkdigits.commands.data import app as data_sets
from inkdigits.commands.db import db
from inkdigits.commands.evaluate import evaluate
from inkdigits.commands.extra import extra
from inkdigits.commands.history import history
from inkdigits.commands.keys import keys
from inkdigits.commands.models import models
from inkdigits.commands.report import report
from inkdigits.commands.serve import serve
from inkdigits.commands.train import train
from inkdigits.commands.tune import app as tuning
from inkdigits.commands.users import users
from inkdigits.errors import InkDigitsError, OptionError

if TYPE_CHECKING:
    from inkdigits.commands.saving import Saving
    from inkdigits.images.find import Found
    from inkdigits.reader import Reader
    from inkdigits.reading import Reading

app = typer.Typer(
    name="inkdigits",
    epilog="Example: inkdigits read seven.png",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(models)
app.add_typer(data_sets)
app.add_typer(history)
app.add_typer(db)
app.add_typer(tuning)
app.add_typer(users)
app.add_typer(keys)


class Exit(IntEnum):
    """What scripts can rely on."""

    READ = 0
    NO_DIGIT = 1
    USAGE = 2
    FAILED = 3
    INTERRUPTED = 130


def _tell_version(wanted: bool) -> None:
    if wanted:
        from inkdigits import __version__

        typer.echo(f"inkdigits {__version__}")
        raise typer.Exit


@app.callback()
def inkdigits(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Reads handwritten numbers, and says how sure it is.

    Exit codes: 0 done; 2 wrong usage; 3 failed, and why is on standard error; 130 interrupted. For read, 1 tells of
    pages without a number or with a doubtful one.
    """


@app.command()
def read(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", show_default=False, help="Pictures and PDFs; - is stdin.")
    ],
    expect: Expect = "page",
    length: Length = None,
    pattern: Pattern = None,
    allowed: Allowed = None,
    alternatives: Annotated[int, typer.Option(help="Other readings of each number, at most.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a page, one a line.")] = False,
    debug: Annotated[Path | None, typer.Option(metavar="DIR", help="Write every step as a picture into DIR.")] = None,
    save: Annotated[
        bool | None, typer.Option("--save/--no-save", help="Keep it in the history; else INKDIGITS_HISTORY decides.")
    ] = None,
) -> None:
    """Reads handwritten numbers from pictures, scans and PDFs.

    FILE is a picture, a PDF, a folder of them, a quoted pattern such as "scans/*.png", or - for standard input.

    Exit codes: 0 every page holds a number, and all are read; 1 some page holds none, or one that is unsure; 2 wrong
    usage; 3 some file could not be read; 130 interrupted.

    Example: inkdigits read seven.png --json
    """
    from inkdigits import terminal
    from inkdigits.allowed import read_allowed
    from inkdigits.images.find import find_pictures
    from inkdigits.reader import Reader

    options = {
        "expect": expect,
        "expect_length": length,
        "pattern": pattern,
        "allowed": None if allowed is None else read_allowed(allowed),
        "alternatives": alternatives,
    }
    reader = Reader()
    saving = _saving(reader, save)
    readings: list[tuple[str, Reading]] = []
    code = Exit.READ
    with terminal.counting("Reading") as count:
        for found in count(list(find_pictures(files))):
            try:
                for reading in _read_pages(reader, saving, found, options, debug):
                    if as_json:
                        terminal.write_json({**reading.to_dict(), "source": found.name})
                    else:
                        readings.append((found.name, reading))
                    if not reading.numbers or not all(number.text for number in reading.numbers):
                        code = max(code, Exit.NO_DIGIT)
                    count.more(reading)
            except OptionError:
                raise
            except InkDigitsError as error:
                code = Exit.FAILED
                if as_json:
                    terminal.write_json({"source": found.name, "error": str(error)})
                else:
                    terminal.complain(_named(found.name, str(error)))
    if readings:
        terminal.out().print(terminal.readings_table(readings))
    raise typer.Exit(code)


def _saving(reader: Reader, save: bool | None) -> Saving | None:
    """What keeps readings, when that was asked for."""
    if not (reader.settings.history if save is None else save):
        return None
    from inkdigits.commands.saving import Saving

    return Saving(reader)


def _read_pages(
    reader: Reader, saving: Saving | None, found: Found, options: dict[str, Any], debug: Path | None
) -> Iterator[Reading]:
    from inkdigits.debug import write_steps
    from inkdigits.errors import ImageError
    from inkdigits.images.find import STDIN

    if found.problem:
        raise ImageError(found.problem)
    stdin = found.name == STDIN
    source = sys.stdin.buffer if stdin else found.name
    read = reader.read_pages if saving is None else saving.read_pages
    for reading in read(source, trace=debug is not None, **options):
        if debug is not None:
            write_steps(reading, debug, "stdin" if stdin else Path(found.name).stem)
        yield reading.without_trace()


def _named(name: str, message: str) -> str:
    told = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message)  # as a word of its own: a file may be called "a"
    return message if told else f"{name}: {message}"


@app.command("app")
def start_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 opens it to the network.")] = "localhost",
    headless: Annotated[bool, typer.Option("--headless", help="Do not open a browser.")] = False,
) -> None:
    """Starts the web application, and opens it in the browser.

    Example: inkdigits app --port 8600 --headless
    """
    with extra("the web application", "app"):
        from inkdigits.web.launch import launch

    launch(port=port, host=host, headless=headless)


app.command()(serve)
app.command()(batch)
app.command()(train)
app.command()(evaluate)
app.command()(report)
app.command()(bench)


@app.command()
def version() -> None:
    """Shows the versions of inkdigits and of what it runs on."""
    import platform
    from importlib.metadata import version as installed

    from inkdigits import __version__, terminal
    from inkdigits.reader import Reader

    lines = {
        "inkdigits": __version__,
        "model": Reader().model,
        "python": platform.python_version(),
        "onnxruntime": installed("onnxruntime"),
    }
    for name, value in lines.items():
        terminal.out().print(f"{name:<12} {value}")


def main() -> None:
    """Runs the command line; every error made on purpose, or by a disk, is one line on standard error."""
    warnings.simplefilter("ignore")  # Pillow warns of damaged metadata; the pixels are what counts
    try:
        app()
    except InkDigitsError as error:
        from inkdigits import terminal

        terminal.complain(str(error))
        sys.exit(Exit.USAGE if isinstance(error, OptionError) else Exit.FAILED)
    except OSError as error:  # a full disk, a folder that is read-only, a file where a folder is wanted
        from inkdigits import terminal

        terminal.complain(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
        sys.exit(Exit.FAILED)


if __name__ == "__main__":
    main()
