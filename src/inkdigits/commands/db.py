"""``inkdigits db``: the versions of the database's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.commands.confirming import confirm
from inkdigits.commands.extra import extra
from inkdigits.commands.group import group

if TYPE_CHECKING:
    from inkdigits.storage.database import Database

db = group("db", "Brings the tables of the history's database up to date, or back.", "inkdigits db upgrade")

Json = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]


@db.command()
def upgrade(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="Where to; else the newest.")] = "head",
) -> None:
    """Brings the tables to this program's version.

    The embedded database does that by itself.

    Example: inkdigits db upgrade
    """
    database = _database()
    from inkdigits.storage import schema

    schema.upgrade(database, version)
    _tell(database, as_json=False)


@db.command()
def current(as_json: Json = False) -> None:
    """Shows the version of the tables, and the one wanted.

    Example: inkdigits db current --json
    """
    _tell(_database(), as_json)


@db.command()
def downgrade(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="Where to; base takes all tables away.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Takes the tables back to an earlier version.

    What only later ones keep is lost.

    Example: inkdigits db downgrade 0001 --yes
    """
    database = _database()
    from inkdigits.storage import schema

    confirm(f"Take {database.name} back to {version}? What only later versions keep is lost.", yes=yes)
    schema.downgrade(database, version)
    _tell(database, as_json=False)


def _database() -> Database:
    from inkdigits.settings import Settings

    with extra("the history", "store"):
        from inkdigits.storage.database import Database

    return Database(Settings.resolve(None))


def _tell(database: Database, as_json: bool) -> None:
    from inkdigits import terminal
    from inkdigits.storage import schema

    there = schema.current(database) if database.exists else None
    lines = {"database": database.name, "tables": there, "program": schema.head()}
    if as_json:
        terminal.write_json(lines)
        return
    for name, value in lines.items():
        terminal.out().print(f"{name:<10} {value or 'none'}", soft_wrap=True)
