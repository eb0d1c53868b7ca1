"""All readings of an album as rows: on the page, as CSV and as JSON."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inkdigits.reading import Digit, Reading, percent
from inkdigits.web.answer.digit import figures

STATES = {"sure": "sure", "look_again": "look again", "not_a_digit": "not a digit"}
COLUMNS = ("picture", "answer", "state", "confidence", "second", "second_confidence", "digitness", "error", "model")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One picture's name with its reading or its error."""

    name: str
    reading: Reading | None
    error: str = ""


def state_words(digit: Digit) -> str:
    """The state of a digit in words, the same in every table and card."""
    return "nothing to read" if digit.reason == "blank" else STATES[digit.state]


def to_csv(rows: Sequence[Row]) -> bytes:
    """CSV with a header, in UTF-8 with a byte order mark, which spreadsheets need to see that it is UTF-8."""
    memory = io.StringIO()
    writer = csv.DictWriter(memory, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _neutral(value) for key, value in _flat(row).items()} for row in rows)
    return memory.getvalue().encode("utf-8-sig")


def to_json(rows: Sequence[Row]) -> bytes:
    """A JSON list: each picture's reading as :meth:`Reading.to_dict` gives it, or its error."""
    items: list[dict[str, Any]] = []
    for row in rows:
        if row.reading is None:
            items.append({"source": row.name, "error": row.error})
        else:
            items.append({**row.reading.to_dict(), "source": row.name})
    return json.dumps(items, indent=2, ensure_ascii=False).encode()


def to_html(rows: Sequence[Row]) -> str:
    """An HTML table of picture, answer, state and confidence, or the error."""
    body = "".join(_html_row(row) for row in rows)
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Picture", "Answer", "State", "Confidence"))
    caption = "<caption>All readings, in the order above</caption>"
    return (
        f'<div class="ink-scroll" tabindex="0" role="region" aria-label="All readings"><table class="ink-table">'
        f"{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _html_row(row: Row) -> str:
    name = f'<th scope="row">{html.escape(row.name)}</th>'
    if row.reading is None:
        return f'<tr>{name}<td colspan="3">{html.escape(row.error)}</td></tr>'
    digit = row.reading.digits[0]
    confidence = "–" if digit.state == "not_a_digit" else percent(digit.confidence)
    answer = " or ".join(figures(digit)) or "–"
    return f"<tr>{name}<td>{answer}</td><td>{state_words(digit)}</td><td>{confidence}</td></tr>"


def _flat(row: Row) -> dict[str, str]:
    if row.reading is None:
        return {"picture": row.name, "error": row.error}
    digit = row.reading.digits[0]
    second, share = digit.ranking[1]
    ranked = any(digit.probabilities)
    return {
        "picture": row.name,
        "answer": digit.text,
        "state": state_words(digit),
        "confidence": f"{digit.confidence:.4f}",
        "second": str(second) if ranked else "",
        "second_confidence": f"{share:.4f}" if ranked else "",
        "digitness": f"{digit.digitness:.4f}",
        "error": "",
        "model": row.reading.model,
    }


def _neutral(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
