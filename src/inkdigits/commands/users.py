"""``inkdigits users``: who may sign in, as whoever can open the database decides."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from inkdigits.commands.extra import extra
from inkdigits.commands.group import group
from inkdigits.commands.logged import command_line
from inkdigits.errors import OptionError

if TYPE_CHECKING:
    from inkdigits.accounts.office import Accounts
    from inkdigits.accounts.people import Person

users = group(
    "users", "Manages who may sign in, where accounts are on (INKDIGITS_AUTH).", "inkdigits users add ada --role admin"
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name to sign in with.", show_default=False)]
Role = Annotated[str, typer.Option(metavar="[user|reviewer|admin]", help="What they may do.")]
Stdin = Annotated[bool, typer.Option("--password-stdin", help="Take the password from standard input.")]
OneTime = Annotated[bool, typer.Option("--one-time", help="Make a password to hand over; it must be changed.")]


@users.command()
def add(name: Name, role: Role = "user", password_stdin: Stdin = False, one_time: OneTime = False) -> None:
    """Adds a person; asks for a password.

    Example: inkdigits users add ada --role admin
    """
    from inkdigits import terminal
    from inkdigits.storage.actor import check_role

    accounts = _accounts()
    password = _chosen(password_stdin, one_time)
    made = accounts.people.add(command_line(), name, check_role(role), password)
    _tell(f"{name} may sign in as {role}.", made)
    if accounts.settings.auth == "off":
        terminal.err().print("The app asks nobody who they are yet: set INKDIGITS_AUTH=local for it.", soft_wrap=True)


@users.command("list")
def list_users(as_json: Annotated[bool, typer.Option("--json", help="JSON, one object a line.")] = False) -> None:
    """Lists all people.

    Example: inkdigits users list
    """
    from rich.table import Table

    from inkdigits import terminal

    people = _accounts().people.list(command_line())
    if as_json:
        for person in people:
            terminal.write_json(_plain(person))
        return
    if not people:
        terminal.out().print("Nobody yet: inkdigits users add NAME --role admin")
        return
    table = Table("name", "role", "state", "added", "last seen")
    for person in people:
        days = terminal.day(person.created), terminal.day(person.seen)
        table.add_row(person.name, person.role, _state(person), *days)
    terminal.out().print(table)


@users.command()
def role(name: Name, new: Annotated[str, typer.Argument(metavar="ROLE", help="user, reviewer or admin.")]) -> None:
    """Gives a person another role, at once.

    Example: inkdigits users role ada reviewer
    """
    from inkdigits.storage.actor import check_role

    accounts = _accounts()
    accounts.people.set_role(command_line(), _find(accounts, name).id, check_role(new))
    _tell(f"{name} is now {new}.")


@users.command()
def disable(name: Name) -> None:
    """Ends all sign-ins of a person, and allows no more.

    What they read stays.

    Example: inkdigits users disable ada
    """
    accounts = _accounts()
    accounts.people.disable(command_line(), _find(accounts, name).id)
    _tell(f"{name} cannot sign in any more.")


@users.command()
def enable(name: Name) -> None:
    """Lets a disabled person sign in again.

    Example: inkdigits users enable ada
    """
    accounts = _accounts()
    accounts.people.enable(command_line(), _find(accounts, name).id)
    _tell(f"{name} may sign in again.")


@users.command()
def reset(name: Name, password_stdin: Stdin = False, one_time: OneTime = False) -> None:
    """Gives a person another password and ends all their sign-ins.

    Example: inkdigits users reset ada --one-time
    """
    accounts = _accounts()
    person = _find(accounts, name)
    password = _chosen(password_stdin, one_time)
    _tell(f"{name} has a new password.", accounts.people.reset(command_line(), person.id, password))


def _accounts() -> Accounts:
    with extra("Accounts", "app"):
        from inkdigits.accounts.office import Accounts

        return Accounts.open()


def _find(accounts: Accounts, name: str) -> Person:
    return accounts.people.named(command_line(), name)


def _chosen(from_stdin: bool, one_time: bool) -> str | None:
    """The password to give; None for one to hand over."""
    if from_stdin and one_time:
        raise OptionError("--password-stdin takes a password and --one-time makes one: choose one of them")
    return None if one_time else _password(from_stdin)


def _password(from_stdin: bool) -> str:
    """A password that no list of processes and no history of a shell sees."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise OptionError("nobody is there to type a password: pipe it in with --password-stdin, or use --one-time")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _tell(words: str, one_time: str | None = None) -> None:
    from inkdigits import terminal

    terminal.out().print(words)
    if one_time is not None:
        terminal.out().print(f"Password to hand over, good for three days until it is changed: {one_time}")


def _state(person: Person) -> str:
    if person.disabled:
        return "disabled"
    if person.external:
        return "signs in elsewhere"
    return "one-time password" if person.one_time else "active"


def _plain(person: Person) -> dict[str, object]:
    return {
        "name": person.name,
        "role": person.role,
        "disabled": person.disabled,
        "one_time": person.one_time,
        "external": person.external,
        "created": person.created.isoformat(),
        "seen": person.seen.isoformat() if person.seen else None,
    }
