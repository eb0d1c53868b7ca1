"""The options that say what a picture holds and which numbers are legal: the same for each command that reads."""

from __future__ import annotations

from typing import Annotated

import typer

Expect = Annotated[str, typer.Option(help="What each picture holds: page, number or digit.")]

Length = Annotated[
    int | None, typer.Option("--length", "--expect-length", help="How many digits a number has.", show_default=False)
]

Pattern = Annotated[str | None, typer.Option(help=r"What a number looks like, such as '\d{5}'.", show_default=False)]

Allowed = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|LIST", help="The only numbers there are: a file, one a line, or 12,34.", show_default=False
    ),
]
