"""``inkdigits keys``: API keys of the service, as whoever can open the database decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from inkdigits.commands.extra import extra
from inkdigits.commands.group import group
from inkdigits.commands.logged import command_line

if TYPE_CHECKING:
    from inkdigits.accounts.keys import Key
    from inkdigits.accounts.office import Accounts

keys = group("keys", "Manages the API keys with which programs use the service.", "inkdigits keys add scanner")

Person = Annotated[str | None, typer.Option(metavar="NAME", help="Whose, where people have accounts.")]
Json = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]


@keys.command()
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.", show_default=False)],
    person: Person = None,
    role: Annotated[str, typer.Option(metavar="[user|reviewer|admin]", help="What it may do at most.")] = "user",
    days: Annotated[int | None, typer.Option(help="Days after which it expires; else never.")] = None,
) -> None:
    """Makes a key and prints it, once.

    It goes to standard output; only its hash is kept. Where people have accounts (INKDIGITS_AUTH), it belongs to one
    of them and never may do more than they. Without accounts it belongs to nobody, and locks a service that is
    started with --keys.

    Example: inkdigits keys add scanner --days 365
    """
    from inkdigits import terminal
    from inkdigits.storage.actor import check_role

    accounts = _accounts()
    token = accounts.keys.add(command_line(), name, _find(accounts, person), check_role(role), days=days)
    terminal.err().print(
        "Keep this key: it is not shown again. Programs send it as 'Authorization: Bearer KEY'.", soft_wrap=True
    )
    typer.echo(token)


@keys.command("list")
def list_keys(person: Person = None, as_json: Json = False) -> None:
    """Lists the keys, also those that are revoked or expired.

    Example: inkdigits keys list --json
    """
    from rich.table import Column, Table

    from inkdigits import terminal

    accounts = _accounts()
    everybody = person is None
    found = accounts.keys.list(command_line(), _find(accounts, person), all_people=everybody)
    if as_json:
        for key in found:
            terminal.write_json(_plain(key))
        return
    if not found:
        terminal.out().print("No keys yet: inkdigits keys add NAME")
        return
    table = Table(Column("id", no_wrap=True), "name", "of", "role", "state", "expires", "last used")
    for key in found:
        owner = key.person or "nobody"
        days = terminal.day(key.until), terminal.day(key.used)
        table.add_row(key.id, key.name, owner, key.role, key.state, *days)
    terminal.out().print(table)


@keys.command()
def revoke(key: Annotated[str, typer.Argument(metavar="ID", help="Id of the key.", show_default=False)]) -> None:
    """Ends a key for good, from the next request on.

    Example: inkdigits keys revoke 4k2v9s0q1x
    """
    from inkdigits import terminal

    gone = _accounts().keys.revoke(command_line(), key)
    terminal.out().print(f"The key {gone.name!r} opens nothing any more.")


def _accounts() -> Accounts:
    with extra("API keys", "store"):
        from inkdigits.accounts.office import Accounts

        return Accounts.open()


def _find(accounts: Accounts, person: str | None) -> int | None:
    return None if person is None else accounts.people.named(command_line(), person).id


def _plain(key: Key) -> dict[str, Any]:
    moments = {name: getattr(key, name) for name in ("created", "used", "until")}
    return {
        **{name: getattr(key, name) for name in ("id", "name", "person", "role", "state")},
        **{name: when and when.isoformat() for name, when in moments.items()},
    }
