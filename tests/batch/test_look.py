"""What can be seen of a batch while it runs is what is in its results when it is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from inkdigits.batch.forms import FORMS
from inkdigits.batch.item import Item, Refused
from inkdigits.batch.journal import Journal
from inkdigits.batch.look import Look
from inkdigits.batch.part import Part
from inkdigits.batch.row import Row
from inkdigits.batch.work import Outcome


def row(source: str, text: str = "12", number: int | None = 1) -> Row:
    box = (3, 4, 20, 9) if number else (None,) * 4
    return Row(source, 1, number, text, text, 0.9125, *box, "sure", "", "model", "00ff")


ROWS = [row("=1.png"), row("a,\"b'\n.png", "007"), row("c.png", "", None)]
REFUSED = Refused("bad.png", None, "damaged, or cut off")


def begin(out: Path) -> Journal:
    """A journal of three chunks, as a run has it that is about to read."""
    journal = Journal(out)
    (journal.folder / "parts").mkdir(parents=True)
    journal.plan([Item(name, f"/{name}") for name in "abc"], {"expect": "page", "form": out.suffix[1:]})
    return journal


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_rows_and_refusals_are_seen_as_they_come(tmp_path: Path, form: str) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow", reason="needs the 'parquet' extra")
    journal = begin(tmp_path / f"results.{form}")
    look = Look(journal.out)
    assert (look.rows(5), look.refused(5)) == ([], [])
    journal.keep(1, Part.of(Outcome(tuple(ROWS[1:]), (REFUSED,), 2), form))
    assert [found.text for found in look.rows(5)] == ["007", ""]
    assert look.refused(5) == [REFUSED]
    journal.keep(0, Part.of(Outcome((ROWS[0],), (Refused("first.png", 3, "x"),), 1), form))
    assert [found.text for found in look.rows(2)] == ["12", "007"]
    assert [one.source for one in look.refused(5)] == ["first.png", "bad.png"]
    assert [one.source for one in look.refused(1)] == ["first.png"]
    before = look.rows(5)
    assert before[1:] == ROWS[1:]
    assert before[0].source == ("'=1.png" if form == "csv" else "=1.png")  # CSV is neutral for spreadsheets
    journal.keep(2, Part())
    journal.write_results(FORMS[form], 3)
    journal.remove()
    done = Look(journal.out)
    assert (done.rows(5), done.rows(1), done.refused(5)) == (before, before[:1], look.refused(5))


def test_a_part_that_is_being_written_is_left_out(tmp_path: Path) -> None:
    journal = begin(tmp_path / "results.jsonl")
    whole = Part.of(Outcome((ROWS[0],), (REFUSED,), 1), "jsonl").to_bytes()
    (journal.folder / "parts" / "00000000.part").write_bytes(whole[:-5])
    (journal.folder / "parts" / "00000001.part.part").write_bytes(whole)
    look = Look(journal.out)
    assert (look.rows(5), look.refused(5)) == ([], [])
    (journal.folder / "parts" / "00000000.part").write_bytes(whole)
    assert (look.rows(5), look.refused(5)) == ([ROWS[0]], [REFUSED])
