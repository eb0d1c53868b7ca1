"""The worker of a batch: what was uploaded goes when it was read, whatever ends the worker."""

from __future__ import annotations

from pathlib import Path

from batch_sources import DIGITS, rows_in
from inkdigits.batch.asked import INPUT, Asked
from inkdigits.batch.background import work
from inkdigits.jobs.standing import read_standing


def test_a_worker_that_was_killed_while_uploads_went_has_only_that_left_to_do(here: Path) -> None:
    folder = here / "batch"
    place = folder / INPUT
    place.mkdir(parents=True)
    for name in ("a.png", "b.png"):
        (place / name).write_bytes(DIGITS[4])
    asked = Asked("two", "2026-01-01T00:00:00+00:00", None, "", str(place), ("a.png", "b.png"), True, expect="digit")
    asked.write(folder)
    work(folder)
    results = asked.results(folder).read_bytes()
    assert [row["source"] for row in rows_in(asked.results(folder))] == ["a.png", "b.png"]
    assert not place.exists()

    place.mkdir()
    (place / "b.png").write_bytes(DIGITS[4])  # of those that were uploaded, what was not gone yet
    work(folder)
    assert read_standing(folder).state == "finished"
    assert asked.results(folder).read_bytes() == results
    assert not place.exists()
