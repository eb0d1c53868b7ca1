"""The help of every command: an example, exit codes, and lines that fit 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from inkdigits.cli import app


def commands(group: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*names, name))
        else:
            yield (*names, name)


@pytest.mark.parametrize("command", list(commands(typer.main.get_command(app))), ids=" ".join)
def test_help_has_an_example(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert command == ("version",) or f"Example: inkdigits {' '.join(command)}" in " ".join(result.output.split())


def test_help_lists_the_commands_and_exit_codes() -> None:
    top = CliRunner().invoke(app, ["--help"])
    assert all(command in top.output for command in ("read", "app", "train", "evaluate", "version"))
    for output in (top.output, CliRunner().invoke(app, ["read", "--help"]).output):
        assert "Exit codes" in output


def test_what_a_command_does_is_never_cut_off() -> None:
    groups = {name[:-1] for name in commands(typer.main.get_command(app))}
    for group in groups:
        lines = CliRunner().invoke(app, [*group, "--help"], terminal_width=80).output.splitlines()
        assert [line for line in lines if line.endswith("...") and "Usage" not in line] == [], group
