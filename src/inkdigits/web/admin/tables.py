"""Tables of the Admin and Account pages."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime

from inkdigits.accounts.keys import Key
from inkdigits.accounts.people import Person
from inkdigits.accounts.sessions import Shown
from inkdigits.storage.audit import AuditEntry

_BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")  # in this order: each names those after it, too
_CALLED = {"Edg": "Edge", "OPR": "Opera"}
_SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


def people_table(people: Sequence[Person]) -> str:
    """People with their role and state."""
    rows = ((person.name, person.role, state(person), moment(person.created), moment(person.seen)) for person in people)
    return _table("People", ("Name", "Role", "State", "Added", "Last seen"), rows)


def sign_ins(sessions: Sequence[Shown], with_names: bool = False) -> str:
    """Sign-ins that hold."""
    heads = ("Browser", "From", "Since", "Last used")
    rows = ((browser(one.agent), one.address, moment(one.created), moment(one.seen)) for one in sessions)
    if with_names:
        named = ((one.person, *row) for one, row in zip(sessions, rows, strict=True))
        return _table("Sign-ins", ("Name", *heads), named)
    return _table("Sign-ins", heads, rows)


def keys_table(keys: Sequence[Key], with_names: bool = False) -> str:
    """API keys, also those that open nothing any more."""
    heads = ("For", *(("Whose",) if with_names else ()), "Role", "State", "Begins with", "Expires", "Last used")
    rows = (
        (
            key.name,
            *((key.person or "nobody",) if with_names else ()),
            key.role,
            key.state,
            f"ink_{key.id}",
            moment(key.until),
            moment(key.used),
        )
        for key in keys
    )
    return _table("API keys", heads, rows)


def audit_table(entries: Sequence[AuditEntry]) -> str:
    """Entries of the audit log."""
    rows = (
        (
            moment(entry.created, seconds=True),
            entry.person or "–",
            entry.action,
            " · ".join(filter(None, (entry.subject, details(entry)))) or "–",
            entry.address or "–",
        )
        for entry in entries
    )
    return _table("Audit log", ("When (UTC)", "Who", "What", "To whom or what", "From"), rows)


def facts_table(caption: str, facts: Iterable[tuple[str, str]]) -> str:
    """Names and what they are."""
    return _table(caption, ("Setting", "Is"), facts, "ink-facts")


def state(person: Person) -> str:
    """Whether and how a person can sign in."""
    if person.disabled:
        return "disabled"
    if person.external:
        return "signs in elsewhere"
    return "one-time password" if person.one_time else "active"


def moment(when: datetime | None, seconds: bool = False) -> str:
    """A time in UTC; "never" for none."""
    if when is None:
        return "never"
    return f"{when:%Y-%m-%d %H:%M:%S}" if seconds else f"{when:%Y-%m-%d %H:%M}"


def browser(agent: str) -> str:
    """The browser and system that a user agent names, as far as it does."""
    name = next((known for known in _BROWSERS if known in agent), "")
    system = next((known for known in _SYSTEMS if known in agent), "")
    return " on ".join(filter(None, (_CALLED.get(name, name), system))) or "Unknown"


def details(entry: AuditEntry) -> str:
    """What else an entry says, in words."""
    return ", ".join(f"{name}: {value}" for name, value in entry.details.items())


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], style: str = "ink-wide") -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{html.escape(first)}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for first, *cells in rows
    )
    return (
        f'<div class="ink-scroll" tabindex="0" role="region" aria-label="{html.escape(caption)}">'
        f'<table class="ink-table {style}"><caption>{html.escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
