"""``Selection``: the options that say which kept readings a command is about."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from inkdigits.storage.filter import Filter

DAY = ["%Y-%m-%d"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which kept readings; each field is an option, and a value that is not given wants all."""

    begin: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="From this day on (UTC).", show_default=False)
    ] = None
    end: Annotated[
        datetime | None, typer.Option("--to", formats=DAY, help="Up to this day, with it.", show_default=False)
    ] = None
    person: Annotated[str | None, typer.Option(help="Whose, by name.", show_default=False)] = None
    source: Annotated[
        str | None, typer.Option(help="draw, upload, camera, live, cli, library, service.", show_default=False)
    ] = None
    text: Annotated[str, typer.Option(help="What it says, or its file's name, contains this.", show_default=False)] = ""
    lowest: Annotated[float, typer.Option("--min-confidence", min=0, max=1, help="Confidence at least.")] = 0.0
    highest: Annotated[float, typer.Option("--max-confidence", min=0, max=1, help="Confidence at most.")] = 1.0
    checked: Annotated[
        bool | None, typer.Option("--checked/--unchecked", help="Corrected or found right, or not.", show_default=False)
    ] = None

    def filter(self) -> Filter:
        """The same for the store.

        Raises:
            OptionError: There is no such source.
        """
        from inkdigits.storage.filter import Filter
        from inkdigits.storage.record import check_origin

        return Filter(
            since=self.begin and self.begin.replace(tzinfo=timezone.utc),
            until=self.end and _end_of(self.end),
            text=self.text,
            source=None if self.source is None else check_origin(self.source),
            person=self.person,
            lowest=self.lowest,
            highest=self.highest,
            checked=self.checked,
        )


def _end_of(day: datetime) -> datetime | None:
    """The first moment behind a day, UTC; None behind the last one that there is."""
    try:
        return (day + timedelta(days=1)).replace(tzinfo=timezone.utc)
    except OverflowError:
        return None


def with_selection(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options of a selection behind its own; it takes what they chose as ``selection``."""
    own = inspect.signature(command, eval_str=True)
    options = inspect.signature(Selection, eval_str=True).parameters

    def run(**given: Any) -> None:
        selection = Selection(**{name: given.pop(name) for name in options})
        command(selection=selection, **given)

    parameters = [one for one in own.parameters.values() if one.name != "selection"] + list(options.values())
    signature = own.replace(parameters=[one.replace(kind=one.KEYWORD_ONLY) for one in parameters])
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    vars(run)["__signature__"] = signature  # what Typer makes the options from
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run
