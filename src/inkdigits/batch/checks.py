"""``Checks``: what people say that the doubtful numbers of a batch really are, and results in which that counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from inkdigits.batch.cuttings import is_doubtful, name_of
from inkdigits.batch.forms import GROUP, form_of
from inkdigits.batch.look import Look
from inkdigits.batch.row import Row
from inkdigits.errors import OptionError
from inkdigits.storage.corrections import checked_text

FILE = "checks.jsonl"


class Checks:
    """A journal, a line for each thing that was said: the last one about a number counts, and nothing is rewritten."""

    def __init__(self, path: Path) -> None:
        """Takes the file; it is made with the first word."""
        self._path = path

    def read(self) -> dict[str, str]:
        """What each number is, by :func:`~inkdigits.batch.cuttings.name_of`; ``""`` is no number."""
        said: dict[str, str | None] = {}
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return {}
        for line in lines:
            said.update(_told(line))
        return {name: text for name, text in said.items() if text is not None}

    def add(self, said: Mapping[str, str | None]) -> None:
        """Notes what some numbers are; None takes back what was said before.

        Raises:
            OptionError: A text has letters in it, or is too long.
        """
        checked = {name: None if text is None else _number(text) for name, text in said.items()}
        with self._path.open("ab") as file:  # on a line of its own, whatever a power cut left of the one before
            file.write(b"\n" + json.dumps(checked).encode() + b"\n")


def settled(rows: Iterable[Row], said: Mapping[str, str]) -> Iterator[Row]:
    """The same rows, with those that somebody has checked as they said.

    Args:
        rows: Some results.
        said: As :meth:`Checks.read` gives it.
    """
    for row in rows:
        text = said.get(name_of(row)) if is_doubtful(row) else None
        if text is None:
            yield row
        else:
            digits = "".join(sign for sign in text if sign.isdecimal())
            reason = "" if digits else row.reason or "not_a_number"
            yield replace(row, text=digits, raw=text, confidence=1.0, status="checked", reason=reason)


def settled_results(results: Path, said: Mapping[str, str]) -> bytes:
    """The file of results that a batch came to, in its own form, with what somebody has checked as they said.

    Args:
        results: The file; it stays as it is.
        said: As :meth:`Checks.read` gives it.

    Raises:
        FileNotFoundError: It is gone.
    """
    form = form_of(results)
    with TemporaryDirectory() as place, closing(Look(results).all_rows()) as rows:
        path = Path(place) / results.name
        form.merge((BytesIO(form.encode(group)) for group in _groups(settled(rows, said))), path)
        return path.read_bytes()


def _groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while group := list(islice(rows, GROUP)):
        yield group


def _number(text: str) -> str:
    if any(map(str.isalpha, text)):
        raise OptionError("a number has digits and signs only")
    return checked_text(text)


def _told(line: bytes) -> dict[str, str | None]:
    """What a line says; nothing when it is one that a power cut left half of."""
    try:
        told: dict[str, str | None] = json.loads(line)
    except ValueError:
        return {}
    return told
