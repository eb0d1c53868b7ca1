"""The History page on a store of many readings: how long until it is there, and what it asks the database meanwhile.

Every filter of the page is asked for, alone and with others; the slowest is a measure of its own.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import insert
from sqlalchemy.orm import Session

import inkdigits
from benchmarks.results import Result, measure
from inkdigits.evaluation.clock import clocked, medians
from inkdigits.reading import Box, Digit, Number, Reading
from inkdigits.settings import Settings
from inkdigits.storage import LOCAL, Actor
from inkdigits.storage.entry import Entry
from inkdigits.storage.filter import Filter
from inkdigits.storage.picture import Picture
from inkdigits.storage.readings import row_values
from inkdigits.storage.record import Origin
from inkdigits.storage.store import Store
from inkdigits.storage.tables import CorrectionRow, PictureRow, ReadingRow

READINGS = 100_000
_PAGE = Path(inkdigits.__file__).parent / "web" / "views" / "history.py"
_WAIT = 150.0  # seconds after which the page has failed
EACH = 25
TIMES = 9
_BATCH = 2000
_NEWEST = datetime(2026, 1, 1, tzinfo=timezone.utc)
_SOURCES: tuple[Origin, ...] = ("upload", "upload", "upload", "draw", "camera")
_CHECKED = 0.05  # share of readings that somebody corrected or found right
_NOT_A_PAGE = ("names of people", "open one", "what corrections teach")


def run(limit: int | None = None, url: str | None = None) -> Result:
    """Fills a store and measures it: seconds, the median of several times, by what was asked.

    Args:
        limit: So many readings instead of 100,000.
        url: An upgraded, empty PostgreSQL database; else SQLite.
    """
    count = limit or READINGS
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), database_url=url)
        store = Store.open(settings)
        try:
            _fill(store, count)
            asked = {name: _measure(ask) for name, ask in _questions(store, count).items()}
        finally:
            store.close()
        page = _measure(_page_of(settings))
    slowest = max(took["wall"] for name, took in asked.items() if name not in _NOT_A_PAGE)
    for name, took in {**asked, "the whole page": page}.items():
        print(f"{name:<34} {1000 * took['wall']:8.1f} ms, {1000 * took['cpu']:8.1f} ms of processor", flush=True)
    return {
        "readings": count,
        "asked": asked,
        "page": page,
        "measures": {
            "history_seconds": measure(page["wall"], count),
            "history_filter_seconds": measure(slowest, count),
        },
    }


def _page_of(settings: Settings) -> Callable[[], Any]:
    """What runs the page's script again, as a click on it does, in an app that has shown it before."""
    from streamlit.testing.v1 import AppTest

    os.environ["INKDIGITS_HOME"] = str(settings.home)
    if settings.database_url:
        os.environ["INKDIGITS_DATABASE_URL"] = settings.database_url
    app = AppTest.from_file(str(_PAGE), default_timeout=_WAIT).run()

    def run_again() -> None:
        app.run()
        shown = [button.label for button in app.button if button.label.startswith("Open ")]
        if app.exception or len(shown) != EACH:
            raise RuntimeError(f"the page shows {len(shown)} readings instead of {EACH}: {app.exception}")

    return run_again


def _measure(ask: Callable[[], Any]) -> Result:
    return medians([clocked(ask) for _ in range(TIMES)])


def _questions(store: Store, count: int) -> dict[str, Callable[[], Any]]:
    user = Actor(7, "Person 7", "user")
    middle = _NEWEST - timedelta(minutes=count // 2)
    return {
        "first page": lambda: _page(store, LOCAL, Filter()),
        "first page of one of 50 people": lambda: _page(store, user, Filter()),
        "page in the middle": lambda: store.list(LOCAL, Filter(), EACH, f"{middle.isoformat()}/x"),
        "one person": lambda: _page(store, LOCAL, Filter(person="Person 7")),
        "one source": lambda: _page(store, LOCAL, Filter(source="camera")),
        "checked ones": lambda: _page(store, LOCAL, Filter(checked=True)),
        "one day": lambda: _page(store, LOCAL, Filter(since=middle, until=middle + timedelta(days=1))),
        "text that is there": lambda: _page(store, LOCAL, Filter(text="40")),
        "text that is not there": lambda: _page(store, LOCAL, Filter(text="no such text")),
        "text of one of 50 people": lambda: _page(store, user, Filter(text="no such text")),
        "doubtful ones": lambda: _page(store, LOCAL, Filter(highest=0.5)),
        "sure ones": lambda: _page(store, LOCAL, Filter(lowest=0.9)),
        "person, source, doubt, text": lambda: _page(
            store, LOCAL, Filter(person="Person 7", source="draw", highest=0.9, text="4")
        ),
        "source and doubt that are rare": lambda: _page(store, LOCAL, Filter(source="camera", highest=0.01)),
        "half of all days, checked": lambda: _page(store, LOCAL, Filter(since=middle, checked=True)),
        "names of people": lambda: store.people(LOCAL),
        "open one": lambda: store.get(f"r{count // 2}", LOCAL),
        "what corrections teach": lambda: store.teaching(LOCAL, _NEWEST - timedelta(minutes=count // 10)),
    }


def _page(store: Store, actor: Actor, wanted: Filter) -> None:
    """What the page asks to be drawn once."""
    listing = store.list(actor, wanted, EACH)
    store.count(actor, wanted)
    store.thumbnails([record.id for record in listing.records], actor)


def _fill(store: Store, count: int) -> None:
    """Rows as ``Store.add`` would write them, many at once; a thousand pictures are shared among them."""
    chance = random.Random(5)
    rng = np.random.default_rng(5)
    pictures = [Picture.of(rng.integers(0, 256, (60, 120)).astype(np.uint8)) for _ in range(1000)]

    def add_pictures(session: Session) -> None:
        rows = [
            {"sha256": f"p{place}", "size": 1, "suffix": ".png", "width": 120, "height": 60} for place in range(1000)
        ]
        session.execute(
            insert(PictureRow),
            [{**row, "thumbnail": picture.thumbnail} for row, picture in zip(rows, pictures, strict=True)],
        )

    store.database.write(add_pictures)
    for rows in _batches(chance, count):
        corrections = [_correction(row) for row in rows if row["is_checked"]]

        def add_rows(session: Session, rows: Any = rows, corrections: Any = corrections) -> None:
            session.execute(insert(ReadingRow), rows)
            session.execute(insert(CorrectionRow), corrections)

        store.database.write(add_rows)


def _batches(chance: random.Random, count: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, count, _BATCH):
        yield [_row(chance, place) for place in range(start, min(count, start + _BATCH))]


def _row(chance: random.Random, place: int) -> dict[str, Any]:
    owner = chance.randrange(50)
    created = _NEWEST - timedelta(minutes=place)
    text = f"{chance.randrange(10_000):04d}"
    entry = Entry(
        _reading(chance, text),
        None,
        "0" * 64,
        chance.choice(_SOURCES),
        f"scan-{place}.png",
        created=created,
        id=f"r{place}",
    )
    values = row_values(Actor(owner, f"Person {owner}", "user"), entry, f"p{place % 1000}")
    return {**values, "strokes": None, "is_checked": chance.random() < _CHECKED}


def _correction(row: dict[str, Any]) -> dict[str, Any]:
    """What somebody said of a reading: that it is right."""
    who = {"person_id": row["person_id"], "person": row["person"], "undone_by": ""}
    told = {"id": f"c-{row['id']}", "reading_id": row["id"], "number": 0, "was": row["text"], "text": row["text"]}
    return {**told, **who, "created": row["created"], "undone": None}


def _reading(chance: random.Random, text: str) -> Reading:
    confidence = 1 - chance.random() ** 3
    glyph = bytes(784)
    digits = tuple(Digit(int(sign), confidence, (0.1,) * 10, glyph=glyph) for sign in text)
    return Reading((Number(digits, Box(10, 10, 80, 30), probability=confidence),), 120, 60, model="line + digit")
