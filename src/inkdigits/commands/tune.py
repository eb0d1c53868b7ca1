"""``inkdigits tune``: looks for good settings of the digit network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.commands.extra import extra
from inkdigits.commands.train import read_setting

if TYPE_CHECKING:
    from inkdigits.training.tune import TrialResult


def tune(
    trials: Annotated[int, typer.Option(min=1, help="How many short trainings more.")] = 30,
    study: Annotated[Path, typer.Option(help="Folder of the study.")] = Path("runs/tune"),
    storage: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="A database that machines share; else SQLite in the folder.", show_default=False
        ),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder with the data sets; else INKDIGITS_DATA.")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting to keep fixed; repeat it.", show_default=False),
    ] = None,
    threads: Annotated[int, typer.Option(min=0, help="Threads; 0 takes those that are there.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="The result as one JSON object.")] = False,
) -> None:
    """Looks for good training settings of the digit network.

    It runs short trainings and keeps the best settings. Started again with the same study, it goes on.

    Example: inkdigits tune --trials 30 --set base=mnist
    """
    from dataclasses import asdict

    from inkdigits import terminal

    fixed: dict[str, Any] = dict(read_setting(text) for text in settings or [])
    with extra("tuning", "tune"):
        import optuna  # noqa: F401 - missing, it is the extra 'tune' that is wanted
    with extra("tuning", "train"):
        from inkdigits.training.tune import tune as search

    def tell(result: TrialResult) -> None:
        loss = "cut short" if result.loss is None or result.state == "pruned" else f"loss {result.loss:.4f}"
        chosen = ", ".join(f"{name} {_short(value)}" for name, value in result.settings.items())
        terminal.err().print(f"trial {result.number}: {loss}; {chosen}", soft_wrap=True, markup=False)

    with terminal.showing_trials() as listen:
        found = search(study, trials, fixed, data, storage, tell, listen, threads)
    if as_json:
        terminal.write_json({**asdict(found), "config": str(found.config)})
        return
    say = terminal.out().print
    say(f"best of {len(found.trials)} trials: validation loss {found.loss:.4f}")
    for name, share in found.importances.items():
        say(f"{name:<14} {_short(found.best[name]):<10} explains {share:.0%}")
    say(f"Train with it: inkdigits train digit --config {found.config}", soft_wrap=True, markup=False)


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
