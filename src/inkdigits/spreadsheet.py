"""Text for spreadsheets: what they would run as a formula is made plain, and what no file can hold is replaced."""

from __future__ import annotations

import re

_FORMULA = re.compile("[\t\r\n]|[\\s\x00-\x1f\x7f-\xa0\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*[=+\\-@＝＋－＠]")
_BREAK = re.compile(r"([;\r\n])")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*")


def neutral(text: str) -> str:
    """Puts an apostrophe before what a spreadsheet would run as a formula (OWASP, CSV injection).

    That is what begins with ``=``, ``+``, ``-``, ``@``, their full-width forms, a tab or a line break, also behind
    spaces and signs that nobody sees. Plain numbers such as ``-12.5`` stay what they are. Half of a surrogate pair, as
    in names of files that are no UTF-8, becomes a question mark.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def neutral_csv(text: str) -> str:
    """The same for a cell of CSV, where a semicolon and a line break may begin a cell in the middle of a text.

    They do where lists are separated by semicolons: there, quotes behind a comma protect nothing.
    """
    pieces = _BREAK.split(neutral(text))
    return "".join(piece if place % 2 else neutral(piece) for place, piece in enumerate(pieces))
