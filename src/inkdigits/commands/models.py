"""``inkdigits models``: keep trained models, see them, and choose which of them reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.commands.confirming import confirm
from inkdigits.commands.group import group
from inkdigits.commands.logged import logged
from inkdigits.errors import OptionError

if TYPE_CHECKING:
    from rich.table import Table

    from inkdigits.registry import Model, Registry

models = group(
    "models",
    "Keeps trained models, and chooses which of them reads.",
    "inkdigits models add runs/digit --name 'My pens'",
)

Id = Annotated[str, typer.Argument(metavar="MODEL", help="Id of a model, or shipped.", show_default=False)]
Kind = Annotated[
    str | None, typer.Option(metavar="[digit|line]", help="Which of the shipped models.", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]
Name = Annotated[str | None, typer.Option(help="What to call it; else its own name.", show_default=False)]

ADD = "inkdigits models add"
PROMOTE = "inkdigits models promote"


@models.command("list")
def list_models(as_json: Json = False) -> None:
    """Lists the models, and says which of them read.

    Example: inkdigits models list
    """
    from inkdigits import terminal

    registry = _registry()
    active = {kind: registry.pointer(kind).id for kind in ("digit", "line")}
    found = registry.list()
    if as_json:
        for model in found:
            terminal.write_json({**model.to_dict(), "active": active.get(model.kind) == model.id})
        return
    terminal.out().print(_table(found, active))
    for model in found:
        if model.problem:
            terminal.complain(model.problem)
    if len(found) == len(active):
        terminal.out().print(f"\nNo models of your own yet: train one, then {ADD} RUN.", soft_wrap=True)


@models.command()
def show(model: Id, kind: Kind = None, as_json: Json = False) -> None:
    """Shows a model's card.

    Example: inkdigits models show shipped --kind line
    """
    from inkdigits import terminal

    registry = _registry()
    found = registry.get(model, kind)
    active = registry.pointer(found.kind).id == found.id
    if as_json:
        terminal.write_json({**found.to_dict(), "active": active})
        return
    lines = {
        "id": found.id,
        "kind": found.kind,
        "name": found.name,
        "created": found.created or "-",
        "active": "yes" if active else "no",
        "made from": found.parent or "-",
        "sha256": found.sha256,
        "file": str(found.path),
        **{name: f"{value:g}" for name, value in found.metrics.items()},
    }
    for name, value in lines.items():
        terminal.out().print(f"{name:<20} {value}", soft_wrap=True)
    found.check()


@models.command()
def compare(one: Id, two: Id, kind: Kind = None, as_json: Json = False) -> None:
    """Puts two models beside each other.

    It shows what was measured, and where their training differs.

    Example: inkdigits models compare shipped my-pens
    """
    from inkdigits import terminal
    from inkdigits.registry.compare import differences

    registry = _registry()
    first, second = (registry.get(name, kind) for name in (one, two))
    if first.kind != second.kind and "shipped" in (one, two) and kind is None:
        kind = second.kind if one == "shipped" else first.kind
        first, second = (registry.get(name, kind) for name in (one, two))
    if first.kind != second.kind:
        raise OptionError(f"{one!r} is a {first.kind} model and {two!r} a {second.kind} model: compare two of a kind")
    rows = differences(first, second)
    if as_json:
        terminal.write_json({"kind": first.kind, "models": [one, two], "rows": {name: [a, b] for name, a, b in rows}})
        return
    terminal.out().print(_comparison(one, two, [row for row in rows if not any(isinstance(x, dict) for x in row[1:])]))


@models.command()
def add(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="Folder of a training run that ended.", show_default=False)
    ],
    name: Name = None,
    kind: Annotated[str | None, typer.Option(help="digit or line; else found out.", show_default=False)] = None,
    as_json: Json = False,
) -> None:
    """Keeps the model of a training run.

    Example: inkdigits models add runs/digit --name 'My pens'
    """
    _tell_kept(logged("model changed", f"added {run}", lambda: _registry().add(run, kind, name)), as_json)


@models.command("import")
def import_model(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A model: .onnx, .keras or .h5.", show_default=False)],
    name: Name = None,
    as_json: Json = False,
) -> None:
    """Keeps a model from a file.

    The file is one that was exported here or elsewhere, or a 28x28 digit classifier of others (ONNX, Keras).

    How a model of others wants its pictures is found out by trying all ways on labelled digits. A damaged file, one
    that could run code, and one that reads no digits are refused.

    Example: inkdigits models import mnist_cnn.h5
    """
    from inkdigits import terminal
    from inkdigits.commands.model_files import import_from

    model, found = logged("model changed", f"imported {file.name}", lambda: import_from(file, _registry(), name))
    if found is not None and not as_json:
        for about, told in found.facts().items():
            terminal.out().print(f"{about:<36} {told}", soft_wrap=True)
    _tell_kept(model, as_json)


@models.command()
def export(
    model: Id,
    to: Annotated[
        Path, typer.Argument(metavar="[TO]", help="File or folder to write to.", show_default=False)
    ] = Path(),
    kind: Kind = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="[onnx|safetensors|keras]",
            help="Else that of the file's ending; safetensors is for PyTorch.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Writes a model as a file.

    It is one ONNX file with the model's card, its weights for PyTorch, or a model for Keras (.keras or .h5).

    Files for PyTorch and Keras are read back and must give the same probabilities on 1,000 digits, to 0.0001.

    Example: inkdigits models export my-pens my-pens.keras
    """
    from inkdigits import terminal
    from inkdigits.commands.model_files import export_as, form_of

    chosen = form_of(form, to)
    registry = _registry()
    path, difference = export_as(chosen, registry, registry.get(model, kind), to, force=force)
    if difference is not None:
        terminal.err().print(f"Same probabilities on 1,000 digits; largest difference {difference:.1g}")
    if as_json:
        told: dict[str, Any] = {"id": model, "file": str(path)}
        terminal.write_json(told if difference is None else {**told, "difference": difference})
    else:
        terminal.out().print(str(path), soft_wrap=True)


@models.command()
def promote(model: Id, kind: Kind = None, as_json: Json = False) -> None:
    """Lets a model read from now on.

    A running app follows within about a second.

    Example: inkdigits models promote my-pens
    """
    _tell_active(logged("promotion", model, lambda: _registry().promote(model, kind)), as_json)


@models.command()
def rollback(
    kind: Annotated[str, typer.Argument(metavar="[digit|line]", help="Of which kind.", show_default=False)] = "digit",
    as_json: Json = False,
) -> None:
    """Goes back to the model that read before.

    Example: inkdigits models rollback digit
    """
    _tell_active(logged("promotion", f"back, {kind}", lambda: _registry().rollback(kind)), as_json)


@models.command()
def delete(
    model: Id,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Deletes a model for good; never the active one.

    Example: inkdigits models delete my-pens --yes
    """
    from inkdigits import terminal

    confirm(f"Delete model {model!r} for good?", yes=yes)
    logged("model changed", f"deleted {model}", lambda: _registry().delete(model))
    if as_json:
        terminal.write_json({"id": model, "deleted": True})
    else:
        terminal.out().print(f"{model} is deleted")


def _registry() -> Registry:
    from inkdigits.registry import Registry

    return Registry()


def _tell_kept(model: Model, as_json: bool) -> None:
    from inkdigits import terminal

    if as_json:
        terminal.write_json(model.to_dict())
        return
    terminal.out().print(f"{model.id} is kept; let it read with: {PROMOTE} {model.id}", soft_wrap=True)


def _tell_active(model: Model, as_json: bool) -> None:
    from inkdigits import terminal

    if as_json:
        terminal.write_json({**model.to_dict(), "active": True})
        return
    what = "digits" if model.kind == "digit" else "numbers"
    terminal.out().print(f"{model.id} ({model.name}) reads {what} from now on", soft_wrap=True)
    if model.is_weak:
        way_back = f"'inkdigits models rollback {model.kind}' goes back"
        terminal.err().print(
            f"It read little of what it was checked on ({model.headline}); {way_back}.", soft_wrap=True
        )


def _table(found: list[Model], active: dict[str, str]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Id", "Kind", "Name", "Made", "Measured", ""):
        table.add_column(column, overflow="fold", no_wrap=column in ("Kind", "Made", ""))
    for model in found:
        state = "damaged" if model.problem else "active" if active.get(model.kind) == model.id else ""
        style = {"active": "bold green", "damaged": "red"}.get(state, "")
        cells = (model.id, model.kind, model.name, model.created[:10] or "-", model.headline, state)
        table.add_row(*(Text(cell, style=style if index in (0, 5) else "") for index, cell in enumerate(cells)))
    return table


def _comparison(one: str, two: str, rows: list[tuple[str, Any, Any]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", overflow="fold")
    for name in (one, two):
        table.add_column(Text(name), overflow="fold", justify="right")
    for name, first, second in rows:
        table.add_row(Text(name), *(Text("-" if value is None else f"{value}") for value in (first, second)))
    return table
