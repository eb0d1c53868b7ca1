"""``inkdigits train``: the options, and what they mean for the run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from inkdigits.commands.corrections import corrections_folder, is_corrections
from inkdigits.commands.extra import extra
from inkdigits.errors import OptionError


def train(
    kind: Annotated[str, typer.Argument(metavar="[digit|line]", help="Which network.", show_default=False)] = "digit",
    run: Annotated[
        Path | None, typer.Option(help="Folder of the run; else runs/digit or runs/line.", show_default=False)
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder with the data sets; else INKDIGITS_DATA.")] = None,
    own: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Digit: pictures of your own: folders named 0 to 9, a folder with labels.csv, or a CSV of pixels.",
            show_default=False,
        ),
    ] = None,
    only_own: Annotated[bool, typer.Option("--only-own", help="Digit: learn from no other digits.")] = False,
    config_file: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="Digit: settings as JSON; --set goes first.", show_default=False),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Any setting of this training; repeat it.", show_default=False
        ),
    ] = None,
    finetune: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR|corrections",
            help="Adapt what reads now. Digit: 20 to 200 pictures, as for --own; line: fields and their labels.csv; "
            "corrections: what was corrected in the history.",
            show_default=False,
        ),
    ] = None,
    begin: Annotated[
        str | None,
        typer.Option(
            "--start",
            metavar="MODEL|RUN",
            help="Go on from these weights: the folder of a finished run, a model's id, shipped, active or an .onnx "
            "file.",
            show_default=False,
        ),
    ] = None,
    average: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RUN=SHARE",
            help="Line: no training, but the average of finished runs that began with each other; repeat it. Takes "
            "--set blank and one.",
            show_default=False,
        ),
    ] = None,
    quick: Annotated[
        Path | None,
        typer.Option(
            metavar="RUN",
            help="Digit: no training, but the small network of this finished run goes in front of that of --run.",
            show_default=False,
        ),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Digit: fewer for a quick try.", show_default=False)] = None,
    lines: Annotated[int | None, typer.Option(min=1, help="Line: fewer for a quick try.", show_default=False)] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.", show_default=False)] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu or cuda.", show_default=False)] = None,
    threads: Annotated[int, typer.Option(min=0, help="Threads; 0 takes those that are there.")] = 0,
    workers: Annotated[
        int | None, typer.Option(min=0, help="Line: processes that make lines; else half.", show_default=False)
    ] = None,
) -> None:
    """Trains the digit or the line network.

    Stop it at any moment: started again, it goes on.

    With --own, the digit network learns pictures of your own beside the data sets, or with --only-own alone. With
    --finetune, what reads digits now is adapted to 20 to 200 pictures of one hand or place, in less than two minutes;
    the shipped line network to fields of your own: pictures beside a labels.csv with the columns file and label.

    Example: inkdigits train digit --finetune my-digits
    """
    from inkdigits import terminal

    chosen = {"epochs": epochs, "lines": lines, "seed": seed, "device": device}
    config = {} if config_file is None else _read_config(config_file)
    config |= {name: value for name, value in chosen.items() if value is not None}
    if kind == "line" and (own or only_own or config_file):
        raise OptionError("--own, --only-own and --config are for the digit network: inkdigits train digit --own PATH")
    if finetune is not None and (own or only_own) and kind == "digit":
        raise OptionError("--finetune has the pictures already: inkdigits train digit --finetune PATH, without --own")
    if only_own and own is None:
        raise OptionError("--only-own needs the pictures: inkdigits train digit --own PATH --only-own")
    if own is not None:
        config |= {"own": str(own.resolve()), **({"base": "own"} if only_own else {})}
    config |= dict((split_setting if kind == "line" else read_setting)(text) for text in settings or [])
    if average and (kind != "line" or finetune or begin or any(value is not None for value in chosen.values())):
        raise OptionError("--average goes alone: inkdigits train line --average runs/a=0.4 --average runs/b=0.6")
    if quick and (kind != "digit" or run is None or finetune or begin or config):
        raise OptionError("--quick goes with --run alone: inkdigits train digit --run runs/digit --quick runs/small")
    if finetune is not None and is_corrections(finetune):
        finetune = corrections_folder("line" if kind == "line" else "digit")
    with extra("training", "train"):
        from inkdigits.training.lines.average import average_runs
        from inkdigits.training.quicken import quicken
        from inkdigits.training.start import start

    with terminal.show_training() as listen:
        if average:
            shares = dict(read_share(text) for text in average)
            model = average_runs(run or Path("runs/average"), shares, data, listen, threads, config)
        elif quick and run:
            model = quicken(run, quick)
        else:
            model = start(kind, run, data, finetune, config, listen, threads, workers, begin)
    terminal.out().print(str(model), soft_wrap=True)
    terminal.err().print(f"Keep it with: inkdigits models add {model.parent}", soft_wrap=True)


def read_setting(text: str) -> tuple[str, Any]:
    """A setting of the digit network from ``NAME=VALUE``. Raises OptionError, which names what is wrong."""
    from inkdigits.training.config import rule_of

    name, value = split_setting(text)
    return name, rule_of(name).take(name, value)


def split_setting(text: str) -> tuple[str, str]:
    """Name and value of ``NAME=VALUE``, neither of them judged. Raises OptionError when it has another form."""
    name, sign, value = text.partition("=")
    if not sign:
        raise OptionError(f"--set wants NAME=VALUE, such as --set dropout=0.2, not {text!r}")
    return name.strip(), value


def read_share(text: str) -> tuple[Path, float]:
    """A run and its share from ``RUN=SHARE``. Raises OptionError when it is no such thing."""
    run, _, share = text.rpartition("=")
    try:
        return Path(run or "."), float(share)
    except ValueError:
        raise OptionError(f"--average wants RUN=SHARE, such as --average runs/line=0.5, not {text!r}") from None


def _read_config(path: Path) -> dict[str, Any]:
    import json

    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OptionError(f"--config {path}: {error}") from error
    if not isinstance(found, dict):
        raise OptionError(f"--config {path}: wants a JSON object with settings by name")
    return found
