"""What a terminal shows: narrow, plain words, no color in a pipe."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from inkdigits import Alternative, Digit, Number, Reading, terminal
from inkdigits.jobs.progress import Progress


def reading(label: int | None, confidence: float, reason: str | None = None) -> Reading:
    rest = (1 - confidence) / 9
    shares = tuple(confidence if index == (label or 0) else rest for index in range(10))
    return Reading((Number((Digit(label, confidence, shares, reason=reason),)),))  # type: ignore[arg-type]


def lines(*named: tuple[str, Reading]) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=80).print(terminal.readings_table(named))
    return stream.getvalue().splitlines()


def test_the_table_speaks_the_words_of_every_door() -> None:
    table = lines(
        ("a.png", reading(7, 0.999)),
        ("b.png", reading(4, 0.6)),
        ("c.png", reading(None, 0.9, "not_a_digit")),
        ("d.png", reading(None, 0.0, "blank")),
    )
    assert table[0].split() == ["File", "Number", "How", "sure", "Alternatives"]
    assert table[1].split() == ["a.png", "7", "sure,", "99.9", "%"]
    assert "look again" in table[2]
    assert "4 60.0 %" in table[2]
    assert table[3].split() == ["c.png", "not", "a", "digit"]
    assert table[4].split() == ["d.png", "nothing", "to", "read"]


def test_numbers_of_a_page_stand_under_each_other() -> None:
    digits = tuple(reading(int(sign), 0.99).digits[0] for sign in "4096")
    others = (Alternative("4036", "4036", 0.1), Alternative("4896", "4896", 0.0001))
    sure, doubtful = Number(digits, probability=0.982), Number(digits, probability=0.8, alternatives=others)
    table = lines(("a.pdf", Reading((sure, doubtful), page=0, pages=2)), ("a.pdf", Reading((), page=1, pages=2)))
    assert table[1].split() == ["a.pdf,", "page", "1", "4096", "sure,", "98.2", "%", "4036", "10.0", "%"][:7]
    assert table[2].split() == ["4096", "or", "4036", "look", "again", "4036", "10.0", "%"]
    assert table[3].split() == ["a.pdf,", "page", "2", "nothing", "to", "read"]


def test_the_bar_counts_pages(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.counting("Reading") as count:
        bar = count._bar
        for _ in count(["one.pdf", "two.png"]):
            for page in range(3):
                count.more(Reading((), page=page, pages=3))
    assert (bar.tasks[0].completed, bar.tasks[0].total) == (6, 6)
    assert capsys.readouterr().err == ""


def test_long_names_fold_instead_of_being_lost() -> None:
    name = "/".join(["a very long folder"] * 6) + "/seven.png"
    table = lines((name, reading(7, 0.5)))
    assert max(map(len, table)) <= 80
    assert "".join(line[:40].strip() for line in table[1:]).replace(" ", "") == name.replace(" ", "")


def test_names_are_not_markup() -> None:
    assert "[red]x[/red].png" in lines(("[red]x[/red].png", reading(1, 0.99)))[1]


def test_training_says_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.show_training() as listen:
        nothing: dict[str, Any] = {"seconds_left": None, "metrics": None, "note": ""}
        listen(SimpleNamespace(**{**nothing, "stage": "own", "done": 1, "total": 2, "note": "[a].png left out"}))
        listen(
            SimpleNamespace(
                **{
                    **nothing,
                    "stage": "train",
                    "done": 1,
                    "total": 9,
                    "seconds_left": 4e3,
                    "metrics": {"loss": 0.123456},
                }
            )
        )
    assert capsys.readouterr().err == "[a].png left out\nepoch 1 of 9, 67 min left: loss 0.1235\n"


def test_a_log_is_told_how_far_a_batch_is(capsys: pytest.CaptureFixture[str]) -> None:
    pace = {"pages_per_second": 81.25, "numbers": 900.0, "refused": 3.0}
    with terminal.showing_batch(every=0) as listen:
        listen(Progress("plan", 1000, 0))
        listen(Progress("read", 0, 24_000, None, {"pages_per_second": 0.0, "refused": 0.0}))
        listen(Progress("read", 1200, 24_000, 281.0, pace))
        listen(Progress("write", 24_000, 24_000))
    with terminal.showing_batch() as listen:
        listen(Progress("read", 1200, 24_000, 281.0, pace))  # a line a minute, no more
    assert capsys.readouterr().err.splitlines() == [
        "Looking for pictures",
        "0 of 24,000 pages, 0.0 pages/s",
        "1,200 of 24,000 pages, 81.2 pages/s, 5 min left, 3 refused",
        "Writing the results",
    ]


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0 s"), (89, "89 s"), (600, "10 min"), (6000, "1 h 40 min")])
def test_durations(seconds: float, words: str) -> None:
    assert terminal.duration(seconds) == words
