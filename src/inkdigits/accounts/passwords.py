"""Passwords: which are good enough, and how they are kept (Argon2id) and compared."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from inkdigits.errors import MissingExtraError, OptionError

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 12, 256
DIFFERENT = 5  # a password of fewer different characters is guessed soon
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_AT_ONCE = BoundedSemaphore(2)  # each hash takes 64 MiB: a flood of sign-ins must not take all memory


def check_password(password: str, name: str) -> None:
    """Refuses a new password that would be guessed.

    Raises:
        OptionError: It is too short, too long, too uniform, or holds the name.
    """
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise OptionError(f"this password has {len(plain)} characters; at least {SHORTEST} are needed (a few words do)")
    if len(plain) > LONGEST:
        raise OptionError(f"this password has {len(plain)} characters; at most {LONGEST} are taken")
    if len(set(plain)) < DIFFERENT:
        raise OptionError(f"this password has only {len(set(plain))} different characters; use {DIFFERENT} or more")
    if len(name) > 2 and _normal(name).casefold() in plain.casefold():
        raise OptionError("this password holds the name; choose another")


def hash_password(password: str) -> str:
    """The password as it is kept."""
    with _AT_ONCE:
        return _hasher().hash(_normal(password))


def verify_password(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Compares a password with what is kept; takes the same time when nothing is.

    Args:
        password: What was typed.
        kept: What :func:`hash_password` made; None when there is no such account, or it has no password.

    Returns:
        Whether it is right, and a new hash to keep instead when the old one is of weaker settings.
    """
    typed = _normal(password[: LONGEST + 1])
    with _AT_ONCE:
        right, better = _hasher().verify_and_update(typed, kept or _decoy())
    return (right, better) if kept is not None else (False, None)


def one_time_password() -> str:
    """A random password to hand to somebody: 4 groups of 5 characters, 99 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(5)) for _ in range(4))


@cache
def _hasher() -> PasswordHash:
    try:
        from pwdlib import PasswordHash
        from pwdlib.exceptions import HasherNotAvailable
    except ImportError as error:
        raise MissingExtraError("Accounts", "app") from error
    try:
        return PasswordHash.recommended()
    except HasherNotAvailable as error:
        raise MissingExtraError("Accounts", "app") from error


@cache
def _decoy() -> str:
    return _hasher().hash(secrets.token_urlsafe())


def _normal(text: str) -> str:
    """The same characters for the same keys, on every keyboard and system."""
    return unicodedata.normalize("NFKC", text)
