"""``inkdigits tune``: looks for good settings of the digit network, and trains with the best."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.commands.extra import extra
from inkdigits.commands.train import read_setting
from inkdigits.errors import OptionError

if TYPE_CHECKING:
    from inkdigits.training.study import TrialResult
    from inkdigits.training.tune import Tuned

app = typer.Typer(name="tune", invoke_without_command=True, rich_markup_mode=None)

FOLDER = Path("runs/tune")
Fixed = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting to keep fixed; repeat it.", show_default=False),
]
Data = Annotated[Path | None, typer.Option(help="Folder with the data sets; else INKDIGITS_DATA.")]
Threads = Annotated[int, typer.Option(min=0, help="Threads; 0 takes those that are there.")]
Json = Annotated[bool, typer.Option("--json", help="The result as one JSON object.")]


@app.callback()
def tune(
    context: typer.Context,
    trials: Annotated[int, typer.Option(min=1, help="How many short trainings more.")] = 30,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="After which no further one begins.", show_default=False)
    ] = None,
    study: Annotated[Path, typer.Option(help="Folder of the study.")] = FOLDER,
    storage: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="A database that machines share; else SQLite in the folder.", show_default=False
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Of the study in that database; else the folder's.", show_default=False)
    ] = None,
    data: Data = None,
    settings: Fixed = None,
    threads: Threads = 0,
    as_json: Json = False,
) -> None:
    """Looks for good training settings of the digit network.

    It runs short trainings, that of the shipped model's settings first, and keeps the best settings. Started again with
    the same study, it goes on; several machines may work on one study in one database.

    Example: inkdigits tune --trials 30 --minutes 40 --set base=mnist
    """
    if context.invoked_subcommand is not None:
        return
    from dataclasses import asdict

    from inkdigits import terminal

    fixed: dict[str, Any] = dict(read_setting(text) for text in settings or [])
    _need_optuna()
    with extra("tuning", "train"):
        from inkdigits.training.tune import tune as search

    with terminal.showing_trials() as listen:
        found = search(study, trials, fixed, data, storage, _tell, listen, threads, name, minutes)
    if as_json:
        terminal.write_json({**asdict(found), "config": str(found.config)})
        return
    say = terminal.out().print
    say(_verdict(found), soft_wrap=True)
    for setting, share in found.importances.items():
        say(f"{setting:<14} {_short(found.best[setting]):<10} explains {share:.0%}")
    say(f"Train with it: inkdigits tune best {study} --train", soft_wrap=True)


@app.command()
def best(
    study: Annotated[Path, typer.Argument(metavar="[STUDY]", help="Folder of the study.", show_default=False)] = FOLDER,
    train: Annotated[bool, typer.Option("--train", help="Train with the best settings, as long as it takes.")] = False,
    register: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="With --train: keep the model among the models.", show_default=False),
    ] = None,
    run: Annotated[
        Path | None, typer.Option(help="Folder of that training; else 'best' in the study's.", show_default=False)
    ] = None,
    data: Data = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Another setting of that training; repeat it.", show_default=False
        ),
    ] = None,
    threads: Threads = 0,
    as_json: Json = False,
) -> None:
    """Shows the best trial of a study, and trains with its settings.

    The training is as long as the shipped one, unless --set says otherwise. Stop it at any moment: the same command
    goes on.

    Example: inkdigits tune best runs/tune --train --set epochs=30 --set epoch_size=50000 --register Tuned
    """
    from dataclasses import asdict

    from inkdigits import terminal

    if register is not None and not train:
        raise OptionError("--register keeps the model of a training: say --train as well")
    _need_optuna()
    with extra("tuning", "train"):
        from inkdigits.training.plan import Plan
        from inkdigits.training.study import best_of, look_at

    plan = Plan.read(study)
    trial = best_of(look_at(plan).trials)
    if trial is None:
        raise OptionError(f"no trial of {study} came to its end: run more of them")
    chosen = plan.whole(trial.settings, **dict(read_setting(text) for text in settings or []))
    if as_json and not train:
        terminal.write_json({**asdict(trial), "config": chosen.to_dict()})
        return
    say = (terminal.err() if train else terminal.out()).print
    say(f"trial {trial.number}: {_words(trial)}", soft_wrap=True)
    if train:
        _train(run or study / "best", data, chosen.to_dict(), threads, register, as_json)
    else:
        say(f"Train with it: inkdigits tune best {study} --train", soft_wrap=True)


def _train(
    run: Path, data: Path | None, config: Mapping[str, Any], threads: int, register: str | None, as_json: bool
) -> None:
    from inkdigits import terminal
    from inkdigits.registry import Registry
    from inkdigits.training.start import start

    with terminal.show_training() as listen:
        weights = start("digit", run, data, None, config, listen, threads, None)
    model = Registry().add(run, "digit", register) if register is not None else None
    if as_json:
        terminal.write_json({"file": str(weights), "id": model.id if model is not None else None})
        return
    terminal.out().print(str(weights), soft_wrap=True)
    way = f"inkdigits models add {run}" if model is None else f"inkdigits models promote {model.id}"
    terminal.err().print(f"{'Keep it' if model is None else 'Read'} with: {way}", soft_wrap=True)


def _need_optuna() -> None:
    with extra("tuning", "tune"):
        import_module("optuna")


def _tell(result: TrialResult) -> None:
    from inkdigits import terminal

    terminal.err().print(f"trial {result.number}: {_words(result)}", soft_wrap=True)


def _words(result: TrialResult) -> str:
    loss = "cut short" if result.loss is None or result.state == "pruned" else f"loss {result.loss:.4f}"
    chosen = ", ".join(f"{name} {_short(value)}" for name, value in result.settings.items())
    return f"{loss}; {chosen}{' (as the shipped model)' if result.shipped else ''}"


def _verdict(found: Tuned) -> str:
    best = f"best of {len(found.trials)} trials: validation loss {found.loss:.4f}"
    if found.shipped is None:
        return best
    better = "better than" if found.loss < found.shipped else "those of"
    return f"{best}, {better} the shipped model's settings ({found.shipped:.4f})"


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
