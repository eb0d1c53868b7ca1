"""The helpers of the benchmarks: bars, tables, what counts as blank, and the parts of a data set."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from benchmarks.blanks import PICTURES, STROKES
from benchmarks.layouts import LAYOUTS, Hand
from benchmarks.report import TABLES, documents, fill
from benchmarks.results import FINAL, ROOT, fingerprint, load_results
from benchmarks.surroundings import CONDITIONS, Scene
from benchmarks.tables.markdown import FORMATS, short_time, table
from benchmarks.targets import BARS, FRONT, Bar

from handwriting import strokes_of
from inkdigits.evaluation.non_digits import DRAWN, pairs_of, random_walk
from inkdigits.evaluation.pads import canvases
from inkdigits.evaluation.slices import some
from inkdigits.training.datasets import Pictures, Writing
from inkdigits.training.vector_digits import NON_DIGITS


def _result(key: str, value: float, limit: int | None = None) -> dict[str, object]:
    found = {"value": value, "count": 10_000, "interval": [0.98, 0.995]}
    return {"limit": limit, "model": fingerprint("accuracy"), "measures": {key: found}}


def test_a_bar_is_judged_on_the_unrounded_value() -> None:
    more = Bar("a", "", 0.99, "share")
    assert more.met(0.99)
    assert more.met(0.999)
    assert not more.met(0.98999)


def test_a_strict_bar_asks_for_less_than_its_limit() -> None:
    less = Bar("a", "", 0.6, "seconds", at_most=True, strict=True)
    assert less.met(0.59)
    assert not less.met(0.6)
    assert Bar("a", "", 0, "count", at_most=True).met(0)


def test_no_rounding_makes_a_figure_better() -> None:
    assert FORMATS["share"](0.98999) == "98.99 %"
    assert FORMATS["share"](1.0) == "100.00 %"
    assert FORMATS["gap"](0.005001) == "0.51 %"
    assert FORMATS["gap"](0.005) == "0.50 %"


def test_every_bar_has_a_format_and_a_name_of_its_own() -> None:
    assert all(bar.unit in FORMATS for bar in BARS)
    assert len({bar.key for bar in BARS}) == len(BARS)


def test_a_table_shows_what_is_lacking_as_a_dash() -> None:
    assert table(("a", "b"), [(1, None)]) == "| a | b |\n| --- | --- |\n| 1 | – |"


def test_marked_places_are_filled_again_and_again_and_nothing_else_changes() -> None:
    text = "before\n<!-- benchmarks:bars -->\nold\n<!-- /benchmarks -->\nafter\n"
    once = fill(text, {"accuracy": _result("pendigits", 0.9912)})
    assert once.startswith("before\n")
    assert once.endswith("\nafter\n")
    assert "old" not in once
    assert "| 99.12 % | 99.00 % or more | met | 98.00 % to 99.50 % | 10,000 |" in once
    assert fill(once, {"accuracy": _result("pendigits", 0.9912)}) == once


def test_a_bar_that_is_missed_says_so_and_a_trial_run_too() -> None:
    filled = TABLES["bars"]({"accuracy": _result("pendigits", 0.98, limit=50)})
    assert "98.00 % (trial run)" in filled
    assert "**not met**" in filled


def test_a_figure_of_earlier_weights_says_so_where_weights_matter() -> None:
    old = {**_result("pendigits", 0.98), "model": "another"}
    assert "98.00 % (earlier weights)" in TABLES["bars"]({"accuracy": old})
    older = {**_result("installed_core", 200.0), "model": "another"}
    assert "200 MB |" in TABLES["bars"]({"size": older})
    assert "replaced since" in TABLES["missed"]({"accuracy": old})
    assert "replaced since" not in TABLES["missed"]({"size": older})


def test_the_front_page_shows_some_bars_and_counts_all() -> None:
    front = TABLES["short"]({"accuracy": _result("canvas_sim", 0.995)})
    assert {bar.key for bar in BARS} > set(FRONT)
    assert len(front.splitlines()) == len(FRONT) + 4
    assert f"Of {len(BARS)} bars 1 are met, 0 are not, {len(BARS) - 1} not measured yet." in front


def test_every_bar_that_is_missed_is_named_first() -> None:
    told = TABLES["missed"]({"accuracy": _result("mnist_errors_shipped", 50)})
    assert "- MNIST test, errors in 10,000: **50**, the bar is 25 or less\n" in told
    assert "- not measured yet: 8 of *One digit*, " in told


def test_a_figure_in_a_sentence_is_filled_as_tables_are() -> None:
    text = (
        "It reads <!-- figure:pendigits -->?<!-- /figure --> of them, and <!-- figure:canvas_sim -->?<!-- /figure -->."
    )
    told = fill(text, {"accuracy": _result("pendigits", 0.9912)})
    assert "-->99.12 %<!-- /figure --> of them, and <!-- figure:canvas_sim -->not measured<" in told
    with pytest.raises(KeyError, match="nothing"):
        fill("<!-- figure:nothing --><!-- /figure -->", {})


@pytest.mark.parametrize("path", documents(ROOT), ids=lambda path: path.name)
def test_no_line_begins_with_the_mark_of_a_figure(path: Path) -> None:
    """Markdown would take it for HTML, and end the paragraph there."""
    assert not re.search(r"^\s*<!-- figure", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_times_are_told_with_three_figures() -> None:
    assert [short_time(seconds) for seconds in (0.000582, 0.0535, 0.9999, 1.178)] == [
        "0.582 ms",
        "53.5 ms",
        "1 s",
        "1.18 s",
    ]


def test_the_documents_tell_what_the_results_say() -> None:
    results = load_results(FINAL)
    old = [path.name for path in documents(ROOT) if (text := path.read_text(encoding="utf-8")) != fill(text, results)]
    assert old == [], "run: python -m benchmarks report"


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_can_be_drawn_before_anything_is_measured(name: str) -> None:
    assert TABLES[name]({})


def test_an_unknown_marker_is_an_error() -> None:
    with pytest.raises(KeyError, match="nothing"):
        fill("<!-- benchmarks:nothing -->\n<!-- /benchmarks -->", {})


@pytest.mark.parametrize("kind", sorted(PICTURES))
def test_blank_pictures_are_pictures(kind: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(5):
        picture = PICTURES[kind](rng)
        assert picture.dtype == np.uint8
        assert picture.size
        assert picture.ndim == 2 or picture.shape[2] == 4


@pytest.mark.parametrize("name", sorted(CONDITIONS))
def test_conditions_show_the_writing(name: str) -> None:
    strokes = [np.array([(0.0, 0.0), (30, 60), (0, 90)]), np.array([(50.0, 10.0)])]
    for scene in (
        Scene.of_digit(strokes, np.random.default_rng(1)),
        Scene.of_number(strokes, np.random.default_rng(1)),
    ):
        picture = CONDITIONS[name](scene)
        assert picture.dtype == np.uint8
        assert picture.shape[2] in (3, 4)
        assert np.ptp(picture.reshape(-1, picture.shape[2]), axis=0).max() > 40


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_layouts_are_full_of_numbers(name: str) -> None:
    strokes = [
        [stroke.astype(np.float32) for stroke in strokes_of(label, seed)] for label in range(10) for seed in (1, 2)
    ]
    labels = np.repeat([str(label) for label in range(10)], 2)
    rng = np.random.default_rng(1)
    hand = Hand(Writing(strokes, labels, np.zeros(20, np.int32)), np.arange(20), rng)
    page, texts = LAYOUTS[name](hand, rng)
    assert len(texts) >= 4
    assert all(text.isdecimal() and 2 <= len(text) <= 6 for text in texts)
    assert 0.002 < (page < 100).mean() < 0.2
    edge = np.concatenate((page[0], page[-1], page[:, 0], page[:, -1]))
    assert edge.min() > 200, "the numbers fit on the page"


def test_blank_strokes_have_no_extent() -> None:
    rng = np.random.default_rng(1)
    for draw in STROKES.values():
        assert all(len(np.unique(stroke, axis=0)) <= 1 for stroke in draw(rng))


def test_every_generated_kind_is_in_one_set() -> None:
    assert sorted(kind for _, kinds in DRAWN.values() for kind in kinds) == sorted(NON_DIGITS)


def test_drawings_are_the_same_for_the_same_seed() -> None:
    assert all(np.array_equal(a, b) for a, b in zip(canvases(3), canvases(3), strict=True))
    walk = random_walk(np.random.default_rng(5))
    again = random_walk(np.random.default_rng(5))
    assert all(np.array_equal(a, b) for a, b in zip(walk, again, strict=True))


def test_a_pair_stands_side_by_side() -> None:
    stroke = np.array([[0, 0], [10, 20]], np.float32)
    pens = Writing([[stroke], [stroke + 300]], np.array(["1", "7"]), np.array([1, 2], np.int32))
    first, second = pairs_of(pens, np.random.default_rng(0))
    assert first[:, 0].max() < second[:, 0].min()


def test_a_part_is_spread_over_the_whole_set() -> None:
    pictures = Pictures(np.zeros((10, 4, 4), np.uint8), np.arange(10))
    assert some(pictures, 3).labels.tolist() == [0, 4, 9]
    assert some(pictures, None) is pictures


def test_training_is_timed_beside_plain_pytorch() -> None:
    pytest.importorskip("torch", reason="training needs the train extra")
    from benchmarks import throughput

    found = throughput.run(limit=8, threads=1)
    assert set(found["measures"]) == {"training_rate", "training_share"}
    assert all(rate > 0 for rate in found["rates"].values())
    assert TABLES["throughput"]({"throughput": found}).count("/s |") == 2
