"""``confirm``: asks before what cannot be undone."""

from __future__ import annotations

import sys

import typer

from inkdigits.errors import OptionError


def confirm(question: str, *, yes: bool) -> None:
    """Asks on standard error, and ends the command when the answer is no.

    Args:
        question: What is about to happen.
        yes: The answer was given on the command line.

    Raises:
        OptionError: Nobody is there to answer.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise OptionError(f"{question} This cannot be undone, and nobody is there to answer: say --yes")
    typer.confirm(question, abort=True, err=True)
