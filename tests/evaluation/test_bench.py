"""The scorecard: every set at hand is measured, the others are named, and models stand side by side."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from benchmarks.targets import BARS
from typer.testing import CliRunner

from handwriting import encode, number_picture, number_strokes, strokes_of, write_strokes
from inkdigits.cli import app
from inkdigits.commands.bench import _bar, _judged
from inkdigits.evaluation.bars import LIMITS
from inkdigits.evaluation.scorecard import Score
from inkdigits.recognition import classifier, line
from inkdigits.training.vector_letters import draw_letter

LETTERS = ("unipen_1b_upper_dev", "unipen_1c_lower_dev", "unipen_1d_symbols_dev")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with pens, letters, pen strings, cheques and a photo, all of them made here."""
    folder = tmp_path_factory.mktemp("data")
    strokes = folder / "strokes"
    labels = [str(index % 10) for index in range(20)]
    digits = [strokes_of(index % 10, seed=index) for index in range(20)]
    write_strokes(strokes / "unipen_digits_dev.npz", digits, labels)
    write_strokes(strokes / "pendigits.npz", digits, labels, split="test")
    rng = np.random.default_rng(0)
    for name in LETTERS:
        write_strokes(strokes / f"{name}.npz", [draw_letter(rng) for _ in range(4)], ["A"] * 4)
    write_strokes(
        strokes / "unipen_strings_dev.npz", [number_strokes(text) for text in ("123", "4567")], ["123", "4567"]
    )
    for name, table in (
        ("cheques", '{"file": "1.png", "text": "2049", "split": "dev"}\n'),
        ("photos_dev", "file,text\n1.png,2049\n"),
    ):
        (folder / name).mkdir()
        (folder / name / "1.png").write_bytes(encode(number_picture("2049")))
        (folder / name / ("labels.jsonl" if name == "cheques" else "labels.csv")).write_text(table)
    return folder


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No data folder, no cache of downloads and no models but the shipped ones."""
    monkeypatch.delenv("INKDIGITS_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("INKDIGITS_HOME", str(tmp_path / "home"))


def bench(*arguments: str | Path) -> tuple[str, str]:
    result = CliRunner().invoke(app, ["bench", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def figures(text: str) -> dict[str, dict[str, object]]:
    return {one["key"]: one for one in json.loads(text)["scores"]}


def test_every_set_at_hand_is_measured_and_the_others_are_named(data: Path) -> None:
    text, _ = bench("--data-folder", data, "--limit", 8, "--json")
    found = figures(text)
    for key in ("pendigits", "unipen_digits_dev", "cheques_dev", "unipen_strings_dev", "photos_found"):
        assert found[key]["value"] == 1.0, key
    assert found["pendigits"]["count"] == 8
    assert found["written_rejected"]["count"] == 12
    assert 0 <= found["written_refused"]["value"] <= 1
    assert found["digit_bytes"]["value"] == classifier.SHIPPED.stat().st_size
    assert found["digits_per_second"]["value"] > 0
    missing = json.loads(text)["missing"]
    assert set(missing) == {"mnist", "canvas_sim", "photo_digits_dev", "optdigits", "sheet_sim"}
    assert missing["mnist"].endswith("inkdigits data download mnist")


def test_every_figure_with_a_bar_says_whether_it_is_reached(data: Path) -> None:
    text, _ = bench("--data-folder", data, "--limit", 8, "--json")
    found = figures(text)
    assert found["pendigits"]["bar"] == {"limit": 0.99, "at_most": False, "strict": False, "met": True}
    assert found["written_refused"]["bar"] is None
    shown, _ = bench("--data-folder", data, "--limit", 8)
    row = next(line for line in shown.splitlines() if "UNIPEN 1a" in line)
    assert "100.00 % ✓" in row
    assert row.endswith("≥ 97.50 %")
    assert all(len(line) <= 80 for line in shown.splitlines())


@pytest.mark.parametrize(
    ("value", "mark"), [(0.04, " ✓"), (0.05, " ✗"), (0.06, " ✗")], ids=["below", "at the limit", "above"]
)
def test_a_strict_bar_is_marked_by_its_sign(value: float, mark: str) -> None:
    one = Score("photos_extra", "extra", value)
    assert _judged(one) == f"{100 * value:.2f} %{mark}"
    assert _bar(one) == "< 5.00 %"


def test_the_benchmarks_judge_by_the_same_bars() -> None:
    same = {
        "written_rejected": "non_digits_rejected",
        "scribbled_rejected": "scribbles_rejected",
        "unipen_digits_dev_calibration": "unipen_calibration",
    }
    bars = {bar.key: bar for bar in BARS}
    for key, limit in LIMITS.items():
        bar = bars[same.get(key, key)]
        assert (bar.limit, bar.at_most, bar.strict) == (limit.limit, limit.at_most, limit.strict), key


def test_without_any_data_it_says_what_to_do_and_measures_what_it_can_draw() -> None:
    text, told = bench("--limit", 5)
    assert "our own drawings" in text
    assert "ms" in text
    assert "to get it: inkdigits data download mnist" in told
    assert "INKDIGITS_DATA" in told


def test_two_models_stand_side_by_side(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    shutil.copyfile(classifier.SHIPPED, run / "digit.onnx")
    text, _ = bench("shipped", run, "--limit", 5)
    row = next(line for line in text.splitlines() if line.startswith("our own drawings"))
    shares = [word for word in row.split() if word.replace(".", "").isdigit()]
    assert len(shares) == 2
    assert shares[0] == shares[1]


def test_a_line_model_is_measured_on_numbers_alone(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.onnx"
    shutil.copyfile(line.SHIPPED, path)
    found = figures(bench(path, "--data-folder", data, "--limit", 2, "--json")[0])
    assert found["cheques_dev"]["value"] == 1.0
    assert found["line_bytes"]["value"] == path.stat().st_size
    assert not {"pendigits", "written_refused", "digit_ms", "digit_bytes"} & set(found)


def test_an_unknown_model_is_named() -> None:
    result = CliRunner().invoke(app, ["bench", "nobody"])
    assert result.exit_code != 0
    assert "there is no model 'nobody'" in str(result.exception)
