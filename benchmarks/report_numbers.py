"""The tables about numbers."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.results import Result
from benchmarks.tables import gap, milliseconds, share, share_between, table
from benchmarks.targets import NUMBERS_OF_OTHERS

Results = Mapping[str, Result]

SETS = {
    "sheet_sim": "sheet_sim: MNIST test digits in lines on paper",
    "sheet_sim: touching": "… with touching digits",
    "sheet_sim: apart": "… without",
    "cheques_dev": "amounts on real cheques, never learned from",
    "cheques_finetuned": "… after fine-tuning on others of them",
    "cheques_finetuned_mended": "… with three labels put right³",
    "unipen_strings_dev": "postal codes, telephone numbers, dates, amounts by pen (UNIPEN)",
}


def numbers(results: Results) -> str:
    """Every set of fields; the fine-tuned model beside the shipped one."""
    found = [*results["numbers"]["sets"], *results.get("finetune", {"sets": []})["sets"]]
    rows = sorted(found, key=lambda row: list(SETS).index(row["name"]))
    head = (
        "set",
        "numbers",
        "exactly right",
        "95 % interval",
        "rejected",
        "calibration error",
        "coverage at 1 % errors",
    )
    return table(head, [_field_row(row) for row in rows])


def _field_row(row: Result) -> tuple[object, ...]:
    whole = "coverage" in row
    return (
        SETS[row["name"]],
        f"{row['count']:,}",
        share(row["right"] / row["count"]),
        share_between(row["interval"]),
        f"{row['rejected']:,}" if whole else None,
        gap(row["calibration_error"]) if whole else None,
        share(row["coverage"]) if whole else None,
    )


def photos(results: Results) -> str:
    """Every photo, and all of them."""
    rows = results["numbers"]["photos"]
    total = {key: sum(row[key] for row in rows) for key in ("numbers", "right", "extra")}
    keys = ("name", "numbers", "right", "extra")
    lines = [tuple(row[key] for key in keys) for row in [*rows, {"name": "**all**", **total}]]
    return table(("picture", "numbers on it", "found and right", "extra"), lines)


def others_numbers(results: Results) -> str:
    """Other readers beside ours."""
    rows = [
        (name, *(None if value is None else f"{value} %" for value in values)) for name, *values in NUMBERS_OF_OTHERS
    ]
    if "numbers" in results:
        found = results["numbers"]["measures"]
        names = ("cheques_dev", "sheet_sim", "unipen_strings_dev", "photos_found")
        rows.append(("**inkdigits**", *(share(found[name]["value"]) for name in names)))
    return table(("reader", "cheques²", "sheet_sim", "pen strings", "photos²"), rows)


def number_speed(results: Results) -> str:
    """One field beside the best open reader, and one large page."""
    found = results["number_speed"]
    ours, rival = found["field"]["ours"], found["field"]["rival"]
    rows: list[tuple[object, ...]] = [("one cheque amount, file to answer", milliseconds(ours["wall"]), None, None)]
    if rival:
        name = f"{rival['name']} {rival['version']}, its recognizer alone: {milliseconds(rival['wall'])}"
        rows = [(*rows[0][:2], name, f"{rival['wall'] / ours['wall']:.1f} times faster")]
        cpu = f"{rival['cpu'] / max(ours['cpu'], 1e-9):.1f} times less"
        rows.append(("… processor time", milliseconds(ours["cpu"]), milliseconds(rival["cpu"]), cpu))
    rows.append(("a photo of 12 megapixels, pixels to numbers", milliseconds(found["page"]["wall"]), None, None))
    return table(("what", "inkdigits (median)", "yardstick in the same run (median)", "ratio"), rows)
