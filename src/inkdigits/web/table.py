"""All numbers of an album as rows: on the page, as CSV and as JSON, each with its correction."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inkdigits.choices import is_blank, second, state_words
from inkdigits.reading import Number, Reading
from inkdigits.spreadsheet import neutral_csv
from inkdigits.web.answer.number import figures
from inkdigits.web.sheet.view import nothing_found
from inkdigits.wording import percent

COLUMNS = (
    *("picture", "page", "number", "answer", "read", "raw", "corrected", "state", "confidence"),
    *("second", "second_confidence", "left", "top", "width", "height", "error", "model"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One page of one picture with its reading, or its error; corrected texts by the number's place."""

    name: str
    reading: Reading | None
    error: str = ""
    corrections: Mapping[int, str] = field(default_factory=dict)


def to_csv(rows: Sequence[Row]) -> bytes:
    """CSV with a header, in UTF-8 with a byte order mark, which spreadsheets need to see that it is UTF-8.

    One line a number; ``answer`` is the corrected text where there is one, and ``read`` what was read.
    """
    memory = io.StringIO()
    writer = csv.DictWriter(memory, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerows({key: neutral_csv(value) for key, value in line.items()} for line in _flat(row))
    return memory.getvalue().encode("utf-8-sig")


def to_json(rows: Sequence[Row]) -> bytes:
    """A JSON list: each page's reading as :meth:`Reading.to_dict` gives it, or its error.

    Each number has ``corrected``, the text that a person put in its place, or null.
    """
    items: list[dict[str, Any]] = []
    for row in rows:
        if row.reading is None:
            items.append({"source": row.name, "error": row.error})
            continue
        item = {**row.reading.to_dict(), "source": row.name}
        item["numbers"] = [
            {**number, "corrected": row.corrections.get(place)} for place, number in enumerate(item["numbers"])
        ]
        items.append(item)
    return json.dumps(items, indent=2, ensure_ascii=False).encode()


def to_html(rows: Sequence[Row]) -> str:
    """An HTML table of picture, number, state and confidence, or the error."""
    body = "".join(line for row in rows for line in _html_rows(row))
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Picture", "Number", "State", "Confidence"))
    caption = "<caption>All readings, in the order above</caption>"
    return (
        f'<div class="ink-scroll" tabindex="0" role="region" aria-label="All readings"><table class="ink-table">'
        f"{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _html_rows(row: Row) -> Iterator[str]:
    name = f'<th scope="row">{html.escape(_page_name(row))}</th>'
    if row.reading is None:
        yield f'<tr>{name}<td colspan="3">{html.escape(row.error)}</td></tr>'
        return
    shown = [(place, number) for place, number in enumerate(row.reading.numbers) if _worth_a_row(row, place, number)]
    for place, number in shown:
        corrected = row.corrections.get(place)
        answer = " or ".join(figures(number)) if corrected is None else corrected
        state = state_words(number) if corrected is None else "corrected"
        confidence = percent(number.confidence) if number.text and corrected is None else "–"
        yield f"<tr>{name}<td>{html.escape(answer) or '–'}</td><td>{state}</td><td>{confidence}</td></tr>"
    if not shown:
        yield f'<tr>{name}<td colspan="3">{nothing_found(row.reading.numbers)}</td></tr>'


def _worth_a_row(row: Row, place: int, number: Number) -> bool:
    """Words on a page are no rows; a picture of nothing else is one."""
    alone = row.reading is not None and len(row.reading.numbers) == 1
    return number.state != "not_a_digit" or place in row.corrections or (alone and not is_blank(number))


def _page_name(row: Row) -> str:
    if row.reading is None or row.reading.pages == 1:
        return row.name
    return f"{row.name}, page {row.reading.page + 1}"


def _flat(row: Row) -> Iterator[dict[str, str]]:
    if row.reading is None:
        yield {"picture": row.name, "error": row.error}
        return
    place_of = {"picture": row.name, "page": str(row.reading.page + 1)}
    if not row.reading.numbers:
        yield {**place_of, "state": nothing_found(()), "model": row.reading.model}
    for place, number in enumerate(row.reading.numbers):
        corrected = row.corrections.get(place)
        other = second(number)
        yield {
            **place_of,
            "number": str(place + 1),
            "answer": number.text if corrected is None else corrected,
            "read": number.text,
            "raw": number.raw,
            "corrected": "" if corrected is None else "yes",
            "state": state_words(number),
            "confidence": f"{number.confidence:.4f}",
            "second": other.text if other else "",
            "second_confidence": f"{other.share:.4f}" if other else "",
            **_corners(number),
            "error": row.error,
            "model": row.reading.model,
        }


def _corners(number: Number) -> dict[str, str]:
    box = number.box
    return {} if box is None else {name: str(getattr(box, name)) for name in ("left", "top", "width", "height")}
