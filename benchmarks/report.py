"""Fills the marked places of the documents with tables made from ``results/*.json``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.report_batch import batch
from benchmarks.report_numbers import number_speed, numbers, others_numbers, photos
from benchmarks.report_training import throughput, writers
from benchmarks.results import Result, is_stale, load_results
from benchmarks.tables import FORMATS, between, gap, milliseconds, share, share_between, table
from benchmarks.targets import ACCURACY_OF_OTHERS, BARS, FRONT, SPEED_OF_OTHERS, Bar

Results = Mapping[str, Result]

DOCUMENTS = ("docs/benchmarks.md", "README.md")
_PLACE = re.compile(r"(<!-- benchmarks:(\w+) -->\n).*?(<!-- /benchmarks -->)", re.DOTALL)
MET, NOT_MET = "met", "**not met**"
_NOT_YET = "*Not measured yet.*"

SETS = {
    "mnist": "MNIST, test",
    "canvas_sim": "canvas_sim: MNIST test digits as pad drawings",
    "pendigits": "pendigits, test: pens, unseen writers",
    "unipen_digits_dev": "UNIPEN 1a: very varied pens",
    "photo_digits_dev": "photographed digits",
    "optdigits": "optdigits, test: scanned forms, 32×32 binary",
    "unipen_1b_upper_dev": "capital letters (UNIPEN 1b)",
    "unipen_1c_lower_dev": "small letters (UNIPEN 1c)",
    "unipen_1d_symbols_dev": "symbols (UNIPEN 1d)",
    "pairs of pendigits": "two real digits side by side (pendigits, test)",
}


def render(folder: Path, root: Path) -> list[Path]:
    """Writes the tables between the markers ``<!-- benchmarks:NAME -->`` and ``<!-- /benchmarks -->``.

    Args:
        folder: Where the results are.
        root: The repository.

    Returns:
        The documents, whether or not they changed.

    Raises:
        KeyError: A marker asks for a table that there is not.
    """
    results = load_results(folder)
    paths = [root / name for name in DOCUMENTS]
    for path in paths:
        path.write_text(fill(path.read_text(encoding="utf-8"), results), encoding="utf-8")
    return paths


def fill(text: str, results: Results) -> str:
    """The text with every marked place filled."""
    return _PLACE.sub(lambda found: f"{found[1]}\n{TABLES[found[2]](results)}\n\n{found[3]}", text)


def bars(results: Results) -> str:
    """Every bar, what others reached, what we reached, and whether that is enough."""
    rows = [(bar.measure, bar.rivals, _limit(bar), *_reached(bar, results)) for bar in BARS]
    return table(("measure", "others' best", "bar", "inkdigits", "95 % interval", "count", "bar met"), rows)


def short(results: Results) -> str:
    """Some bars without intervals and counts, for the front page, and how many there are."""
    told = {bar.key: _reached(bar, results) for bar in BARS}
    met = sum(row[-1] == MET for row in told.values())
    rows = [(bar.measure, bar.rivals, _limit(bar), *told[bar.key][::3]) for bar in BARS if bar.key in FRONT]
    head = ("measure", "others' best", "bar", "inkdigits", "bar met")
    return f"{table(head, rows)}\n\nOf all {len(BARS)} bars {met} are met; each is in docs/benchmarks.md."


def _limit(bar: Bar) -> str:
    limit = FORMATS[bar.unit](bar.limit)
    if bar.limit == 0:
        return "never"
    return f"under {limit}" if bar.strict else f"{limit} or {'less' if bar.at_most else 'more'}"


def _reached(bar: Bar, results: Results) -> tuple[str, str | None, str | None, str]:
    command = next((name for name, result in results.items() if bar.key in result["measures"]), None)
    if command is None:
        return "not measured", None, None, "not measured"
    result = results[command]
    found = result["measures"][bar.key]
    write = FORMATS[bar.unit]
    interval = found["interval"] and between(*(write(end) for end in found["interval"]))
    count = found["count"] and f"{found['count']:,}"
    kind = "" if result["limit"] is None else " (trial run)"
    if is_stale(command, result):
        kind += " (earlier weights)"
    return write(found["value"]) + kind, interval, count, MET if bar.met(found["value"]) else NOT_MET


def accuracy(results: Results) -> str:
    """Every labelled set."""
    head = ("set", "digits", "errors", "right", "95 % interval", "not named", "named wrongly", "calibration error")
    rows = [
        (
            SETS[row["name"]],
            f"{row['count']:,}",
            f"{row['errors']:,}",
            share(row["accuracy"]),
            share_between(row["interval"]),
            f"{row['refused']:,}",
            f"{row['wrong']:,}",
            gap(row["calibration_error"]),
        )
        for row in results["accuracy"]["sets"]
    ]
    return table(head, rows)


def others(results: Results) -> str:
    """Other readers beside ours."""
    ours = {row["name"]: row for row in results.get("accuracy", {"sets": []})["sets"]}
    rows: list[tuple[object, ...]] = [
        (name, errors, *(None if value is None else f"{value} %" for value in values))
        for name, errors, *values in ACCURACY_OF_OTHERS
    ]
    if ours:
        names = ("canvas_sim", "unipen_digits_dev", "photo_digits_dev")
        rows.append(("**inkdigits**", ours["mnist"]["errors"], *(share(ours[name]["accuracy"]) for name in names)))
    head = ("reader", "MNIST errors in 10,000", "canvas_sim", "pens of unseen writers²", "photographed²")
    return table(head, rows)


def rejection(results: Results) -> str:
    """Every set of non-digits."""
    found = results["rejection"]
    rows: list[tuple[object, ...]] = [
        (
            SETS.get(row["name"], row["name"]),
            f"{row['count']:,}",
            share(row["rejected"] / row["count"]),
            share_between(row["interval"]),
            share(row["refused"] / row["count"]),
            share_between(row["refused_interval"]),
        )
        for row in found["sets"]
    ]
    digits = found["digits"]
    refused = share(digits["refused"] / digits["count"]), share_between(digits["interval"])
    rows.append(("**true digits** (UNIPEN 1a)", f"{digits['count']:,}", share(found["false_rejects"]), None, *refused))
    return table(("set", "count", "rejected", "95 % interval", "rejected as shipped", "95 % interval"), rows)


def blank(results: Results) -> str:
    """Every kind of blank input."""
    head = ("input", "count", "nothing to read", "not a digit", "unsure", "read as a digit")
    keys = ("name", "count", "blank", "not_a_digit", "unsure", "read")
    kinds = results["blank"]["kinds"]
    total = ("**all**", *(f"{sum(kind[key] for kind in kinds):,}" for key in keys[1:]))
    return table(head, [*(tuple(kind[key] for key in keys) for kind in kinds), total])


def speed(results: Results) -> str:
    """Ours beside the yardsticks of the same run."""
    found = results["speed"]
    one, many, start = found["one"], found["batch"], found["start"]
    ours, keras = one["ours"], one["keras"]
    rows: list[tuple[object, ...]] = [("one digit, 280×280 canvas to answer", milliseconds(ours["wall"]), None, None)]
    if keras:
        name = f"Keras {keras['keras']} `model.predict`, {keras['backend']} {keras['backend_version']}"
        times = milliseconds(keras["wall"]), f"{keras['wall'] / ours['wall']:,.0f} times faster"
        rows = [(rows[0][0], rows[0][1], f"{name}: {times[0]}", times[1])]
        cpu = f"{keras['cpu'] / max(ours['cpu'], 1e-9):,.0f} times less"
        rows.append(("… processor time", milliseconds(ours["cpu"]), milliseconds(keras["cpu"]), cpu))
    plain = f"onnxruntime alone, same network: {many['plain']:,.0f}/s"
    what = f"`read_digits`, {many['digits']:,} MNIST images, {many['threads']} threads"
    rows.append((what, f"{many['rate']:,.0f}/s", plain, f"{share(many['rate'] / many['plain'])} of it"))
    imports = f"`import onnxruntime, numpy`: {start['imports']:.2f} s"
    ratio = f"{start['first_answer'] / start['imports']:.2f} times as long"
    rows.append(("new process to first answer", f"{start['first_answer']:.2f} s", imports, ratio))
    return table(("what", "inkdigits (median)", "yardstick in the same run (median)", "ratio"), rows)


def others_speed(results: Results) -> str:
    """What others took, on another machine."""
    return table(("reader", "start to first answer", "one digit", "many digits", "installed"), SPEED_OF_OTHERS)


def size(results: Results) -> str:
    """Installed sizes and what they are made of."""
    rows = [
        (
            f"`{row['target']}`",
            f"{row['megabytes']:,.0f} MB",
            f"{row['added']:,.0f} MB",
            ", ".join(f"{name.removesuffix('.libs')} {megabytes:.0f}" for name, megabytes in row["largest"]),
        )
        for row in results["size"]["installs"]
    ]
    return table(("command", "site-packages", "without pip's own", "largest parts, MB"), rows)


def machine(results: Results) -> str:
    """Where and with what each result was made."""
    rows = [
        (
            name,
            found["date"],
            f"`{found['model']}`",
            f"{found['machine']['processor']}, {found['machine']['cores']} cores",
            found["machine"]["python"],
            found["machine"]["onnxruntime"],
            found["machine"]["load"],
        )
        for name, found in results.items()
    ]
    return table(("result", "date", "model (SHA-256)", "processor", "Python", "onnxruntime", "load at the end"), rows)


def _when_measured(name: str, draw: Callable[[Results], str]) -> Callable[[Results], str]:
    return lambda results: draw(results) if name in results else _NOT_YET


_MEASURED = (accuracy, rejection, blank, speed, size, numbers, number_speed, writers, throughput, batch)

TABLES: dict[str, Callable[[Results], str]] = {
    "bars": bars,
    "short": short,
    "others": others,
    "others_speed": others_speed,
    "machine": machine,
    "others_numbers": others_numbers,
    "photos": _when_measured("numbers", photos),
    **{draw.__name__: _when_measured(draw.__name__, draw) for draw in _MEASURED},
}
"""Name in a marker -> what it is replaced by."""
