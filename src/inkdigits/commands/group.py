"""``group``: commands about one noun, such as ``inkdigits models``."""

from __future__ import annotations

import typer


def group(name: str, what: str, example: str) -> typer.Typer:
    """A group of commands, which lists them when none is named.

    Args:
        name: The noun.
        what: Its help.
        example: A command line that works.
    """
    return typer.Typer(name=name, help=what, epilog=f"Example: {example}", no_args_is_help=True, rich_markup_mode=None)
